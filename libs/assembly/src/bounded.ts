import type { Container, Context, Fragment, NetworkId } from '@route-server/plugin-api'
import { createAnswers } from './answers.ts'
import type { Answer, PluginProcess, ProcessEvents } from './plugin-process.ts'
import { createQueue } from './queue.ts'
import type { Asked } from './queue.ts'

/** How much of everybody's time a plugin may have; milliseconds. */
export interface Bounds {
  /** How long it may take until it is ready, at the start and when it is started again. */
  readonly loading: number
  /** A call that takes longer is ended. */
  readonly deadline: number
  /** How long everybody waits for its answers at once, until they go on without; and how much of that an answer gives back. */
  readonly patience: number
  readonly earned: number
  /** How long whoever made it fail waits to be asked about again: the first time, and at most. */
  readonly backOff: number
  readonly longestBackOff: number
  /** Answers that come late are told together, so often. */
  readonly flush: number
}

export const BOUNDS: Bounds = {
  loading: 20_000,
  deadline: 1_000,
  patience: 100,
  earned: 1,
  backOff: 1_000,
  longestBackOff: 600_000,
  flush: 2_000,
}

/** For whoever has nothing else to do, and no later. */
export const ALL_THE_TIME: Bounds = { ...BOUNDS, patience: Infinity }

/** For whom a plugin isn't asked for now. */
export interface SetAside {
  /** The network; left out where it is everybody. */
  readonly network?: NetworkId
  /** Completes the sentence "the plugin …": `was ended after 1000 ms`. */
  readonly why: string
  /** The container that it was asked about. */
  readonly container?: string
  /** When it is tried again; milliseconds since 1970. */
  readonly until: number
}

/** What a plugin has cost, and whether it works. */
export interface Spent {
  readonly calls: number
  /** Of all calls, and of the longest; milliseconds. */
  readonly total: number
  readonly longest: number
  /** How long everybody else waited for it; milliseconds. */
  readonly waited: number
  /** Containers that it hasn't answered for yet. */
  readonly waiting: number
  readonly setAside: readonly SetAside[]
  /** Bytes that its process has in memory; left out where it has none. */
  readonly memory?: number
}

type Contribute = (container: Container, context: Context) => Fragment | undefined

/** A plugin that can't keep anybody. */
export interface Bounded {
  readonly contribute: Contribute
  readonly spent: () => Spent
  /** Calls back with containers about which it has something else to say than when it was last asked. */
  readonly subscribe: (answered: (containers: readonly Container[]) => void) => () => void
  readonly close: () => Promise<void>
}

/** Why a network's containers wait, and until when on the clock that is never set. */
interface Aside {
  readonly failures: number
  readonly until: number
  readonly why: string
  readonly container: string
  /** The IDs of those that it failed on. */
  readonly culprits: ReadonlySet<string>
}

/** So many of its containers may fail until all that it has are taken for such. */
const MOST_CULPRITS = 3

/** Containers that are evaluated anew together. */
const MOST_TOLD = 50

/** Bytes of what it said of all containers, as they came. */
const MOST_KEPT = 2 ** 27

/** Whether they say the same; a copy of one does. */
function isSame(a: Container, b: Container): boolean {
  if (a === b) return true
  const [ofA, ofB] = [a, b] as unknown as readonly [Record<string, unknown>, Record<string, unknown>]
  return Object.keys(ofA).length === Object.keys(ofB).length && Object.keys(ofA).every((key) => ofA[key] === ofB[key])
}

const askedOf = (container: Container, { settings, service, address, traefik }: Context): Asked => ({
  network: container.network,
  id: container.id,
  name: container.name,
  container: new WeakRef(container),
  context: { settings, service, address, traefik },
  askedAt: 0,
})

export interface BoundedOptions {
  /** Known once it has been started. */
  readonly name: () => string
  /** Starts the plugin again, after a failure. */
  readonly open: (events: ProcessEvents) => Promise<PluginProcess>
  readonly bounds: Bounds
}

/**
 * Bounds every call into a plugin. Whoever asks has the answer at once as long as the plugin is prompt: it runs in a process of its own, and is waited for.
 * When that patience is used up, and when it has failed, its last answer for the container stands in, or nothing, and who asked is told once there is one.
 */
