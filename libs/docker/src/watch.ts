import type { Interest, Listing, Snapshot, SnapshotSource } from '@route-server/kernel'
import type { Container, Diagnostic, NetworkId } from '@route-server/plugin-api'
import { Daemon } from './daemon.ts'
import type { DaemonCall } from './daemon.ts'
import { withDeadline } from './deadline.ts'
import type { DockerEvent } from './events.ts'
import { createListening, type Listener, type Listening } from './listening.ts'
import type { Logger } from './logger.ts'
import { folderUnreadable, networkIdTaken, socketNameInvalid, unknownDaemon, unknownFolder } from './messages.ts'
import { networkOf } from './network-id.ts'
import { unreadableAbove, watchSockets, type Scan } from './sockets.ts'
import { DEFAULT_TIMING, type Timing } from './timing.ts'

export interface WatchOptions {
  /** Paths of sockets, or globs. */
  readonly sockets: readonly string[]
  /** Asked for each new or changed running container: whether one inspect is needed to learn its `exposedPorts`. */
  readonly wantsPorts: (container: Container) => boolean
  /**
   * Asked for each new or changed container that runs and exposes no TCP port, once that is known: whether somebody cares what is listened on
   * at its address. Default: nobody does.
   */
  readonly interestIn?: (container: Container) => Interest | undefined
  /** All that listens to TCP on this machine now; `undefined` where that can't be seen. */
  readonly listeners?: () => readonly Listener[] | undefined
  /** Asked for each label of each container: whether anybody reads it. The others are dropped at once. Default: all are kept. */
  readonly keepLabel?: (key: string) => boolean
  /** The last complete listings of the run before: what is shown until there are new ones, for `goneGrace` or `staleLimit`. */
  readonly before?: ReadonlyMap<NetworkId, Listing> | undefined
  readonly log: Logger
  /** Told of each call to a daemon once it was answered, or came to nothing. */
  readonly called?: ((call: DaemonCall) => void) | undefined
  /** Told of each event that a daemon sends, before anybody looks at what it is about. */
  readonly heard?: ((event: DockerEvent) => void) | undefined
  readonly timing?: Partial<Timing>
}

/** The machine's daemons, watched until `close`. */
export interface DaemonWatch extends SnapshotSource {
  /**
   * Settles as soon as no daemon owes an answer about a container any more; `undefined` where none does. What isn't answered within
   * 25 ms isn't waited for.
   */
  underWay(): Promise<void> | undefined
  /** Ends every call, stream, timer and watcher. */
  close(): Promise<void>
}

/** Watches the Docker daemons behind some sockets. The first scan for sockets is done when it returns. */
export function watchDaemons(options: WatchOptions): DaemonWatch {
  return new Watch(options)
}

/** Several times what a daemon takes to answer what an event is about; milliseconds. */
const LATE_MS = 25

class Watch implements DaemonWatch {
  readonly #options: Omit<WatchOptions, 'before'>
  readonly #timing: Timing
  readonly #listening: Listening
  readonly #daemons = new Map<string, Daemon>()
  /** Listings of the run before whose daemons weren't looked for yet. */
  readonly #before: Map<NetworkId, Listing>
  readonly #listings = new Map<NetworkId, Listing>()
  readonly #subscribers = new Set<() => void>()
  readonly #stopScanning: () => void
  /** What daemons are being asked, and who waits for all of that. */
  #underWay = 0
  #waiting: { readonly settled: Promise<void>; readonly settle: () => void } | undefined
  /** Paths of daemons and folders that were there at the start and aren't known yet. */
  readonly #unknownDaemons = new Set<string>()
  #unknownFolders: ReadonlySet<string> | undefined
  #socketProblems: readonly Diagnostic[] = []
  #snapshot: Snapshot | undefined
  #reconciling = false
  #hasNews = false
  #closed = false

  constructor({ before, ...options }: WatchOptions) {
    this.#options = options
    this.#timing = { ...DEFAULT_TIMING, ...options.timing }
    const { shortestLook: shortest, longestLook: longest } = this.#timing
    this.#listening = createListening({ listeners: options.listeners ?? (() => undefined), shortest, longest })
    this.#before = new Map(before)
    this.#stopScanning = watchSockets(options.sockets, this.#timing, (scan) => this.#reconcile(scan))
  }

