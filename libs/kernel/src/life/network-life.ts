import type { Container } from '@route-server/plugin-api'
import { wantsNoHold } from '../evaluate/hold-label.ts'
import { isOneOff, serviceNameOf } from '../evaluate/identity.ts'
import { createMultimap } from '../multimap.ts'
import type { ContainerChange, Listing } from '../snapshot.ts'
import { createAlarms } from './alarms.ts'
import { countDeaths } from './deaths.ts'
import type { HoldReason, Resident, ResidentChange, Residents } from './roster.ts'

export interface LifeOptions {
  /** How long the routes of a container that went away stay; milliseconds. */
  readonly redeployGrace: number
  /** How long of that its address stays, too, where a successor is expected; milliseconds. */
  readonly hold: number
  /** `ignore`: Docker's health checks don't matter. */
  readonly health: 'gate' | 'ignore'
}

/** One moment, on the clock for people (milliseconds since 1970) and on one that is never set (milliseconds). */
export interface Moment {
  readonly date: number
  readonly clock: number
}

/** How long a container that keeps dying has to stay up before it gets traffic again. */
export const PROBATION_MS = 10_000

/** How long nobody can tell a container that is started again, or made anew, from one that was stopped. */
export const UNCERTAIN_MS = 2_000

type Held = Extract<Resident, { readonly presence: 'held' }>

/** A container that ran, and isn't there or doesn't run any more. Times are on the clock that is never set. */
interface Departed {
  readonly resident: Held
  readonly at: number
  /** Until when its address may stay; before it went, for one that got no traffic. */
  readonly heldUntil: number
  readonly until: number
}

/** Who lives in one network, from listing to listing. */
export interface NetworkLife {
  /** Takes in the newest listing, and what time has brought about. The options may be others than last time. */
  attend(listing: Listing, now: Moment, options: LifeOptions): ResidentChange
  readonly residents: Residents
  /** When somebody's presence will change by itself, on the clock that is never set; `Infinity`: never. */
  readonly due: number
}

/** Whether its processes are there. */
export const isUp = ({ state }: Container): boolean => state === 'running' || state === 'paused'

/** A service's containers come and go; a container without that label stands for itself. */
export const serviceOf = (container: Container): string => serviceNameOf(container) ?? container.id

/** Whether its image is known, and exposes nothing that a route could lead to by itself. */
export const exposesNone = ({ exposedPorts }: Container): boolean =>
  exposedPorts?.every(({ protocol }) => protocol !== 'tcp') === true

/** Labels that nobody asks for routes with: Docker Compose's own, and what an image says of itself. */
const ASKS_NOTHING = /^(?:com\.docker|org\.opencontainers)\./

const askingOf = ({ labels }: Container): readonly string[] =>
  Object.keys(labels).filter((key) => !ASKS_NOTHING.test(key))

const asksTheSame = (a: Container, b: Container): boolean =>
  askingOf(a).length === askingOf(b).length && askingOf(a).every((key) => a.labels[key] === b.labels[key])

/**
 * Whether it is still to be seen where it listens, which was seen of its predecessor: until then there is no route to it. One that asks
 * for something else, such as a password, is never passed over for what was there before.
 */
const isUnseen = (container: Container, predecessor: Container): boolean =>
  predecessor.listeningPorts !== undefined &&
  container.listeningPorts === undefined &&
  exposesNone(container) &&
  asksTheSame(container, predecessor)

/** What one listing has and what was known has otherwise. */
function compared(known: ReadonlyMap<string, Container>, { containers }: Listing): ContainerChange {
  const listed = new Map(containers.map((container) => [container.id, container]))
  const change = new Map<string, Container | undefined>()
  for (const [id, container] of listed) if (known.get(id) !== container) change.set(id, container)
  for (const id of known.keys()) if (!listed.has(id)) change.set(id, undefined)
  return change
}

