import { decodeDocument } from '../model/decode.ts'
import { Random } from '@route-server/testbed/random'
import { startJudges } from '../real/judges.ts'
import { generate } from './generate.ts'
import { mutated } from './mutate.ts'

export interface Calibration {
  readonly documents: number
  readonly accepted: number
  readonly disagreements: readonly string[]
  /** Of each document, in base64, whether Traefik takes it: what a test keeps, to do without a Traefik. */
  readonly verdicts: readonly Recorded[]
}

export type Recorded = readonly [document: string, accepted: boolean]

/** The document of that number, the same whenever it is asked for. */
export function documentOf(seed: number, index: number): Uint8Array {
  const random = new Random(Math.imul(seed, 1_000_003) + index)
  return mutated(generate(random), random)
}

/** Written as ours are. Traefik says nothing to a document that it has just had, so none comes twice. */
function differentDocuments(count: number, seed: number): readonly Uint8Array[] {
  const documents = new Map<string, Uint8Array>()
  for (let i = 0; documents.size < count; i++) {
    const bytes = documentOf(seed, i)
    const verdict = decodeDocument(bytes)
    if (verdict.accepted || !verdict.isForeign) documents.set(Buffer.from(bytes).toString('latin1'), bytes)
  }
  return [...documents.values()]
}

/** Gives mutated documents to the model and to real Traefiks, and compares what they say. */
export async function calibrate(count: number, seed: number, judges: number, folder: string): Promise<Calibration> {
  const documents = differentDocuments(count, seed)
  const bench = await startJudges(judges, folder)
  try {
    const judgements = await bench.judge(documents)
    const disagreements = documents.flatMap((bytes, i) => {
      const model = decodeDocument(bytes)
      const real = judgements[i]
      if (model.accepted === real?.accepted) return []
      const said = model.accepted ? 'accepts' : `refuses (${model.reason})`
      const really = real?.accepted === false ? `refuses: ${real.reason}` : 'accepts'
      return [`document ${i}: the model ${said}, Traefik ${really}\n${JSON.stringify(Buffer.from(bytes).toString())}`]
    })
    const verdicts = documents.map((bytes, i): Recorded => [
      Buffer.from(bytes).toString('base64'),
      judgements[i]?.accepted === true,
    ])
    return { documents: count, accepted: verdicts.filter(([, accepted]) => accepted).length, disagreements, verdicts }
  } finally {
    await bench.close()
  }
}
