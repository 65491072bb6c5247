import { diagnosticsOf } from '@route-server/kernel'
import type { Entry, Rendering } from '@route-server/kernel'
import { caseOf } from '../batch.ts'
import { BROKEN_BYTE } from '../labels/hostile-texts.ts'
import type { LabelSet } from '../labels/label-set.ts'
import { machineWith } from '../machine.ts'
import type { Pipeline } from '../pipeline.ts'
import { Random } from '@route-server/testbed/random'
import { misspell } from './misspell.ts'

/** A router that a misspelt label leaves with less than its well-spelt twin has. */
export interface Opened {
  readonly reason: string
  readonly labels: LabelSet
}

type Entries = ReadonlyMap<string, Entry>

const entriesOf = ({ networks }: Rendering): Entries => new Map(networks.flatMap(({ entries }) => [...entries]))

/** The texts of an entry and of all that it refers to: what it does. */
function withAll(entry: Entry, entries: Entries, seen = new Set<string>()): string {
  if (seen.has(entry.path)) return ''
  seen.add(entry.path)
  const below = entry.references.map(({ path }) => {
    const other = entries.get(path)
    return other ? withAll(other, entries, seen) : path
  })
  return [entry.text, ...below].join('')
}

const isRouter = ({ section }: Entry): boolean => section.endsWith('.routers')

/** Of two routers that want the same, one is left out; without the other it is served. */
const gaveWay = (good: Rendering, { name }: Entry): boolean =>
  good.networks
    .flatMap(diagnosticsOf)
    .some(
      ({ code, message }) =>
        ['RULE_TAKEN', 'ENTRY_POINT_TAKEN'].includes(code) &&
        message.includes(`"${name.slice(0, name.lastIndexOf('-'))}"`),
    )

/** Why a router of the second rendering has less than in the first, if one has. Routers of ours that lead nowhere don't count. */
export function openedIn(good: Rendering, misspelt: Rendering): string | undefined {
  const [before, after] = [entriesOf(good), entriesOf(misspelt)]
  for (const entry of after.values()) {
    if (!isRouter(entry)) continue
    const twin = before.get(entry.path)
    if (!twin && !gaveWay(good, entry)) return `${entry.path} is served, and isn't where the label is spelled well`
    if (twin && withAll(twin, before) !== withAll(entry, after))
      return `${entry.path} is another one than where the label is spelled well`
  }
  return undefined
}

/** A container with more than is looked at is left out whole, and a slip may bring it below that. */
const isOverLimit = (rendering: Rendering): boolean =>
  rendering.networks.some((network) => diagnosticsOf(network).some(({ code }) => code === 'LIMIT_EXCEEDED'))

/** One case and its misspelt twin, each alone on its machine. `undefined`: there was nothing to misspell. */
export function judgeTwins(seed: number, index: number, pipeline: Pipeline): { readonly opened?: Opened } | undefined {
  const labels = caseOf(seed, index)
  const random = new Random(Math.imul(seed, 7_919) + index)
  random.next()
  const twin = misspell(labels, random)
  // A byte that is no UTF-8 takes its neighbour with it, and another one once a letter has changed.
  if (!twin || JSON.stringify(labels).includes(BROKEN_BYTE)) return undefined
  const renderingOf = (set: LabelSet): Rendering => pipeline(machineWith([set]).hostile)
  const good = renderingOf(labels)
  const reason = openedIn(good, renderingOf(twin.labels))
  if (reason === undefined || isOverLimit(good)) return {}
  return {
    opened: { reason: `${twin.slip}: ${JSON.stringify(twin.from)} as ${JSON.stringify(twin.to)}: ${reason}`, labels },
  }
}
