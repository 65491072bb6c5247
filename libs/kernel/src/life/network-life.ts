import type { Container } from '@route-server/plugin-api'
import { wantsNoHold } from '../evaluate/hold-label.ts'
import { isOneOff, serviceNameOf } from '../evaluate/identity.ts'
import type { Listing } from '../snapshot.ts'
import { countDeaths } from './deaths.ts'
import type { HoldReason, Resident, Roster } from './roster.ts'

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

/** Who else is there, as far as it matters to those who went. */
interface Company {
  /** By service, the containers that are up. */
  readonly up: ReadonlyMap<string, readonly Container[]>
  /** Services whose next container is made already, and containers that are about to be started again. */
  readonly coming: ReadonlySet<string>
}

/** Who lives in one network, from listing to listing. */
export interface NetworkLife {
  /** The same roster for as long as the same residents have the same presence. The options may be others than last time. */
  attend(listing: Listing, now: Moment, options: LifeOptions): Roster
  /** When somebody's presence will change by itself, on the clock that is never set; `Infinity`: never. */
  readonly due: number
}

/** Whether its processes are there. */
export const isUp = ({ state }: Container): boolean => state === 'running' || state === 'paused'

/** A service's containers come and go; a container without that label stands for itself. */
export const serviceOf = (container: Container): string => serviceNameOf(container) ?? container.id

function companyIn({ containers }: Listing): Company {
  const up = new Map<string, Container[]>()
  const coming = new Set<string>()
  for (const container of containers) {
    if (container.state === 'restarting') coming.add(container.id)
    if (isOneOff(container)) continue
    const service = serviceOf(container)
    if (container.state === 'created') coming.add(service)
    if (!isUp(container)) continue
    const known = up.get(service)
    if (known) known.push(container)
    else up.set(service, [container])
  }
  return { up, coming }
}

export function createNetworkLife(): NetworkLife {
  const deaths = countDeaths()
  /** Containers that have to prove themselves. */
  const looping = new Set<string>()
  /** Since when each container has been seen running. */
  const upSince = new Map<string, number>()
  const departed = new Map<string, Departed>()
  /** Containers that get their predecessor's traffic although their health check hasn't succeeded yet. */
  const heirs = new Set<string>()
  let residents = new Map<string, Resident>()
  let last: { readonly listing: Listing; readonly options: LifeOptions; readonly roster: Roster } | undefined
  let due = Infinity

  /** Takes note of who came up and who went down since the last listing. */
  function compare(listing: Listing, now: Moment, options: LifeOptions): void {
    const present = new Map(listing.containers.map((container) => [container.id, container]))
    for (const [id, { container, presence }] of residents) {
      if (!upSince.has(id)) continue
      const current = present.get(id)
      if (current && isUp(current)) continue
      upSince.delete(id)
      if (current) deaths.note(id, now.clock)
      if (deaths.tooMany(id, now.clock)) looping.add(id)
      const isHeld = presence === 'serving' && !looping.has(id) && !wantsNoHold(container)
      depart(container, isHeld, now, options)
    }
    for (const container of listing.containers)
      if (isUp(container) && !upSince.has(container.id)) upSince.set(container.id, now.clock)
  }

  function depart(container: Container, isHeld: boolean, { date, clock }: Moment, options: LifeOptions): void {
    const { redeployGrace, hold } = options
    const heldUntil = isHeld ? clock + Math.min(hold, redeployGrace) : -Infinity
    const reason = heldUntil > clock ? 'awaited' : 'departed'
    const resident: Held = { container, presence: 'held', reason, since: date }
    departed.set(container.id, { resident, at: clock, heldUntil, until: clock + redeployGrace })
  }

  /** The one that went, as it stands now: awaited as long as a successor is on its way, or may be. */
  function reconsidered(gone: Departed, { coming }: Company, { clock }: Moment): Departed {
    const { resident, at, heldUntil } = gone
    const { container, reason: before } = resident
    const isExpected = clock < at + UNCERTAIN_MS || coming.has(container.id) || coming.has(serviceOf(container))
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

  /** Ends what has lasted long enough. */
  function expire(listing: Listing, now: Moment, options: LifeOptions): void {
    for (const id of looping) {
      const container = listing.containers.find((one) => one.id === id)
      if (!container || (isUp(container) && !isOnProbation(container, now))) looping.delete(id)
    }
    for (const id of heirs) {
      const container = listing.containers.find((one) => one.id === id)
      if (!container || !isUp(container) || container.health !== 'starting') heirs.delete(id)
    }
    if (departed.size === 0) return
    const company = companyIn(listing)
    for (const [id, gone] of departed) {
      const { resident, until } = gone
      const successors = company.up.get(serviceOf(resident.container)) ?? []
      if (now.clock < gone.heldUntil) inherit(successors, now, options)
      // One that gets no traffic takes nobody's place, as long as a better one may come.
      const isSucceeded =
        resident.reason === 'awaited'
          ? successors.some((one) => reasonFor(one, now, options) === undefined)
          : successors.length > 0
      if (until <= now.clock || isSucceeded || upSince.has(id)) departed.delete(id)
      else departed.set(id, reconsidered(gone, company, now))
    }
  }

  function reasonFor(container: Container, now: Moment, { health }: LifeOptions): HoldReason | undefined {
    if (container.state === 'paused') return 'paused'
    if (isOnProbation(container, now)) return 'looping'
    if (container.health === 'starting' && heirs.has(container.id)) return undefined
    if (health === 'ignore' || container.health === 'none' || container.health === 'healthy') return undefined
    return container.health
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
  const nextChange = ({ resident, at, heldUntil, until }: Departed, { clock }: Moment): number =>
    resident.reason === 'awaited'
      ? Math.min(heldUntil, at + UNCERTAIN_MS > clock ? at + UNCERTAIN_MS : Infinity)
      : until

  function nextDue(listing: Listing, now: Moment): number {
    if (looping.size === 0 && departed.size === 0) return Infinity
    const probations = listing.containers.flatMap((container) => {
      const since = upSince.get(container.id)
      return since !== undefined && isOnProbation(container, now) ? [since + PROBATION_MS] : []
    })
    return Math.min(Infinity, ...probations, ...[...departed.values()].map((gone) => nextChange(gone, now)))
  }

  return {
    attend(listing, now, options) {
      if (last?.listing === listing && last.options === options && now.clock < due) return last.roster
      if (last?.listing !== listing) compare(listing, now, options)
      expire(listing, now, options)
      const listed = listing.containers.map((container) => residentOf(container, now, options))
      residents = new Map(listed.map((resident) => [resident.container.id, resident]))
      const ghosts = [...departed.values()].map(({ resident }) => resident)
      const all = [...listed.filter(({ container }) => !departed.has(container.id)), ...ghosts]
      due = nextDue(listing, now)
      const before = last?.roster.residents
      const isSame = before?.length === all.length && all.every((resident, i) => before[i] === resident)
      const { network, daemon } = listing
      last = { listing, options, roster: isSame && last ? last.roster : { network, daemon, residents: all } }
      return last.roster
    },
    get due() {
      return due
    },
  }
}
