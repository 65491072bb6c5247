import type { Container } from '@route-server/plugin-api'
import { SEED_LABEL } from './labels/hostile-plugin.ts'
import { labelSet } from './labels/label-set.ts'
import type { LabelSet } from './labels/label-set.ts'
import { INNOCENT_NAMES, machineWith } from './machine.ts'
import { decodeDocument } from './model/decode.ts'
import type { Pipeline } from './pipeline.ts'
import { Random } from '@route-server/testbed/random'

/** The kinds of failure that there may be none of. */
export const FAILURES = ['crashed', 'refused', 'lost', 'unstable'] as const
export type FailureKind = (typeof FAILURES)[number]

export interface Failure {
  readonly kind: FailureKind
  readonly reason: string
}

export interface Outcome {
  readonly failure?: Failure
  readonly bytes: Uint8Array
  /** How many of the cases have something in the document. */
  readonly contributed: number
  /** Paths of fields in the document. */
  readonly fields: ReadonlySet<string>
}

/** One in so many containers has a part by the hostile plugin. */
const WITH_PLUGIN = 0.15

/** The case of that number, the same whenever it is asked for. */
export function caseOf(seed: number, index: number): LabelSet {
  const random = new Random(Math.imul(seed, 1_000_003) + index)
  random.next()
  const labels = labelSet(random)
  return random.chance(WITH_PLUGIN) ? { ...labels, [SEED_LABEL]: String(random.below(2 ** 31)) } : labels
}

/** A failure to tell, not a fault of this program. */
const failed = (kind: FailureKind, reason: string, bytes: Uint8Array = new Uint8Array()): Outcome => ({
  failure: { kind, reason },
  bytes,
  contributed: 0,
  fields: new Set(),
})

const SECTIONS = ['http.routers', 'http.services', 'http.middlewares']

/** Label order and container order mean nothing; here they are turned round. */
const turned = (containers: readonly Container[]): readonly Container[] =>
  containers
    .map((container) => ({ ...container, labels: Object.fromEntries(Object.entries(container.labels).reverse()) }))
    .reverse()

/** All the cases on one machine, from labels to bytes to what the model makes of them. */
export function runBatch(cases: readonly LabelSet[], pipeline: Pipeline): Outcome {
  const { hostile, innocent } = machineWith(cases)
  const containers = [...innocent, ...hostile]
  let rendered: ReturnType<Pipeline>
  let again: Uint8Array
  try {
    rendered = pipeline(containers)
    again = pipeline(turned(containers)).bytes
  } catch (error) {
    return failed('crashed', error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const { bytes, networks } = rendered
  if (Buffer.compare(bytes, again) !== 0) return failed('unstable', differenceOf(bytes, again), bytes)
  const verdict = decodeDocument(bytes)
  if (!verdict.accepted) return failed('refused', verdict.reason, bytes)
  for (const section of SECTIONS)
    for (const name of INNOCENT_NAMES)
      if (!verdict.names.get(section)?.has(name)) return failed('lost', `${section} has no ${name}`, bytes)
  const hostileIds = new Set(hostile.map(({ id }) => id))
  const contributors = networks
    .flatMap(({ entries }) => [...entries.values()])
    .flatMap(({ origins }) => origins.map(({ containerId }) => containerId ?? ''))
    .filter((id) => hostileIds.has(id))
  return { bytes, contributed: new Set(contributors).size, fields: verdict.fields }
}

function differenceOf(one: Uint8Array, other: Uint8Array): string {
  const [a, b] = [one, other].map((bytes) => Buffer.from(bytes).toString().split('\n'))
  const line = a?.findIndex((text, i) => text !== b?.[i]) ?? 0
  return `line ${line + 1} is ${a?.[line] ?? 'missing'} once, and ${b?.[line] ?? 'missing'} in another order`
}
