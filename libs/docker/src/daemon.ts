import { setTimeout as wait } from 'node:timers/promises'
import type { DaemonState, DaemonStatus, Listing } from '@route-server/kernel'
import type { Diagnostic } from '@route-server/plugin-api'
import { Engine } from './engine.ts'
import type { CallKind } from './engine.ts'
import type { DockerEvent } from './events.ts'
import { Failure, toFailure } from './failure.ts'
import { Inventory, type InventoryOptions } from './inventory.ts'
import type { Source } from './listing.ts'
import type { Logger } from './logger.ts'
import { daemonProblem } from './messages.ts'
import { paced, type Paced } from './paced.ts'
import { follow } from './session.ts'
import { Slices } from './slices.ts'
import { backOff, REST, type Timing } from './timing.ts'

/** A call to a daemon, and in which state that was. */
export interface DaemonCall {
  readonly kind: CallKind
  readonly state: DaemonState
  /** Or it failed, or came too late. */
  readonly isAnswered: boolean
}

export interface DaemonOptions extends Omit<InventoryOptions, 'seen'> {
  readonly timing: Timing
  readonly log: Logger
  /** Its status or its listing is a new one. */
  readonly changed: () => void
  readonly called?: ((call: DaemonCall) => void) | undefined
  readonly heard?: ((event: DockerEvent) => void) | undefined
  /** Told of everything that is asked about containers. Settles when the answer is in the inventory; never rejects. */
  readonly asked?: ((answer: Promise<void>) => void) | undefined
  /** Its socket has been gone for the whole grace; for `staleLimit` where its containers outlive it. */
  readonly forgotten: () => void
}

/**
 * One daemon through its states: connects, follows, reconnects. `pending` until it was listed once, `live` while it is followed,
 * `stale` when it was listed and isn't followed though its containers may run on, `gone` without its socket.
 */
export class Daemon {
  readonly #options: DaemonOptions
  readonly #inventory: Inventory
  /** Shows what was seen, which comes for many at once. */
  readonly #showing: Paced
  /** `undefined` until its socket appears. */
  #state: DaemonState | undefined
  #since = Date.now()
  #failure: Failure | undefined
  /** The socket's identity; `undefined` while there is none. */
  #socket: string | undefined
  #isAway = false
  #connection: AbortController | undefined
  #grace: NodeJS.Timeout | undefined
  /** Runs while it isn't heard: until the next note of that, or the limit. */
  #limit: NodeJS.Timeout | undefined
  /** Whether that was too long, so that its listing was dropped. */
  #isLost = false