export async function createBounded({ name, open, bounds }: BoundedOptions): Promise<Bounded> {
  const { deadline, patience, earned, backOff, longestBackOff, flush } = bounds
  const answers = createAnswers(MOST_KEPT)
  const queue = createQueue()
  const aside = new Map<NetworkId, Aside>()
  const subscribers = new Set<(containers: readonly Container[]) => void>()
  const late = new Map<string, Container>()
  const spent = { calls: 0, total: 0, longest: 0, waited: 0 }
  let left = patience
  let running: PluginProcess | undefined
  /** Until the last process has ended there is no other. */
  let ending = Promise.resolve()
  let isOpening = false
  let current: { readonly asked: Asked; readonly id: number } | undefined
  let questions = 0
  let toldSettings: unknown
  /** Networks that it failed on, and how often it did for none, since it last answered. */
  const failedFor = new Set<NetworkId>()
  let strays = 0
  let down: { readonly why: string; readonly until: number } | undefined
  let isClosed = false
  const timers: Partial<Record<'deadline' | 'pump' | 'flush', NodeJS.Timeout>> = {}

  const later = (timer: keyof typeof timers, milliseconds: number, then: () => void): void => {
    clearTimeout(timers[timer])
    timers[timer] = setTimeout(then, Math.max(0, Math.ceil(milliseconds))).unref()
  }

  const backOffAfter = (failures: number): number => Math.min(longestBackOff, backOff * 2 ** (failures - 1))

  /** Whether a container has to wait for what happened. */
  function asideFor(network: NetworkId, id: string): Aside | undefined {
    const waits = aside.get(network)
    return waits && (waits.culprits.has(id) || waits.culprits.size >= MOST_CULPRITS) ? waits : undefined
  }

  /** When a container may be asked about. */
  const dueOf = (network: NetworkId, id: string): number => asideFor(network, id)?.until ?? -Infinity

  /** Whether a network has anybody else who is only waiting for his turn. */
  function isAnyoneNext(network: NetworkId): boolean {
    for (const { id } of queue.of(network)) if (!asideFor(network, id)) return true
    return false
  }

  function tell(containers: Iterable<Container>): void {
    const all = [...containers]
    if (all.length > 0) for (const answered of subscribers) answered(all)
  }

  /** Some at a time: a network in which much changes at once has to rest. */
  function flushLate(network?: NetworkId): void {
    const some = [...late.values()].filter((container) => network === undefined || container.network === network)
    const told = some.slice(0, MOST_TOLD)
    for (const { id } of told) late.delete(id)
    if (late.size === 0) clearTimeout(timers.flush)
    else if (network === undefined || told.length < some.length) later('flush', flush, () => flushLate())
    tell(told)
  }

  function count(milliseconds: number): void {
    spent.calls++
    spent.total += milliseconds
    spent.longest = Math.max(spent.longest, milliseconds)
  }

  function took(answer: Answer, container: Container | undefined, waited: number): void {
    count(answer.took)
    left = Math.min(patience, Math.max(0, left + earned - waited))
    failedFor.clear()
    strays = 0
    down = undefined
    if (container) answers.keep(container, answer)
  }

  /** One that was waited for, or came later. */
  function answered(answer: Answer): void {
    if (current?.id !== answer.id) return
    const { asked } = current
    const { network } = asked
    const container = asked.container.deref()
    current = undefined
    clearTimeout(timers.deadline)
    took(answer, container, answer.took)
    queue.remove(asked)
    const newer = queue.get(network, asked.id)?.container.deref()
    if (newer) answers.renew(newer)
    if (queue.count(network) === 0) aside.delete(network)
    if (container) late.set(container.id, container)
    if (!isAnyoneNext(network)) flushLate(network)
    else if (late.size === 1) later('flush', flush, () => flushLate())
    pump()
  }

  /** What it was asked about is to blame. */
  function setAside({ network, id, name: container }: Asked, why: string): void {
    const before = aside.get(network)
    const failures = (before?.failures ?? 0) + 1
    const until = performance.now() + backOffAfter(failures)
    const culprits = new Set([...(before?.culprits ?? []), id])
    aside.set(network, { failures, until, why, container, culprits })
    failedFor.add(network)
  }

  /** The process has ended, or is to end. */
  function lose(why: string): void {
    const lost = running
    const failed = current
    running = undefined
    current = undefined
    clearTimeout(timers.deadline)
    if (lost) ending = lost.close()
    if (failed) count(performance.now() - failed.asked.askedAt)
    const isNew = failed && !asideFor(failed.asked.network, failed.asked.id)
    if (failed) setAside(failed.asked, why)
    else strays++
    // Whoever is to blame waits himself; where many are, it is the plugin.
    const failures = Math.max(0, failedFor.size - 1) + strays
    if (failures > 0) down = { why, until: performance.now() + backOffAfter(failures) }
    const container = failed?.asked.container.deref()
    if (container && isNew) tell([container])
    pump()
  }

  async function reopen(): Promise<void> {
    isOpening = true
    try {
      await ending
      const opened = await open(events)
      if (isClosed) await opened.close()
      else running = opened
      toldSettings = undefined
    } catch (cause) {
      strays++
      const until = performance.now() + backOffAfter(Math.max(0, failedFor.size - 1) + strays)
      down = { why: `can't be started: ${cause instanceof Error ? cause.message : String(cause)}`, until }
    }
    isOpening = false
    pump()
  }

  function send(to: PluginProcess, asked: Asked, container: Container): number {
    const { settings, service, address, traefik } = asked.context
    const id = ++questions
    to.ask({ id, container, service, address, traefik, ...(settings !== toldSettings && { settings }) })
    toldSettings = settings
    asked.askedAt = performance.now()
    current = { asked, id }
    return id
  }

  /** So long after it was asked it has answered, or is ended. Where we were kept busy meanwhile the answer lies there. */
  function endAfter(milliseconds: number): void {
    later('deadline', milliseconds, () => {
      const answer = current && running?.await(current.id, 0)
      if (answer) answered(answer)
      else lose(`was ended after ${deadline / 1000} s`)
    })
  }

  /** Asks the next question, when there is one and it may be asked. */
  function pump(): void {
    if (isClosed || current || isOpening) return
    const now = performance.now()
    const { next, due } = queue.next(now, dueOf)
    for (const network of aside.keys()) if (queue.count(network) === 0) aside.delete(network)
    const at = Math.max(next ? now : due, down?.until ?? -Infinity)
    if (at === Infinity) return
    if (at > now) return later('pump', at - now, pump)
    if (!running) return void reopen()
    const container = next?.container.deref()
    if (!next || !container) return
    send(running, next, container)
    endAfter(deadline)
  }

  /** The answer, where everybody can wait for it. */
  function askAtOnce(container: Container, context: Context): Answer | undefined {
    const { network, id } = container
    if (!running || current || left <= 0 || dueOf(network, id) > performance.now()) return undefined
    const asked = askedOf(container, context)
    const question = send(running, asked, container)
    const answer = running.await(question, Math.min(left, deadline))
    const waited = performance.now() - asked.askedAt
    spent.waited += waited
    if (answer) {
      current = undefined
      took(answer, container, waited)
      queue.drop(network, id)
      return answer
    }
    left = Math.max(0, left - waited)
    queue.add(asked)
    endAfter(deadline - waited)
    return undefined
  }

  /** Why the answer isn't there. */
  function sayWhy({ network, id }: Container, { report }: Context, isKept: boolean): void {
    const { why, container } = asideFor(network, id) ?? { ...down, container: undefined }
    const fate = isKept
      ? 'What it said of this container before stays as it is'
      : 'It has said nothing of this container yet, so what other plugins make of it is all there is'
    if (why === undefined)
      report({
        code: 'PLUGIN_BEHIND',
        level: 'info',
        message: `The plugin "${name()}" is slow, or was kept by others, and hasn't answered for this container. ${fate}, until it has. Nothing has to be done; where it takes long, tell its author. See: route-server plugins`,
      })
    else
      report({
        code: 'PLUGIN_SET_ASIDE',
        level: 'error',
        message: `The plugin "${name()}" ${why}${container === undefined ? '' : ` on the container ${container}`}, so it is set aside for a while and then tried again. ${fate}. Tell its author; route-server plugins says when it is tried.`,
      })
  }

  function said(answer: Answer, { report, exposedPorts, listeningPorts }: Context): Fragment | undefined {
    if (answer.wantsPorts) exposedPorts()
    if (answer.wantsListening) listeningPorts()
    answer.problems.forEach(report)
    if (answer.threw !== undefined) throw new Error(answer.threw)
    return answer.fragment as Fragment | undefined
  }

  function contribute(container: Container, context: Context): Fragment | undefined {
    const known = answers.get(container.network, container.id)
    const before = known?.container.deref()
    if (known && before && isSame(before, container)) {
      if (before !== container) answers.keep(container, known.answer)
      return said(known.answer, context)
    }
    const answer = askAtOnce(container, context)
    if (answer) return said(answer, context)
    const asked = current?.asked
    const about = asked?.container.deref()
    const isAsked = asked && about && isSame(about, container) && queue.get(container.network, container.id) === asked
    // The answer is for the one that is there now: nobody may have kept the other.
    if (isAsked) asked.container = new WeakRef(container)
    else queue.add(askedOf(container, context))
    answers.renew(container)
    pump()
    sayWhy(container, context, known?.good !== undefined)
    // It may want them, and whoever lists the containers asks only once.
    context.listeningPorts()
    return known?.good && said(known.good, context)
  }

  const events: ProcessEvents = { answered, ended: (why) => lose(why) }
  running = await open(events)

  return {
    contribute,
    spent() {
      const offset = Date.now() - performance.now()
      const memory = running?.memory()
      return {
        ...spent,
        waiting: queue.size,
        setAside: [
          ...(down ? [{ why: down.why, until: down.until + offset }] : []),
          ...[...aside].map(([network, { why, container, until }]) => ({
            network,
            why,
            container,
            until: until + offset,
          })),
        ],
        ...(memory !== undefined && { memory }),
      }
    },
    subscribe(answered) {
      subscribers.add(answered)
      return () => subscribers.delete(answered)
    },
    async close() {
      isClosed = true
      for (const timer of Object.values(timers)) clearTimeout(timer)
      await Promise.all([running?.close(), ending])
    },
  }
}
