import type { NetworkId } from '@route-server/plugin-api'
import { diffLines } from 'diff'
import type { Cause, KeptEntry, KeptRevision } from './kept.ts'

/** An entry that is other than before, for people. */
export interface ShownEntry {
  readonly path: string
  readonly network: NetworkId
  readonly change: 'come' | 'gone' | 'changed'
  /** Lines of YAML that begin with `- ` where they went, `+ ` where they came, two spaces where they stayed. */
  readonly diff: readonly string[]
}

/** Why, for people and for programs. Times are dates in ISO 8601. */
export type ShownCause = Omit<Cause, 'eventAt'> & {
  /** `start of container web-1 (service web of network 2816)` */
  readonly text: string
  readonly eventAt?: string | undefined
}

export interface ShownRevision {
  readonly revision: number
  /** When it came to be. */
  readonly at: string
  readonly causes: readonly ShownCause[]
  readonly entries: readonly ShownEntry[]
  /** How many more changed, of which nothing was kept. */
  readonly more: number
}

/** What is other in one revision than in another. */
export interface Difference {
  readonly from: number
  readonly to: number
  readonly entries: readonly ShownEntry[]
  /** Why that isn't all, where it isn't. */
  readonly gaps: readonly string[]
}

const SECRET_LINE = '~ something in it is other that is not shown: a secret, or the end of a long text'

const linesOf = (sign: string, text: string): readonly string[] =>
  text.split('\n').flatMap((line, index, all) => (line === '' && index === all.length - 1 ? [] : `${sign} ${line}`))

function shownEntry({ path, network, before, after }: KeptEntry): ShownEntry {
  const change = before === undefined ? 'come' : after === undefined ? 'gone' : 'changed'
  const parts = diffLines(before ?? '', after ?? '')
  const lines = parts.flatMap(({ value, added, removed }) => linesOf(added ? '+' : removed ? '-' : ' ', value))
  return { path, network, change, diff: before === after ? [...lines, SECRET_LINE] : lines }
}

/** What each kind says where there is no container to tell of. */
const KINDS: Readonly<Record<Cause['kind'], string>> = {
  event: 'an event',
  listing: 'found so when its daemon was listed',
  others: 'a claim, a share, another container, or the end of a wait',
  start: 'the route server was started',
  settings: 'the configuration was read again',
}

function whoOf({ container, service, network }: Cause): string {
  const of = network === undefined ? '' : `network ${network}`
  if (container === undefined) return of
  return `container ${container} (${service === undefined ? of : `service ${service} of ${of}`})`
}

function textOf(cause: Cause): string {
  const { kind, event, isRecreated, labels = [] } = cause
  const who = whoOf(cause)
  const what = event === undefined ? (who === '' ? KINDS[kind] : `${who}: ${KINDS[kind]}`) : `${event} of ${who}`
  const more = [
    ...(isRecreated ? ['which takes the place of another'] : []),
    ...(labels.length > 0 ? [`other labels: ${labels.join(', ')}`] : []),
  ]
  return [what, ...more].join(', ')
}

const shownCause = ({ eventAt, ...cause }: Cause): ShownCause => ({
  text: textOf(cause),
  ...cause,
  ...(eventAt !== undefined && { eventAt: new Date(eventAt).toISOString() }),
})

/** `network`: only what is about this one. */
export function shownRevision(kept: KeptRevision, network?: NetworkId): ShownRevision {
  const { revision, at, causes, entries, more } = kept
  const isMeant = (of: { readonly network?: NetworkId | undefined }): boolean =>
    network === undefined || of.network === undefined || of.network === network
  return {
    revision,
    at: new Date(at).toISOString(),
    causes: causes.filter(isMeant).map(shownCause),
    entries: entries.filter(isMeant).map(shownEntry),
    more,
  }
}

/** Whether anything in it is about the network, or about all. */
export const concerns = ({ causes, entries }: KeptRevision, network: NetworkId): boolean =>
  entries.some((entry) => entry.network === network) ||
  causes.some((cause) => cause.network === network || cause.network === undefined)

/**
 * What is other in revision `to` than in `from`: an entry that came and went again is in neither.
 *
 * @param kept the oldest first
 * @returns a sentence for people where one of them isn't known
 */
export function difference(kept: readonly KeptRevision[], from: number, to: number): Difference | string {
  const [first, last] = [kept[0], kept.at(-1)]
  if (!first || !last) return 'No change of the document is known yet.'
  // What the oldest changed is known, so what was before that is, too.
  const oldest = Math.max(0, first.revision - 1)
  for (const revision of [from, to])
    if (revision < oldest || revision > last.revision)
      return `Revision ${revision} isn't known: known are ${oldest} to ${last.revision}.`
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  const between = kept.filter(({ revision }) => revision > low && revision <= high)
  const merged = new Map<string, KeptEntry & { readonly isOther: boolean }>()
  for (const { entries } of between)
    for (const { path, network, before, after } of entries) {
      const known = merged.get(path)
      const isOther = known?.isOther === true || before === after
      merged.set(path, { path, network, before: known ? known.before : before, after, isOther })
    }
  const entries = [...merged.values()]
    .filter(({ before, after, isOther }) => before !== after || (isOther && after !== undefined))
    .map(({ path, network, before, after }): KeptEntry => {
      const [was, is] = from <= to ? [before, after] : [after, before]
      return { path, network, before: was, after: is }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return { from, to, entries: entries.map(shownEntry), gaps: gapsOf(between) }
}

function gapsOf(between: readonly KeptRevision[]): readonly string[] {
  return between.flatMap(({ revision, causes, more }) => {
    if (causes.some(({ kind }) => kind === 'start'))
      return `The route server was started with revision ${revision}; what changed while it was down isn't known.`
    return more > 0 ? `Revision ${revision} changed ${more} more entries, of which nothing was kept.` : []
  })
}
