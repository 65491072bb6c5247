import type { Container } from '@route-server/plugin-api'
import { isOneOff, serviceNameOf } from '../evaluate/identity.ts'
import type { Listing } from '../snapshot.ts'
import { countDeaths } from './deaths.ts'
import type { HoldReason, Resident, Roster } from './roster.ts'

export interface LifeOptions {
  /** How long the routes of a container that went away answer 503; milliseconds. */
  readonly redeployGrace: number
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

/** A container that ran, and isn't there or doesn't run any more. */
interface Departed {
  readonly resident: Resident
  readonly until: number
}

/** Who lives in one network, from listing to listing. */
export interface NetworkLife {
  /** The same roster for as long as the same residents have the same presence. The options may be others than last time. */
  attend(listing: Listing, now: Moment, options: LifeOptions): Roster
  /** When somebody's presence will change by itself, on the clock that is never set; `Infinity`: never. */
  readonly due: number
}

const isUp = ({ state }: Container): boolean => state === 'running' || state === 'paused'

/** A service's containers come and go; a container without that label stands for itself. */
const serviceOf = (container: Container): string => serviceNameOf(container) ?? container.id

export function createNetworkLife(): NetworkLife {
  const deaths = countDeaths()
  /** Containers that have to prove themselves. */
  const looping = new Set<string>()
  /** Since when each container has been seen running. */
  const upSince = new Map<string, number>()
  const departed = new Map<string, Departed>()
  let residents = new Map<string, Resident>()
  let last: { readonly listing: Listing; readonly options: LifeOptions; readonly roster: Roster } | undefined
  let due = Infinity

  /** Takes note of who came up and who went down since the last listing. */
  function compare(listing: Listing, now: Moment, { redeployGrace }: LifeOptions): void {
    const present = new Map(listing.containers.map((container) => [container.id, container]))
    for (const [id, { container }] of residents) {
      if (!upSince.has(id)) continue
      const current = present.get(id)
      if (current && isUp(current)) continue
      upSince.delete(id)
      if (current) deaths.note(id, now.clock)
      if (deaths.tooMany(id, now.clock)) looping.add(id)
      const resident: Resident = { container, presence: 'held', reason: 'departed', since: now.date }
      departed.set(id, { resident, until: now.clock + redeployGrace })
    }
    for (const container of listing.containers) {
      if (!isUp(container)) continue
      departed.delete(container.id)
      if (!upSince.has(container.id)) upSince.set(container.id, now.clock)
    }
  }

  /** Whether it came up only a moment ago, or is about to. */
  const isOnProbation = ({ id, state }: Container, { clock }: Moment): boolean =>
    looping.has(id) && (state === 'restarting' || clock - (upSince.get(id) ?? -Infinity) < PROBATION_MS)

  /** Ends what has lasted long enough. */
  function expire(listing: Listing, now: Moment): void {
    for (const id of looping) {
      const container = listing.containers.find((one) => one.id === id)
      if (!container || (isUp(container) && !isOnProbation(container, now))) looping.delete(id)
    }
    if (departed.size === 0) return
    const successors = new Set(
      listing.containers.filter((container) => isUp(container) && !isOneOff(container)).map(serviceOf),
    )
    for (const [id, { resident, until }] of departed)
      if (until <= now.clock || successors.has(serviceOf(resident.container))) departed.delete(id)
  }

  function reasonFor(container: Container, now: Moment, { health }: LifeOptions): HoldReason | undefined {
    if (container.state === 'paused') return 'paused'
    if (isOnProbation(container, now)) return 'looping'
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

  function nextDue(listing: Listing, now: Moment): number {
    if (looping.size === 0 && departed.size === 0) return Infinity
    const probations = listing.containers.flatMap((container) => {
      const since = upSince.get(container.id)
      return since !== undefined && isOnProbation(container, now) ? [since + PROBATION_MS] : []
    })
    return Math.min(Infinity, ...probations, ...[...departed.values()].map(({ until }) => until))
  }

  return {
    attend(listing, now, options) {
      if (last?.listing === listing && last.options === options && now.clock < due) return last.roster
      if (last?.listing !== listing) compare(listing, now, options)
      expire(listing, now)
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
