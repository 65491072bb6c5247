import type { Container, Diagnostic, Origin } from '@route-server/plugin-api'
import { nearest } from '@route-server/traefik'
import { dependentsOf, missingFrom } from './dependents.ts'
import { entryOf, localName, scopedName } from '../document/entry.ts'
import type { Entry, Lookup, Target } from '../document/entry.ts'
import type { Contribution } from '../evaluate/evaluate.ts'
import type { Identity } from '../evaluate/identity.ts'
import { entryName } from '../messages.ts'
import {
  addressTaken,
  entryPointTaken,
  givesWay,
  nameTaken,
  neitherOwnNorAllowed,
  referenceMissing,
  referencesEndless,
  referencesTooMany,
  ruleTaken,
  serviceNameTaken,
} from './messages.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import type { Guard } from '../policy.ts'
import { dialled } from './dialled.ts'
import { holdRouters } from './hold.ts'
import { combine } from './rules.ts'
import { ties } from './ties.ts'
import { MAX_UNFOLDED, unbuildable } from './unfolding.ts'

export interface Merged {
  /** By path, `http.routers/web-2816`. */
  readonly entries: ReadonlyMap<string, Entry>
  readonly diagnostics: readonly Diagnostic[]
}

type Say = (diagnostic: Diagnostic) => void

/** What the contributions met so far have come to; each adds to it. */
type Entries = Map<string, Entry>

type Holders = ReadonlyMap<string, string>

