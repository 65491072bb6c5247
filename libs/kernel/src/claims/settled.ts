import type { NetworkId } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import { changeParts } from '../document/render.ts'
import type { NetworkChange, NetworkRoutes } from '../network/network.ts'
import type { Verdict } from './arbitrate.ts'

type Entries = NetworkRoutes['entries']

/** What one set of entries has and another hasn't, and the other way round. */
function difference(before: Entries, after: Entries): Omit<NetworkChange, 'said'> {
  const missing = (from: Entries, entries: Iterable<Entry>): readonly Entry[] =>
    [...entries].filter((entry) => from.get(entry.path) !== entry)
  return { from: before, gone: missing(after, before.values()), come: missing(before, after.values()) }
}

/** A network's routes as its wishes were granted. */
function granted(wished: NetworkRoutes, { gone, come, diagnostics }: Verdict, before: Entries): NetworkRoutes {
  const entries = new Map(wished.entries)
  const replaced = come.flatMap(({ path }) => entries.get(path) ?? [])
  for (const { path } of gone) entries.delete(path)
  for (const entry of come) entries.set(entry.path, entry)
  return {
    network: wished.network,
    entries,
    get diagnostics() {
      return [...wished.diagnostics, ...diagnostics]
    },
    parts: changeParts(wished.parts, [...gone, ...replaced], come),
    change: {
      ...difference(before, entries),
      get said() {
        return [...wished.change.said, ...diagnostics]
      },
    },
  }
}

const NOTHING: Verdict = { gone: [], come: [], diagnostics: [] }

/**
 * Every network's routes as its wishes were granted, from rendering to rendering. The same object for the same wishes and the same
 * verdict; the wishes themselves where they were granted as they are, and before, too.
 */
export function createSettlement(): (
  wishes: readonly NetworkRoutes[],
  verdicts: ReadonlyMap<NetworkId, Verdict>,
) => readonly NetworkRoutes[] {
  interface Settled {
    readonly wished: NetworkRoutes
    readonly verdict: Verdict | undefined
    readonly routes: NetworkRoutes
  }
  let last: ReadonlyMap<NetworkId, Settled> = new Map()

  function settle(wished: NetworkRoutes, verdict: Verdict | undefined): Settled {
    const before = last.get(wished.network)
    if (before?.wished === wished && before.verdict === verdict) return before
    const isPlain = verdict === undefined && before?.verdict === undefined
    const routes = isPlain ? wished : granted(wished, verdict ?? NOTHING, before?.routes.entries ?? new Map())
    return { wished, verdict, routes }
  }

  return (wishes, verdicts) => {
    last = new Map(wishes.map((wished) => [wished.network, settle(wished, verdicts.get(wished.network))]))
    return [...last.values()].map(({ routes }) => routes)
  }
}