export function createNetworkLife(): NetworkLife {
  const deaths = countDeaths()
  const alarms = createAlarms()
  const present = new Map<string, Container>()
  /** By service, those that aren't one-off. */
  const services = createMultimap<string, Container>()
  /** Containers that have to prove themselves. */
  const looping = new Set<string>()
  /** Since when each container has been seen running. */
  const upSince = new Map<string, number>()
  const departed = new Map<string, Departed>()
  const departedOf = createMultimap<string, { readonly id: string }>()
  /** Containers that get their predecessor's traffic although their health check hasn't succeeded yet. */
  const heirs = new Set<string>()
  const residents = new Map<string, Resident>()
  let last: { readonly listing: Listing; readonly options: LifeOptions } | undefined

  const setDeparted = (id: string, gone: Departed): void => {
    const known = departed.get(id)
    if (known) departedOf.delete(serviceOf(known.resident.container), known.resident.container)
    departedOf.add(serviceOf(gone.resident.container), gone.resident.container)
    departed.set(id, gone)
  }
  const removeDeparted = (id: string, { resident }: Departed): void => {
    departedOf.delete(serviceOf(resident.container), resident.container)
    departed.delete(id)
  }

  /** Takes note of who came up and who went down. */
  function take(id: string, container: Container | undefined, now: Moment, options: LifeOptions): void {
    const known = present.get(id)
    if (known && !isOneOff(known)) services.delete(serviceOf(known), known)
    if (container && !isOneOff(container)) services.add(serviceOf(container), container)
    if (container) present.set(id, container)
    else present.delete(id)
    if (container && isUp(container)) {
      if (!upSince.has(id)) upSince.set(id, now.clock)
      return
    }
    if (!upSince.delete(id)) return
    if (container) deaths.note(id, now.clock)
    if (deaths.tooMany(id, now.clock)) looping.add(id)
    const resident = residents.get(id)
    if (!resident) return
    const isHeld = resident.presence === 'serving' && !looping.has(id) && !wantsNoHold(resident.container)
    depart(resident.container, isHeld, now, options)
  }

  function depart(container: Container, isHeld: boolean, { date, clock }: Moment, options: LifeOptions): void {
    const { redeployGrace, hold } = options
    const heldUntil = isHeld ? clock + Math.min(hold, redeployGrace) : -Infinity
    const reason = heldUntil > clock ? 'awaited' : 'departed'
    const resident: Held = { container, presence: 'held', reason, since: date }
    setDeparted(container.id, { resident, at: clock, heldUntil, until: clock + redeployGrace })
  }

  /** Whether its service's next container is made already, or it is about to be started again itself. */
  function isComing(container: Container): boolean {
    if (present.get(container.id)?.state === 'restarting') return true
    for (const one of services.of(serviceOf(container)))
      if (one.state === 'created' || (isUp(one) && isUnseen(one, container))) return true
    return false
  }

  /** The one that went, as it stands now: awaited as long as a successor is on its way, or may be. */
  function reconsidered(gone: Departed, { clock }: Moment): Departed {
    const { resident, at, heldUntil } = gone
    const { container, reason: before } = resident
    const isExpected = clock < at + UNCERTAIN_MS || isComing(container)
    const reason = clock < heldUntil && isExpected ? 'awaited' : 'departed'
    return reason === before ? gone : { ...gone, resident: { ...resident, reason } }
  }

  /**
   * Those who are starting in the place of one that is awaited get its traffic: until they listen requests wait, and then they are
   * answered, which is more than 503 until the first health check.
   */
  function inherit(successors: readonly Container[], now: Moment, options: LifeOptions): void {
    if (successors.some((one) => reasonFor(one, now, options) === undefined)) return
    for (const one of successors) if (one.health === 'starting' && !wantsNoHold(one)) heirs.add(one.id)
  }

  /** Whether it came up only a moment ago, or is about to. */
  const isOnProbation = ({ id, state }: Container, { clock }: Moment): boolean =>
    looping.has(id) && (state === 'restarting' || clock - (upSince.get(id) ?? -Infinity) < PROBATION_MS)

  function reasonFor(container: Container, now: Moment, { health }: LifeOptions): HoldReason | undefined {
    if (container.state === 'paused') return 'paused'
    if (isOnProbation(container, now)) return 'looping'
    if (container.health === 'starting' && heirs.has(container.id)) return undefined
    if (health === 'ignore' || container.health === 'none' || container.health === 'healthy') return undefined
    return container.health
  }

  /** Ends what has lasted long enough, of one that is there. */
  function endProbation(id: string, now: Moment): void {
    const container = present.get(id)
    if (looping.has(id) && (!container || (isUp(container) && !isOnProbation(container, now)))) looping.delete(id)
    if (heirs.has(id) && (!container || !isUp(container) || container.health !== 'starting')) heirs.delete(id)
  }

  /** Of one that went, ends what has lasted long enough, or has a successor. */
  function expire(id: string, now: Moment, options: LifeOptions): void {
    const gone = departed.get(id)
    if (!gone) return
    const { resident, until } = gone
    const { container } = resident
    const successors = [...services.of(serviceOf(container))].filter((one) => isUp(one) && !isUnseen(one, container))
    if (now.clock < gone.heldUntil) inherit(successors, now, options)
    // One that gets no traffic takes nobody's place, as long as a better one may come.
    const isSucceeded =
      resident.reason === 'awaited'
        ? successors.some((one) => reasonFor(one, now, options) === undefined)
        : successors.length > 0
    if (until <= now.clock || isSucceeded || upSince.has(id)) removeDeparted(id, gone)
    else setDeparted(id, reconsidered(gone, now))
  }

  /** The same resident as before where nothing about it changed. */
  function residentOf(container: Container, now: Moment, options: LifeOptions): Resident {
    const before = residents.get(container.id)
    const reason = isUp(container) || isOnProbation(container, now) ? reasonFor(container, now, options) : undefined
    const presence = reason === undefined ? (isUp(container) ? 'serving' : 'absent') : 'held'
    const wasHeld = before?.presence === 'held' && before.reason === reason
    if (before?.container === container && before.presence === presence && (presence !== 'held' || wasHeld))
      return before
    if (reason === undefined) return { container, presence: presence as 'serving' | 'absent' }
    return { container, presence: 'held', reason, since: wasHeld ? before.since : now.date }
  }

  /** When something about it may change by itself. */
  function nextLook(id: string, { clock }: Moment): number {
    const gone = departed.get(id)
    const since = looping.has(id) ? upSince.get(id) : undefined
    const probation = since === undefined ? Infinity : since + PROBATION_MS
    if (!gone) return probation
    const { resident, at, heldUntil, until } = gone
    if (resident.reason !== 'awaited') return Math.min(probation, until)
    return Math.min(probation, heldUntil, at + UNCERTAIN_MS > clock ? at + UNCERTAIN_MS : Infinity)
  }

  /** Who may be other than before: whoever changed or was to be looked at, and who shares a service with one of them. */
  function concernedBy(ids: Iterable<string>): Set<string> {
    const concerned = new Set(ids)
    for (const id of [...concerned]) {
      const of = [present.get(id), residents.get(id)?.container].flatMap((one) => (one ? [serviceOf(one)] : []))
      for (const service of of) {
        for (const one of departedOf.of(service)) concerned.add(one.id)
        if (departedOf.count(service) > 0) for (const one of services.of(service)) concerned.add(one.id)
      }
    }
    return concerned
  }

  function settle(concerned: ReadonlySet<string>, now: Moment, options: LifeOptions): ResidentChange {
    const change = new Map<string, Resident | undefined>()
    for (const id of concerned) endProbation(id, now)
    for (const id of concerned) expire(id, now, options)
    for (const id of concerned) {
      const container = present.get(id)
      const resident = departed.get(id)?.resident ?? (container && residentOf(container, now, options))
      alarms.set(id, nextLook(id, now))
      if (residents.get(id) === resident) continue
      if (resident) residents.set(id, resident)
      else residents.delete(id)
      change.set(id, resident)
    }
    return change
  }

  return {
    residents,
    attend(listing, now, options) {
      const before = last
      const rung = alarms.ring(now.clock)
      last = { listing, options }
      const isOther = before?.listing !== listing
      const change = isOther ? ((before && listing.changedSince?.(before.listing)) ?? compared(present, listing)) : []
      const changed = new Map(change)
      for (const [id, container] of changed) take(id, container, now, options)
      const everybody = before && before.options !== options ? [...present.keys(), ...departed.keys()] : []
      return settle(concernedBy([...rung, ...changed.keys(), ...everybody]), now, options)
    },
    get due() {
      return alarms.due
    },
  }
}
