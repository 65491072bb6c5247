import { parseArgs } from 'node:util'

export interface Options {
  readonly seed: number
  /** Label sets through the pipeline and the model. */
  readonly cases: number
  /** Of those, so many through a real Traefik. */
  readonly real: number
  /** Label sets, each held against its twin with one label misspelt. */
  readonly slips: number
  /** Mutated documents through the model and real Traefiks. */
  readonly calibrate: number
  /** Real Traefiks that share the calibration: each waits after a refusal. */
  readonly judges: number
  /** Where to write down what the real Traefiks said. */
  readonly record?: string
}

export const USAGE =
  'npm run fuzz -- [--cases N] [--real M] [--slips N] [--calibrate N [--judges K] [--record FILE]] [--seed S]'

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} has to be a whole number, not "${text}".`)
  return Number(text)
}

/** @throws {Error} with one sentence for people */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      cases: { type: 'string' },
      real: { type: 'string', default: '0' },
      slips: { type: 'string', default: '0' },
      calibrate: { type: 'string', default: '0' },
      judges: { type: 'string', default: '32' },
      record: { type: 'string' },
    },
  })
  const calibrate = whole('calibrate', values.calibrate)
  const slips = whole('slips', values.slips)
  const isOtherAsked = calibrate > 0 || slips > 0 || values.real !== '0'
  return {
    seed: whole('seed', values.seed),
    cases: whole('cases', values.cases ?? (isOtherAsked ? '0' : '100000')),
    real: whole('real', values.real),
    slips,
    calibrate,
    judges: Math.max(1, whole('judges', values.judges)),
    ...(values.record !== undefined && { record: values.record }),
  }
}