  /** `before`: the last complete listing of an earlier run. */
  constructor(before: Listing | undefined, options: DaemonOptions) {
    this.#options = options
    this.#showing = paced(() => {
      // Until it was listed there is nothing to show.
      if (this.listing) this.#show()
    })
    this.#inventory = new Inventory(before, { ...options, seen: () => this.#showing.ask() })
    if (!this.listing) return
    this.#state = 'stale'
    this.#failure = new Failure('unheard', "It hasn't been heard since the start; its last listing is from disk.")
    this.#countSilence()
  }

  get source(): Source {
    return this.#options.source
  }

  get status(): DaemonStatus {
    const { daemon, network } = this.#options.source
    const lost = this.#isLost ? ' It has been silent for so long that its routes were dropped.' : ''
    const reason = this.#failure && { reason: `${this.#failure.message}${lost}` }
    const containers = this.listing ? this.#inventory.shown : 0
    return { daemon, network, state: this.#state ?? 'pending', since: this.#since, ...reason, containers }
  }

  get listing(): Listing | undefined {
    return this.#inventory.listing
  }

  /** Whether its socket was removed. */
  get isAway(): boolean {
    return this.#isAway
  }

  get diagnostic(): Diagnostic | undefined {
    if (!this.#failure || this.#failure.kind === 'unheard' || this.#state === 'gone') return undefined
    const { kind, message } = this.#failure
    const routes = this.#isLost ? 'dropped' : this.listing ? 'kept' : 'none'
    return daemonProblem({ ...this.#options.source, kind, reason: message, routes })
  }

  /** Its socket is there, under this identity. Connects, unless it already has to this very socket. */
  appear(socket: string): void {
    if (this.#socket === socket) return
    const isFirst = this.#socket === undefined && !this.#isAway
    this.#leave()
    this.#socket = socket
    this.#isAway = false
    if (!this.#wasListed) this.#enter('pending')
    else if (!isFirst) this.#enter('stale', new Failure('other', 'Its socket was made anew.'))
    const connection = new AbortController()
    this.#connection = connection
    void this.#stayConnected(connection.signal)
  }

  /** Its socket was removed. Containers that outlive their daemon keep their routes. */
  vanish(): void {
    if (this.#isAway) return
    this.#leave()
    this.#socket = undefined
    this.#isAway = true
    if (this.#inventory.isOutlived && this.#inventory.hasRunning) {
      this.#enter('stale', new Failure('other', 'Its socket was removed, but its containers run on (live-restore).'))
    } else this.#go()
  }

  /** Another socket stands for its network now. */
  giveWay(): void {
    if (this.#state !== 'gone') this.#go()
  }

  close(): void {
    clearTimeout(this.#limit)
    this.#showing.close()
    this.#inventory.close()
    this.#leave()
  }

  get #wasListed(): boolean {
    return this.#isLost || this.listing !== undefined
  }

  #leave(): void {
    clearTimeout(this.#grace)
    this.#connection?.abort()
  }

  #go(): void {
    this.#enter('gone', new Failure('other', 'Its socket was removed.'))
    this.#grace = setTimeout(() => this.#forget(), this.#options.timing.goneGrace)
  }

  #forget(): void {
    this.close()
    this.#options.forgotten()
  }

  /** Goes on where the run before left off. Of time that passes, no clock that is set: no date can make it too long. */
  #countSilence(): void {
    const { staleLimit, note } = this.#options.timing
    const began = performance.now()
    const wait = Math.max(0, Math.min(note, staleLimit - this.#inventory.unheard))
    this.#limit ??= setTimeout(() => {
      this.#limit = undefined
      // A process that was stopped heard nobody meanwhile.
      this.#inventory.unheard += Math.round(Math.min(performance.now() - began, 2 * note))
      if (this.#inventory.unheard >= staleLimit) this.#lose()
      else {
        this.#show()
        this.#countSilence()
      }
    }, wait)
  }

  #show(): void {
    if (this.#inventory.publish()) this.#options.changed()
  }

  /** It has been silent for too long. */
  #lose(): void {
    if (this.#isAway) {
      this.#forget()
      return
    }
    this.#isLost = true
    this.#inventory.clear()
    this.#tell()
    this.#options.changed()
  }

  async #stayConnected(signal: AbortSignal): Promise<void> {
    const { timing } = this.#options
    const left = (): boolean => signal.aborted
    for (let attempt = 0; ; attempt += 1) {
      const started = performance.now()
      const slices = new Slices()
      const failure = await this.#follow(signal, slices)
      if (left()) return
      this.#enter(this.#wasListed ? 'stale' : 'pending', failure)
      const lasted = performance.now() - started
      if (lasted > 2 * timing.longestBackOff) attempt = 0
      const pause = Math.max(backOff(attempt, timing), (1 + REST) * slices.total - lasted)
      await wait(pause, undefined, { signal }).catch(() => undefined)
      if (left()) return
    }
  }

  /** Follows it over one connection. Resolves with why that ended. */
  async #follow(signal: AbortSignal, slices: Slices): Promise<Failure> {
    const { source, timing, log, called, heard, asked } = this.#options
    const engine = new Engine(source.daemon, timing, (kind, isAnswered) =>
      called?.({ kind, state: this.#state ?? 'pending', isAnswered }),
    )
    const close = (): void => engine.close()
    const listed = (): void => {
      if (!signal.aborted) this.#enter('live')
    }
    const keepsContainers = (does: boolean): void => {
      if (signal.aborted) return
      this.#inventory.isOutlived = does
      this.#show()
    }
    signal.addEventListener('abort', close, { once: true })
    try {
      return await follow(engine, this.#inventory, { timing, slices, heard, asked, listed, keepsContainers })
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
    if (state === 'live') {
      clearTimeout(this.#limit)
      this.#limit = undefined
      this.#isLost = false
      this.#inventory.unheard = 0
      this.#inventory.publish()
    } else if (this.listing) this.#countSilence()
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
