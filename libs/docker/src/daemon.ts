import { setTimeout as wait } from 'node:timers/promises'
import type { DaemonState, DaemonStatus, Listing } from '@route-server/kernel'
import type { Container, Diagnostic } from '@route-server/plugin-api'
import { Engine } from './engine.ts'
import { Failure, toFailure } from './failure.ts'
import { Inventory } from './inventory.ts'
import type { Source } from './listing.ts'
import type { Logger } from './logger.ts'
import { daemonProblem } from './messages.ts'
import { follow } from './session.ts'
import { backOff, type Timing } from './timing.ts'

export interface DaemonOptions {
  readonly source: Source
  readonly timing: Timing
  readonly wantsPorts: (container: Container) => boolean
  readonly log: Logger
  /** Its status or its listing is a new one. */
  readonly changed: () => void
  /** Its socket has been gone for the whole grace. */
  readonly forgotten: () => void
}

/**
 * One daemon through its states: connects, follows, reconnects. `pending` until it was listed once, `live` while it is followed,
 * `stale` when it was listed and isn't followed, `gone` without its socket.
 */
export class Daemon {
  readonly #options: DaemonOptions
  readonly #inventory: Inventory
  /** `undefined` until its socket appears. */
  #state: DaemonState | undefined
  #since = Date.now()
  #failure: Failure | undefined
  /** The socket's identity; `undefined` while there is none. */
  #socket: string | undefined
  #connection: AbortController | undefined
  #grace: NodeJS.Timeout | undefined

  constructor(options: DaemonOptions) {
    this.#options = options
    this.#inventory = new Inventory(options.source, options.wantsPorts)
  }

  get status(): DaemonStatus {
    const { daemon, network } = this.#options.source
    const reason = this.#failure && { reason: this.#failure.message }
    const containers = this.listing?.containers.length ?? 0
    return { daemon, network, state: this.#state ?? 'pending', since: this.#since, ...reason, containers }
  }

  get listing(): Listing | undefined {
    return this.#inventory.listing
  }

  get diagnostic(): Diagnostic | undefined {
    if (!this.#failure || this.#state === 'gone') return undefined
    const { kind, message } = this.#failure
    return daemonProblem({ ...this.#options.source, kind, reason: message, listed: this.listing !== undefined })
  }

  /** Its socket is there, under this identity. Connects, unless it already has to this very socket. */
  appear(socket: string): void {
    if (this.#socket === socket) return
    this.#leave()
    this.#socket = socket
    if (this.listing) this.#enter('stale', new Failure('other', 'Its socket was made anew.'))
    else this.#enter('pending')
    const connection = new AbortController()
    this.#connection = connection
    void this.#stayConnected(connection.signal)
  }

  /** Its socket was removed. */
  vanish(): void {
    if (this.#socket === undefined) return
    this.#leave()
    this.#socket = undefined
    this.#enter('gone', new Failure('other', 'Its socket was removed.'))
    this.#grace = setTimeout(this.#options.forgotten, this.#options.timing.goneGrace)
  }

  close(): void {
    this.#leave()
  }

  #leave(): void {
    clearTimeout(this.#grace)
    this.#connection?.abort()
  }

  async #stayConnected(signal: AbortSignal): Promise<void> {
    const { timing } = this.#options
    const left = (): boolean => signal.aborted
    for (let attempt = 0; ; attempt += 1) {
      const started = performance.now()
      const failure = await this.#follow(signal)
      if (left()) return
      this.#enter(this.listing ? 'stale' : 'pending', failure)
      if (performance.now() - started > 2 * timing.longestBackOff) attempt = 0
      await wait(backOff(attempt, timing), undefined, { signal }).catch(() => undefined)
      if (left()) return
    }
  }

  /** Follows it over one connection. Resolves with why that ended. */
  async #follow(signal: AbortSignal): Promise<Failure> {
    const { source, timing, log } = this.#options
    const engine = new Engine(source.daemon, timing)
    const close = (): void => engine.close()
    const listed = (): void => {
      if (!signal.aborted) this.#enter('live')
    }
    signal.addEventListener('abort', close, { once: true })
    try {
      return await follow(engine, this.#inventory, { source, timing, listed })
    } catch (error) {
      if (!(error instanceof Failure) && !signal.aborted)
        log.warn({ err: error, ...source }, 'The watch over a daemon broke unexpectedly.')
      return toFailure(error, 'Watching it')
    } finally {
      signal.removeEventListener('abort', close)
    }
  }

  /** Notes what is new: the state, why it is so, or (in `live`) the listing. */
  #enter(state: DaemonState, failure?: Failure): void {
    const isNews = state !== this.#state || failure?.message !== this.#failure?.message
    if (state !== this.#state) this.#since = Date.now()
    this.#state = state
    this.#failure = failure
    if (isNews) this.#tell()
    if (isNews || state === 'live') this.#options.changed()
  }

  #tell(): void {
    const { log } = this.#options
    const { daemon, state, containers } = this.status
    const { diagnostic } = this
    if (state === 'live') log.info(this.status, `Watching the daemon at ${daemon}: ${containers} containers.`)
    else if (diagnostic) log.warn(this.status, diagnostic.message)
    else if (state === 'gone')
      log.info(this.status, `The socket ${daemon} was removed; its routes go unless it comes back soon.`)
  }
}
