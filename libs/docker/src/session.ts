import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { Container } from '@route-server/plugin-api'
import { Announced } from './announced.ts'
import type { Engine } from './engine.ts'
import { isMinor, readEvents, type DockerEvent } from './events.ts'
import { Failure, toFailure } from './failure.ts'
import { Heard } from './heard.ts'
import type { Inventory } from './inventory.ts'
import { limitTo } from './limit.ts'
import { parseList, parsePorts, type Source } from './listing.ts'
import { createLooks, type Looks } from './looks.ts'
import { jittered, type Timing } from './timing.ts'

/** More IDs than this in one list call, and everything is listed instead: the request's line would grow too long. */
const MOST_IDS = 100

const INSPECTS_AT_ONCE = 8

export interface SessionOptions {
  readonly source: Source
  readonly timing: Timing
  /** Called after the first complete list, and then after every change of the inventory's listing. */
  readonly listed: () => void
}

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
  /** Whether the first list is complete: nothing is published before. */
  #complete = false

  constructor(engine: Engine, inventory: Inventory, options: SessionOptions) {
    this.#engine = engine
    this.#inventory = inventory
    this.#options = options
    let fail: (error: unknown) => void = () => undefined
    this.#failure = new Promise((_, reject) => (fail = reject))
    this.#looks = createLooks({
      coalesce: options.timing.coalesce,
      look: (ids, all) => {
        if (!this.#complete) return this.#listFirst()
        return all || ids.size > MOST_IDS ? this.#lookAtAll(ids) : this.#lookAt(ids)
      },
      failed: fail,
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
    this.#engine.close()
  }

  async #hear(stream: Readable): Promise<never> {
    const receive = (event: DockerEvent): void => {
      this.#heard.add(event)
      this.#announced.hear(event, performance.now())
      this.#looks.mark(event.id, isMinor(event) ? this.#options.timing.patience : 0)
    }
    await readEvents(stream, receive).catch((error: unknown) => {
      throw toFailure(error, 'GET /events')
    })
    throw new Failure('other', 'It ended its event stream.')
  }

  /**
   * A daemon's very first list becomes visible only with its ports, so that no route flaps at the start; an inspect that hangs
   * holds it up no longer than its deadline.
   */
  async #listFirst(): Promise<void> {
    const { timing, listed } = this.#options
    const { portless } = this.#inventory.merge(await this.#list())
    const inspects = [...portless, ...this.#inventory.unanswered()].map((container) => this.#askPorts(container))
    if (!this.#inventory.listing) await Promise.race([Promise.all(inspects), this.#pause(timing.inspect)])
    this.#complete = true
    this.#inventory.publish()
    listed()
  }

  async #lookAt(ids: ReadonlySet<string>): Promise<void> {
    const { portless } = this.#inventory.merge(await this.#list([...ids]), ids)
    this.#askAndPublish(portless)
  }

  /** Also compares: a change that no event announced, neither before nor soon after, shows that the stream is deaf. */
  async #lookAtAll(marked: ReadonlySet<string>): Promise<void> {
    const { eventful, portless } = this.#inventory.merge(await this.#list())
    this.#askAndPublish(portless)
    const unannounced = eventful.filter((id) => !marked.has(id) && !this.#heard.of(id))
    if (unannounced.length === 0) return
    await this.#pause(this.#options.timing.tolerance)
    if (!unannounced.every((id) => this.#heard.of(id))) throw new Failure('other', DEAF)
  }

  /** Lists, and looks again soon at what the daemon announced and doesn't list yet. */
  async #list(ids?: readonly string[]): Promise<Container[]> {
    const listed = parseList(await this.#engine.list(ids), this.#options.source)
    for (const [id, ms] of this.#announced.missingIn(listed, ids, performance.now())) this.#looks.mark(id, ms)
    return listed
  }

  #askAndPublish(portless: readonly Container[]): void {
    for (const container of portless) void this.#askPorts(container)
    for (const container of this.#inventory.unanswered()) void this.#askPorts(container)
    this.#publish()
  }

  /** Never rejects: a container whose ports can't be had is shown without them. */
  #askPorts({ id }: Container): Promise<void> {
    const asked = this.#inspecting.get(id)
    if (asked) return asked
    const asking = this.#inspectLimit(() => this.#engine.inspect(id))
      .then(parsePorts)
      .catch(() => undefined)
      .then((ports) => {
        this.#inspecting.delete(id)
        // The next session asks again.
        if (this.#ended.signal.aborted) return
        this.#inventory.settle(id, ports)
        if (this.#complete) this.#publish()
      })
    this.#inspecting.set(id, asking)
    return asking
  }

  #publish(): void {
    if (this.#inventory.publish()) this.#options.listed()
  }

  /**
   * Asks from time to time what happened since the last time. An answer shows that the daemon lives; an event in it that the
   * open stream hasn't delivered shows that the stream doesn't.
   */
  async #checkLife(subscribed: number): Promise<never> {
    const { liveness, tolerance } = this.#options.timing
    for (let since = subscribed; ;) {
      await this.#pause(jittered(liveness))
      const until = Date.now()
      const recorded = await this.#engine.eventsBetween(Math.min(since, until), until)
      const missing = recorded.filter((event) => !this.#heard.has(event))
      if (missing.length > 0) {
        await this.#pause(tolerance)
        if (!missing.every((event) => this.#heard.has(event))) throw new Failure('other', DEAF)
      }
      this.#heard.forget()
      for (const container of this.#inventory.unanswered()) void this.#askPorts(container)
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
