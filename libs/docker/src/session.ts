import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { Announced } from './announced.ts'
import type { Engine } from './engine.ts'
import { isMinor, readEvents, type DockerEvent } from './events.ts'
import { Failure, toFailure } from './failure.ts'
import { Heard } from './heard.ts'
import type { Inventory, Merged, Prepared } from './inventory.ts'
import { limitTo } from './limit.ts'
import { parseInspected } from './listing.ts'
import { createLooks, type Looks } from './looks.ts'
import { paced, type Paced } from './paced.ts'
import type { Slices } from './slices.ts'
import { jittered, untilBeat, type Timing } from './timing.ts'

/** IDs that one list call can name: the request's line would grow too long. */
const MOST_IDS = 100

const INSPECTS_AT_ONCE = 8

export interface SessionOptions {
  readonly timing: Timing
  readonly slices: Slices
  /** Told of each event as it arrives on the stream. */
  readonly heard?: ((event: DockerEvent) => void) | undefined
  /** Told of everything that is asked about containers. Settles when the answer is in the inventory; never rejects. */
  readonly asked?: ((answer: Promise<void>) => void) | undefined
  /** Called after the first complete list, and then after every change of the inventory's listing. */
  readonly listed: () => void
  /** Called once it is known whether its containers outlive the daemon. */
  readonly keepsContainers: (does: boolean) => void
}

/** Events after which a container's processes exist, or don't. */
const ALIVE_AFTER: Readonly<Record<string, boolean>> = { start: true, die: false }

/** Why an open stream isn't believed any more. */
const DEAF = "Its event stream is open but doesn't deliver: it is opened again."

/**
 * One connection to one daemon: subscribes to its events, lists its containers, and keeps the inventory true until something
 * breaks. Never resolves; rejects with a {@link Failure} that says why it ended. The engine is closed then.
 */
export async function follow(engine: Engine, inventory: Inventory, options: SessionOptions): Promise<never> {
  const session = new Session(engine, inventory, options)
  try {
    return await session.run()
  } finally {
    session.end()
  }
}

class Session {
  readonly #engine: Engine
  readonly #inventory: Inventory
  readonly #options: SessionOptions
  readonly #heard = new Heard()
  readonly #announced = new Announced()
  readonly #inspecting = new Map<string, Promise<void>>()
  readonly #inspectLimit = limitTo(INSPECTS_AT_ONCE)
  readonly #ended = new AbortController()
  readonly #failure: Promise<never>
  readonly #looks: Looks
  /** Shows what is new: whoever is told of it may have much to do. */
  readonly #publishing: Paced
  /** Whether the first list is complete: nothing is published before. */
  #complete = false