  read(): Snapshot {
    return (this.#snapshot ??= this.#take())
  }

  subscribe(changed: () => void): () => void {
    // Its own function each time, so that subscribing the same one twice counts twice.
    const subscriber = (): void => changed()
    this.#subscribers.add(subscriber)
    return () => void this.#subscribers.delete(subscriber)
  }

  underWay(): Promise<void> | undefined {
    if (this.#underWay === 0) return undefined
    if (this.#waiting) return this.#waiting.settled
    let settle = (): void => undefined
    const settled = new Promise<void>((resolve) => (settle = resolve))
    this.#waiting = { settled, settle }
    return settled
  }

  close(): Promise<void> {
    this.#closed = true
    this.#stopScanning()
    for (const daemon of this.#daemons.values()) daemon.close()
    this.#listening.close()
    return Promise.resolve()
  }

  /** Makes the daemons follow the sockets. Told as one change, so that nobody sees half of it. */
  #reconcile(scan: Scan): void {
    this.#reconciling = true
    this.#noteUnknownFolders(scan)
    for (const [path, daemon] of this.#daemons) {
      if (!scan.sockets.has(path) && unreadableAbove(path, scan) === undefined) daemon.vanish()
    }
    const problems = [...scan.unreadable].map(([folder, code]) => folderUnreadable(folder, code))
    const holders = this.#holders()
    // In one order, so that which of two sockets with one ID is adopted doesn't depend on how a folder lists them.
    for (const [path, socket] of [...scan.sockets].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const network = networkOf(path)
      if (network === undefined) {
        problems.push(socketNameInvalid(path))
        continue
      }
      const holder = holders.get(network) ?? path
      holders.set(network, holder)
      if (holder !== path) problems.push(networkIdTaken(path, holder, network))
      else (this.#daemons.get(path) ?? this.#adopt(path, network)).appear(socket)
    }
    for (const { network, daemon: path } of [...this.#before.values()]) {
      const daemon = this.#adopt(path, network)
      if (unreadableAbove(path, scan) === undefined) daemon.vanish()
    }
    this.#noteSocketProblems(problems)
    this.#reconciling = false
    if (this.#hasNews) this.#changed()
  }

  /** The path of the daemon that stands for each network. One whose socket is gone makes room for another. */
  #holders(): Map<NetworkId, string> {
    const present = [...this.#daemons.values()].filter(({ isAway }) => !isAway)
    return new Map(present.map(({ source: { network, daemon } }) => [network, daemon]))
  }

  #adopt(path: string, network: NetworkId): Daemon {
    const before = this.#before.get(network)
    this.#before.delete(network)
    for (const other of this.#daemons.values()) if (other.source.network === network) other.giveWay()
    const daemon = new Daemon(before, {
      source: { network, daemon: path },
      timing: this.#timing,
      wantsPorts: this.#options.wantsPorts,
      interestIn: this.#options.interestIn ?? (() => undefined),
      watch: (address, seen) => this.#listening.watch(address, seen),
      keepLabel: this.#options.keepLabel ?? (() => true),
      log: this.#options.log,
      called: this.#options.called,
      heard: this.#options.heard,
      asked: (answer) => void this.#await(answer),
      changed: () => {
        if (this.#unknownDaemons.has(path) && daemon.status.state !== 'pending') this.#unknownDaemons.delete(path)
        this.#list(network)
        this.#changed()
      },
      forgotten: () => {
        this.#daemons.delete(path)
        this.#options.log.info(
          { daemon: path, network },
          `Forgot the daemon at ${path}: its socket has been gone for long.`,
        )
        this.#list(network)
        this.#changed()
      },
    })
    this.#daemons.set(path, daemon)
    if (before) this.#unknownDaemons.delete(path)
    this.#list(network)
    return daemon
  }

  /** What appears in a folder that couldn't be read at the start was there at the start, for all we know. */
  #noteUnknownFolders(scan: Scan): void {
    const before = this.#unknownFolders
    const still = new Set([...scan.unreadable.keys()].filter((folder) => before?.has(folder) ?? true))
    for (const path of scan.sockets.keys()) {
      const wasThere =
        before === undefined || [...before].some((folder) => !still.has(folder) && path.startsWith(`${folder}/`))
      if (wasThere && networkOf(path) !== undefined && !this.#daemons.has(path)) this.#unknownDaemons.add(path)
    }
    this.#unknownFolders = still
    if (before?.size !== still.size) this.#changed()
  }

  #noteSocketProblems(problems: readonly Diagnostic[]): void {
    const known = new Set(this.#socketProblems.map(({ message }) => message))
    const fresh = problems.filter(({ message }) => !known.has(message))
    if (fresh.length === 0 && problems.length === known.size) return
    this.#socketProblems = problems
    for (const { level, code, message, origin } of fresh)
      this.#options.log[level === 'info' ? 'info' : 'warn']({ code, ...origin }, message)
    this.#changed()
  }

  /** Puts the listing of a network in its place. Where it has moved to another socket, the old one stays until there is a new one. */
  #list(network: NetworkId): void {
    let listing: Listing | undefined
    let isAway = true
    for (const daemon of this.#daemons.values()) {
      if (daemon.source.network !== network || !daemon.listing || (daemon.isAway && !isAway)) continue
      listing = daemon.listing
      isAway = daemon.isAway
    }
    if (listing) this.#listings.set(network, listing)
    else this.#listings.delete(network)
  }

  /** A daemon that hangs is waited for once, not by everybody who comes until its deadline. */
  async #await(answer: Promise<void>): Promise<void> {
    this.#underWay += 1
    await withDeadline(LATE_MS, new AbortController(), answer, () => new Error('late')).catch(() => undefined)
    this.#underWay -= 1
    if (this.#underWay > 0) return
    this.#waiting?.settle()
    this.#waiting = undefined
  }

  /** What only people read is made when they do. */
  #take(): Snapshot {
    const daemons = (): readonly Daemon[] => [...this.#daemons.values()]
    const unknown = (): readonly string[] => this.#unknown()
    const socketProblems = this.#socketProblems
    return {
      listings: this.#listings,
      get daemons() {
        return daemons().map(({ status }) => status)
      },
      get unknown() {
        return unknown()
      },
      get diagnostics() {
        return [...socketProblems, ...daemons().flatMap(({ diagnostic }) => diagnostic ?? [])]
      },
    }
  }

  #unknown(): readonly string[] {
    const unknown = [...(this.#unknownFolders ?? [])].map(unknownFolder)
    for (const path of this.#unknownDaemons) {
      const daemon = this.#daemons.get(path)
      if (daemon) unknown.push(unknownDaemon(path, daemon.status.reason))
    }
    return unknown
  }

  #changed(): void {
    this.#snapshot = undefined
    this.#hasNews = this.#reconciling
    if (this.#closed || this.#reconciling) return
    for (const subscriber of [...this.#subscribers]) {
      try {
        subscriber()
      } catch (error) {
        this.#options.log.warn(
          { err: error },
          'Somebody who was told of a change among the daemons failed to take it in.',
        )
      }
    }
  }
}