/** What the containers of one network have in common while they are put together. */
interface Common {
  readonly entries: Entries
  /** Of each service label, the service name that it stands for. */
  readonly holders: Holders
  /** By `127.0.11.2:8080`, the service name whose it is. */
  readonly listeners: Holders
  readonly guards: ReadonlySet<Guard>
  readonly say: Say
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The oldest container first. A total order, whatever the order of arrival. */
export const byAge = (a: Container, b: Container): number => a.created - b.created || compare(a.id, b.id)

const bySeniority = (a: Contribution, b: Contribution): number =>
  byAge(a.container, b.container) || compare(a.origin.plugin ?? '', b.origin.plugin ?? '')

const nameOf = (entry: Pick<Entry, 'section' | 'name'>): string => entryName(entry.section, localName(entry))
const firstOf = ({ origins }: Entry): Origin => origins[0] ?? {}

const leftOut = (entry: Entry, origin: Origin, reference: Target, meant?: string): Diagnostic =>
  reference.said === undefined
    ? referenceMissing(origin, nameOf(entry), nameOf(reference), meant)
    : neitherOwnNorAllowed(origin, nameOf(entry), reference.said)

/** The one that is there and was probably meant. */
const nearestTo = ({ section, name }: Target, entries: Entries): string | undefined =>
  nearest(localName({ name }), [...entries.values()].filter((entry) => entry.section === section).map(localName))

/** Of each service label, the service name that has it: where two names make the same label, the oldest container's. */
function holdersOf(sorted: readonly Contribution[]): Holders {
  const holders = new Map<string, string>()
  for (const { identity } of sorted)
    if (!holders.has(identity.service)) holders.set(identity.service, identity.serviceName)
  return holders
}

/** Who contributes the same thing twice is named once. */
const withOrigin = (origins: readonly Origin[], origin: Origin): readonly Origin[] =>
  origins.some(({ plugin, containerId }) => plugin === origin.plugin && containerId === origin.containerId)
    ? origins
    : [...origins, origin]

/** The entry together with what is held under its name; `undefined` where the two can't be one. */
function joined(held: Entry | undefined, entry: Entry): Entry | undefined {
  if (!held) return entry
  const value = combine(held, entry)
  if (value === undefined) return undefined
  const origins = entry.origins.reduce(withOrigin, held.origins)
  return value === held.value ? { ...held, origins } : entryOf({ ...held, value, origins })
}

/** Of each address and port, the service that listens there: where two say so, the oldest container's. Expects them sorted. */
function listenersOf(sorted: readonly Contribution[]): Holders {
  const listeners = new Map<string, string>()
  for (const { identity, entries } of sorted)
    for (const address of entries.flatMap(({ listens = [] }) => listens))
      if (!listeners.has(address)) listeners.set(address, identity.serviceName)
  return listeners
}

/** The addresses and ports on which an entry's service listens, and an older service does, too. */
function* addressesTaken(
  entry: Entry,
  serviceName: string,
  { listeners }: Common,
): Generator<readonly [string, string]> {
  for (const address of entry.listens ?? []) {
    const holder = listeners.get(address) ?? serviceName
    if (holder !== serviceName) yield [address, holder]
  }
}

/** The paths that a container doesn't get: what was refused, names that others have, and what of its own refers to them. */
function lostBy(part: readonly Contribution[], common: Common): ReadonlySet<string> {
  const { entries, holders, guards, say } = common
  const lost = new Set(part.flatMap(({ refused }) => refused))
  for (const { identity, origin, container, entries: own } of part) {
    const holder = holders.get(identity.service) ?? identity.serviceName
    const taken = holder === identity.serviceName ? undefined : scopedName(identity.service, container.network)
    if (own.some(({ name }) => name === taken)) say(serviceNameTaken(origin, identity.serviceName, holder))
    for (const entry of own) {
      const held = entries.get(entry.path)
      if (entry.name === taken) lost.add(entry.path)
      else if (held && combine(held, entry) === undefined) {
        lost.add(entry.path)
        say(nameTaken(origin, nameOf(entry), firstOf(held)))
      }
      for (const [address, other] of addressesTaken(entry, identity.serviceName, common)) {
        const isStopped = guards.has('addresses')
        say(addressTaken(origin, nameOf(entry), address, other, isStopped))
        if (isStopped) lost.add(entry.path)
      }
    }
  }
  if (lost.size === 0) return lost
  const offered = part.flatMap(({ entries: own }) => own)
  for (const [entry, reference] of dependentsOf(offered, [...lost])) {
    if (!lost.has(entry.path)) say(leftOut(entry, firstOf(entry), reference))
    lost.add(entry.path)
  }
  return lost
}

/**
 * Adds what one container defines. With a name it loses what refers to that name: its router must not end up behind somebody
 * else's middleware, or in front of somebody else's service.
 */
function addContainer(part: readonly Contribution[], common: Common): void {
  const { entries, say } = common
  const lost = lostBy(part, common)
  for (const { origin, entries: own } of part)
    for (const entry of own) {
      if (lost.has(entry.path)) continue
      const held = entries.get(entry.path)
      const together = joined(held, entry)
      if (together) entries.set(entry.path, together)
      else if (held) say(nameTaken(origin, nameOf(entry), firstOf(held)))
    }
}

/** Adds a contribution that yields: all of it, or nothing where a name of it is somebody's. */
function addYielding(contribution: Contribution, common: Common): void {
  const { entries, holders, guards, say } = common
  const { identity, origin, entries: own, refused } = contribution
  if (refused.length > 0) return
  const holder = holders.get(identity.service) ?? identity.serviceName
  if (own.length > 0 && holder !== identity.serviceName) {
    say(serviceNameTaken(origin, identity.serviceName, holder))
    return
  }
  const additions: Entry[] = []
  for (const entry of own) {
    const held = entries.get(entry.path)
    const together = joined(held, entry)
    const foreign = held?.origins.some(({ plugin }) => plugin !== origin.plugin) ?? false
    if (held && (foreign || !together)) {
      say((foreign ? givesWay : nameTaken)(origin, nameOf(entry), firstOf(held)))
      return
    }
    for (const [address, other] of addressesTaken(entry, identity.serviceName, common)) {
      say(addressTaken(origin, nameOf(entry), address, other, guards.has('addresses')))
      if (guards.has('addresses')) return
    }
    if (together) additions.push(together)
  }
  for (const entry of additions) entries.set(entry.path, entry)
}

/**
 * Adds what a container that has gone leaves behind: what nobody else has in another way, and what doesn't lead to somebody else's. Where
 * it listened, another service may by now.
 */
function addDeparted(part: readonly Contribution[], common: Common): void {
  const { entries } = common
  const own = part.flatMap(({ entries }) => entries)
  const isTaken = (entry: Entry, { serviceName }: Identity): boolean => {
    const held = entries.get(entry.path)
    const isAnothers = held !== undefined && combine(held, entry) === undefined
    return isAnothers || !addressesTaken(entry, serviceName, common).next().done
  }
  const lost = new Set(
    part.flatMap(({ refused, entries: all, identity }) => [
      ...refused,
      ...all.filter((entry) => isTaken(entry, identity)).map(({ path }) => path),
    ]),
  )
  for (const [{ path }] of dependentsOf(own, [...lost])) lost.add(path)
  for (const entry of own) {
    const together = lost.has(entry.path) ? undefined : joined(entries.get(entry.path), entry)
    if (together) entries.set(entry.path, together)
  }
}

/** Contributions of one container after one another, as one part. Expects them sorted. */
function partsOf(sorted: readonly Contribution[]): readonly (readonly Contribution[])[] {
  const parts: Contribution[][] = []
  for (const contribution of sorted) {
    const part = parts.at(-1)
    if (part?.[0]?.container.id === contribution.container.id) part.push(contribution)
    else parts.push([contribution])
  }
  return parts
}

/** Leaves out whatever refers to something that isn't there, and what refers to that, until nothing dangles. */
function withoutDangling(entries: Entries, around: Lookup<Entry>, say: Say): void {
  const missing = missingFrom(entries, around)
  if (missing.size === 0) return
  for (const [entry, reference] of dependentsOf([...entries.values()], missing)) {
    const meant = missing.has(reference.path) ? nearestTo(reference, entries) : undefined
    for (const origin of entry.origins) say(leftOut(entry, origin, reference, meant))
    entries.delete(entry.path)
  }
}

/** Leaves out what Traefik could never finish building. */
function withoutUnbuildable(entries: Entries, around: Lookup<Entry>, say: Say): void {
  for (const [entry, reason] of [...unbuildable(entries, around)]) {
    for (const origin of entry.origins)
      say(
        reason === 'endless'
          ? referencesEndless(origin, nameOf(entry))
          : referencesTooMany(origin, nameOf(entry), MAX_UNFOLDED),
      )
    entries.delete(entry.path)
  }
}

/** Of routers that want the same, leaves the oldest. Expects the oldest first. */
function withoutTies(entries: Entries, say: Say): void {
  for (const [entry, holder] of [...ties(entries.values())]) {
    const taken = entry.section === 'udp.routers' ? entryPointTaken : ruleTaken
    for (const origin of entry.origins) say(taken(origin, nameOf(entry), nameOf(holder), firstOf(holder)))
    entries.delete(entry.path)
  }
}

/** What contributions are merged with. */
export interface MergeOptions {
  /** By service, as a DNS label, its address. */
  readonly services?: Lookup<string>
  /** By path, what others of the network have come to, who have no name in common with these and can only be referred to. */
  readonly around?: Lookup<Entry>
  readonly guards?: ReadonlySet<Guard>
  /** Whether requests wait for containers that are recreated. */
  readonly isHolding?: boolean
}

const NOTHING = { get: () => undefined }

/**
 * Contributions of one network as one set of entries. The order of the argument doesn't matter. Whoever is older keeps
 * a name; what was defined differently is left out, with whatever of the same container refers to it.
 */
export function merge(
  contributions: readonly Contribution[],
  { services = NOTHING, around = NOTHING, guards = DEFAULT_POLICY.guards, isHolding = false }: MergeOptions = {},
): Merged {
  const diagnostics: Diagnostic[] = []
  const gone = new Set(contributions.filter(({ departed }) => departed).map(({ container }) => container.id))
  const say: Say = (diagnostic) => {
    if (!gone.has(diagnostic.origin.containerId ?? '')) diagnostics.push(diagnostic)
  }
  const sorted = [...contributions]
    .sort(bySeniority)
    .map((contribution) => dialled(contribution, { services, isStrict: guards.has('upstreams') }, say))
  const present = sorted.filter(({ departed }) => !departed)
  const common: Common = {
    entries: new Map(),
    holders: holdersOf(present),
    listeners: listenersOf(present),
    guards,
    say,
  }
  const { entries } = common
  for (const part of partsOf(present.filter(({ yields }) => !yields))) addContainer(part, common)
  for (const contribution of present.filter(({ yields }) => yields)) addYielding(contribution, common)
  for (const part of partsOf(sorted.filter(({ departed }) => departed))) addDeparted(part, common)
  withoutDangling(entries, around, say)
  withoutUnbuildable(entries, around, say)
  withoutTies(entries, say)
  withoutDangling(entries, around, say)
  const network = contributions[0]?.container.network
  if (isHolding && network !== undefined) holdRouters(entries, around, network)
  return { entries, diagnostics }
}