  constructor(engine: Engine, inventory: Inventory, options: SessionOptions) {
    this.#engine = engine
    this.#inventory = inventory
    this.#options = options
    let fail: (error: unknown) => void = () => undefined
    this.#failure = new Promise((_, reject) => (fail = reject))
    this.#publishing = paced(() => {
      if (inventory.publish()) options.listed()
    })
    this.#looks = createLooks({
      coalesce: options.timing.coalesce,
      look: (ids, all) => {
        if (!this.#complete) return this.#listFirst()
        return all || this.#areMost(ids) ? this.#lookAtAll(ids) : this.#lookAt([...ids])
      },
      failed: fail,
      begun: options.asked,
    })
  }

  /** Subscribes first and lists then, so that nothing falls in between: what events name meanwhile is looked at afterwards. */
  async run(): Promise<never> {
    await this.#engine.connect()
    const stream = await this.#engine.events()
    // Whatever is recorded later than this must arrive on the stream.
    const subscribed = Date.now() + 1
    this.#looks.markAll()
    return Promise.race([this.#failure, this.#hear(stream), this.#checkLife(subscribed), this.#resync()])
  }

  end(): void {
    this.#ended.abort()
    this.#looks.close()
    this.#publishing.close()
    this.#engine.close()
  }

  async #hear(stream: Readable): Promise<never> {
    const receive = (event: DockerEvent): void => {
      this.#heard.add(event)
      this.#options.heard?.(event)
      this.#announced.hear(event, performance.now())
      const isAlive = ALIVE_AFTER[event.action]
      if (isAlive !== undefined) this.#inventory.hear(event.id, isAlive)
      this.#looks.mark(event.id, isMinor(event) ? this.#options.timing.patience : 0)
    }
    await readEvents(stream, receive).catch((error: unknown) => {
      throw toFailure(error, 'GET /events')
    })
    throw new Failure('other', 'It ended its event stream.')
  }

  /**
   * A daemon's very first list becomes visible only with its ports, so that no route flaps at the start; an inspect that hangs
   * holds it up no longer than its deadline. What it took, evaluating all containers above all, is no reason to rest before the
   * first event is looked at.
   */
  async #listFirst(): Promise<number> {
    const { timing, slices, listed } = this.#options
    const { unknown } = await this.#list()
    const inspects = [...unknown, ...this.#inventory.unanswered()].map((id) => this.#inspect(id))
    if (!this.#inventory.listing) await Promise.race([Promise.all(inspects), this.#pause(timing.inspect)])
    this.#complete = true
    slices.begin()
    this.#inventory.publish()
    listed()
    slices.end()
    void this.#askKeepsContainers()
    slices.take()
    return 0
  }

  /** Whether so many are named that one list of everything is less than several of some. */
  #areMost(ids: ReadonlySet<string>): boolean {
    return ids.size > MOST_IDS && 2 * ids.size >= this.#inventory.size
  }

  async #lookAt(ids: readonly string[]): Promise<number> {
    for (let from = 0; from < ids.length; from += MOST_IDS) {
      this.#inspectAndPublish(await this.#list(ids.slice(from, from + MOST_IDS)))
    }
    return this.#options.slices.take()
  }

  /** Also compares: a change that no event announced, neither before nor soon after, shows that the stream is deaf. */
  async #lookAtAll(marked: ReadonlySet<string>): Promise<number> {
    const { slices, timing } = this.#options
    const merged = await this.#list()
    this.#inspectAndPublish(merged)
    const unannounced = merged.eventful.filter((id) => !marked.has(id) && !this.#heard.of(id))
    if (unannounced.length === 0) return slices.take()
    await this.#pause(timing.tolerance)
    if (!unannounced.every((id) => this.#heard.of(id))) throw new Failure('other', DEAF)
    return slices.take()
  }

  /** Lists, and looks again soon at what the daemon announced and doesn't list yet. */
  async #list(ids?: readonly string[]): Promise<Merged> {
    const { slices } = this.#options
    const listed: Prepared[] = []
    await this.#engine.list(slices, (item) => listed.push(this.#inventory.prepare(item)), ids)
    slices.begin()
    const containers = listed.map(({ container }) => container)
    for (const [id, ms] of this.#announced.missingIn(containers, ids, performance.now())) this.#looks.mark(id, ms)
    const merged = this.#inventory.merge(listed, ids && new Set(ids))
    slices.end()
    return merged
  }

  #inspectAndPublish({ unknown }: Merged): void {
    for (const id of [...unknown, ...this.#inventory.unanswered()]) void this.#inspect(id)
    this.#publishing.ask()
  }

  /** Never rejects: a container that can't be inspected is shown as it was listed. */
  #inspect(id: string): Promise<void> {
    const asked = this.#inspecting.get(id)
    if (asked) return asked
    const asking = this.#inspectLimit(() => this.#engine.inspect(id))
      .then(parseInspected)
      .catch(() => undefined)
      .then((inspected) => {
        this.#inspecting.delete(id)
        if (this.#ended.signal.aborted) {
          // The next session asks again.
          this.#inventory.unsettle(id)
          return
        }
        this.#inventory.settle(id, inspected)
        if (this.#complete) this.#publishing.ask()
      })
    this.#inspecting.set(id, asking)
    this.#options.asked?.(asking)
    return asking
  }

  async #askKeepsContainers(): Promise<void> {
    const does = await this.#engine.keepsContainers().catch(() => undefined)
    if (does !== undefined && !this.#ended.signal.aborted) this.#options.keepsContainers(does)
  }

  /**
   * Asks from time to time what happened since the last time. An answer shows that the daemon lives. An event in it that the
   * open stream hasn't delivered is a reason to look at everything, and what that finds shows whether the stream is deaf: where
   * the clock was set back, events of an earlier time come into the answer.
   */
  async #checkLife(subscribed: number): Promise<never> {
    const { liveness, tolerance } = this.#options.timing
    // Many daemons that are found at once aren't checked at once, and none right after it was listed.
    let due = performance.now() + (0.2 + 0.8 * Math.random()) * liveness
    for (let since = subscribed; ;) {
      await this.#pause(untilBeat(due, liveness))
      due = performance.now() + liveness
      const until = Date.now()
      const recorded = await this.#engine.eventsBetween(Math.min(since, until), until)
      const missing = recorded.filter((event) => !this.#heard.has(event))
      if (missing.length > 0) {
        await this.#pause(tolerance)
        if (!missing.every((event) => this.#heard.has(event))) this.#looks.markAll()
      }
      this.#heard.forget()
      for (const id of this.#inventory.unanswered()) void this.#inspect(id)
      since = until
    }
  }

  async #resync(): Promise<never> {
    for (;;) {
      await this.#pause(jittered(this.#options.timing.resync))
      this.#looks.markAll()
    }
  }

  #pause(ms: number): Promise<void> {
    return wait(ms, undefined, { signal: this.#ended.signal })
  }
}
