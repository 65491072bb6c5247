import type { Diagnostic, NetworkId, Settings } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import type { Policy } from '../policy.ts'
import type { Ledger } from './ledger.ts'

/** One network's entries, as its own merge left them. The same object for as long as nothing in it changes. */
export interface Wishes {
  readonly network: NetworkId
  /** By path, `http.routers/web-2816`. */
  readonly entries: ReadonlyMap<string, Entry>
}

/** What becomes of one network's wishes. The same object for as long as it says the same. */
export interface Verdict {
  /** Entries that aren't served: routers, and what refers to them. */
  readonly gone: readonly Entry[]
  /** Entries that stand in their place, under the same paths: at another host, or on the entry point that was found. */
  readonly come: readonly Entry[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface Arbitration {
  /** The same object unless a claim or an allocation was added. */
  readonly ledger: Ledger
  /** Networks whose wishes are all granted as they are have none. */
  readonly verdicts: ReadonlyMap<NetworkId, Verdict>
}

/** Decides what each network gets of what all have in common: hosts, entry points, ports. Remembers what it decided for the same wishes. */
export type Arbiter = (networks: readonly Wishes[], ledger: Ledger, now: number) => Arbitration

export function createArbiter(_settings: Settings, _policy: Policy): Arbiter {
  return (_networks, ledger) => ({ ledger, verdicts: new Map() })
}
