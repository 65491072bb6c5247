import type { Container, Diagnostic, NetworkId } from '@route-server/plugin-api'

/** Containers that are other than before, by ID; `undefined` stands for one that is no longer there. */
export type ContainerChange = ReadonlyMap<string, Container | undefined>

/** The last complete listing of one daemon. A new object exactly when something in it changed. */
export interface Listing {
  readonly network: NetworkId
  /** Path of the daemon's socket. */
  readonly daemon: string
  /** Every container, whatever its state; each the same object as before unless it changed. Order means nothing. */
  readonly containers: readonly Container[]
  /** Whether its containers run on without it (Docker's live-restore), as far as it said. */
  readonly outlived?: true
  /** For how long it hasn't been heard while a route server ran, as of its last note of that; milliseconds. Left out where it is heard. */
  readonly unheard?: number
  /**
   * What is other than in an earlier listing, as it is now, so that nobody has to compare thousands of containers for one that started.
   * `undefined`, or left out: that isn't known any more, and has to be compared.
   */
  readonly changedSince?: (before: Listing) => ContainerChange | undefined
}

/**
 * `pending`: never listed since the start. `live`: listed, and its events arrive. `stale`: it stopped answering and keeps its
 * last complete listing. `gone`: its socket was removed; its listing is kept for a grace, then dropped with the daemon.
 */
export type DaemonState = 'pending' | 'live' | 'stale' | 'gone'

export interface DaemonStatus {
  /** Path of its socket. */
  readonly daemon: string
  readonly network: NetworkId
  readonly state: DaemonState
  /** When it entered this state; milliseconds since 1970. */
  readonly since: number
  /** Why it isn't live, as a sentence for people. */
  readonly reason?: string
  readonly containers: number
}

/** Everything that is known about the machine's daemons now. */
export interface Snapshot {
  /** The newest of each network. One map, whose values are replaced: whoever wants to compare keeps the listing. */
  readonly listings: ReadonlyMap<NetworkId, Listing>
  /** Made when it is read, as all that follows is. */
  readonly daemons: readonly DaemonStatus[]
  /** What was there at the start and isn't known yet: daemons never listed, folders that can't be read. Sentences for people. */
  readonly unknown: readonly string[]
  /** Sockets not adopted, folders unreadable, daemons stale. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Where snapshots come from. Level-triggered: a change only says "look again". */
export interface SnapshotSource {
  /** The newest snapshot: the same object until something changes. */
  read(): Snapshot
  /** Calls back after every change, until the returned function is called. Says that, never what. */
  subscribe(changed: () => void): () => void
}
