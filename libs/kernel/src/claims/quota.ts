import { createAgenda } from '../agenda.ts'
import { createOrdered } from '../ordered.ts'
import { createOrderedMultimap } from '../ordered-multimap.ts'
import { isSameList } from '../same-list.ts'

/** So many of each kind. */
export type Amounts = readonly number[]

/** What one asks for. */
export interface Ask {
  /** For itself. */
  readonly own: Amounts
  /** What counts once, however many ask for it: of which kind, and its name. */
  readonly names: readonly (readonly [kind: number, name: string])[]
  /** What it would come to with this one at least, whatever the others ask for. */
  readonly least: Amounts
}

/** Of which kind there would be too much, and how much. */
export interface Excess {
  readonly kind: number
  readonly count: number
}

/**
 * Gives out what there is of several kinds, in an order: each gets all that it asks for if that still fits after those before it, and
 * nothing otherwise. What comes out depends on nothing but the order and who asks for what; a change costs what comes out otherwise.
 */
export interface Quota<T> {
  /** What it asks for from now on; `undefined`: nothing, and it is forgotten. */
  ask(item: T, ask: Ask | undefined): void
  /** Those for whom it came out otherwise. Until this was asked the others' answers are of the time before. */
  settle(): ReadonlySet<T>
  isGranted(item: T): boolean
  /** Why it isn't granted. */
  excess(item: T): Excess | undefined
}

interface Place<T> {
  readonly item: T
  ask: Ask
  isGranted: boolean
  /** What it takes, or would: what is its own, and what nobody before it has. */
  takes: Amounts
  /** The kind that it would be too much of, of one that isn't granted and could be once others make room. */
  over: number
}

const plus = (a: Amounts, b: Amounts): Amounts => a.map((amount, kind) => amount + (b[kind] ?? 0))
const minus = (a: Amounts, b: Amounts): Amounts => a.map((amount, kind) => amount - (b[kind] ?? 0))

const namesSame = (a: Ask, b: Ask): boolean =>
  a.names.length === b.names.length &&
  a.names.every(([kind, name], index) => kind === b.names[index]?.[0] && name === b.names[index][1])

export function createQuota<T>(limits: Amounts, compare: (a: T, b: T) => number): Quota<T> {
  const nothing: Amounts = limits.map(() => 0)
  const inOrder = (a: Place<T>, b: Place<T>): number => compare(a.item, b.item)
  const places = new Map<T, Place<T>>()
  const all = createOrdered<Place<T>, Amounts>(inOrder)
  const refused = createOrdered<Place<T>>(inOrder)
  const toBeSeen = createAgenda<Place<T>>(inOrder)
  /** Of each kind, by name, those that ask for it. */
  const users = limits.map(() => createOrderedMultimap<string, Place<T>>(inOrder))
  let total = nothing
  /** What has become free, and those after whoever had it may have got since. */
  let room = nothing
  const settled = new Set<T>()

  /** Whether no room that others make is enough for it. */
  const isBarred = ({ least }: Ask): boolean => limits.some((limit, kind) => (least[kind] ?? 0) > limit)
  const takenBy = ({ isGranted, takes }: Place<T>): Amounts => (isGranted ? takes : nothing)
  const sumOf = (items: readonly Place<T>[]): Amounts =>
    items.reduce((sum, place) => (place.isGranted ? plus(sum, place.takes) : sum), nothing)

  /** Whether somebody before it has the name. */
  function isTaken(place: Place<T>, kind: number, name: string): boolean {
    for (const other of users[kind]?.from(name) ?? []) {
      if (inOrder(other, place) >= 0) return false
      if (other.isGranted) return true
    }
    return false
  }

  /** Those for whom it matters whether it has its names: who comes after it, up to the next that has them. */
  function seeSharers(place: Place<T>): void {
    for (const [kind, name] of place.ask.names) {
      if (isTaken(place, kind, name)) continue
      for (const other of users[kind]?.from(name, place) ?? []) {
        toBeSeen.add(other)
        if (other.isGranted) break
      }
    }
  }

  function use(place: Place<T>): void {
    for (const [kind, name] of place.ask.names) users[kind]?.add(name, place)
  }

  function unuse(place: Place<T>): void {
    for (const [kind, name] of place.ask.names) users[kind]?.delete(name, place)
  }

  /** The next who could get what has become free. */
  function seeNext(place: Place<T>): void {
    if (!room.some((amount) => amount > 0)) return
    for (const next of refused.from(place))
      if ((room[next.over] ?? 0) > 0) {
        toBeSeen.add(next)
        return
      }
  }

  /** The first with whom there is too much of a kind. */
  function firstOver(kind: number, limit: number): Place<T> | undefined {
    let sum = 0
    for (const chunk of all.chunks()) {
      const amount = (chunk.summary ??= sumOf(chunk.items))[kind] ?? 0
      if (sum + amount <= limit) {
        sum += amount
        continue
      }
      for (const place of chunk.items) {
        sum += takenBy(place)[kind] ?? 0
        if (sum > limit) return place
      }
    }
    return undefined
  }

  /** Those with whom there is too much: one of each kind, of which the oldest comes first, and may make room for the others. */
  function seeOverflow(): void {
    for (const [kind, limit] of limits.entries()) {
      const place = (total[kind] ?? 0) > limit ? firstOver(kind, limit) : undefined
      if (place) toBeSeen.add(place)
    }
  }

  function before(place: Place<T>): Amounts {
    const { chunks, items } = all.before(place)
    return plus(
      chunks.reduce((sum, chunk) => plus(sum, (chunk.summary ??= sumOf(chunk.items))), nothing),
      sumOf(items),
    )
  }

  const takesOf = (place: Place<T>): Amounts => {
    const takes = [...place.ask.own]
    for (const [kind, name] of place.ask.names) if (!isTaken(place, kind, name)) takes[kind] = (takes[kind] ?? 0) + 1
    return takes
  }

  function excessOf(place: Place<T>, takes: Amounts): Excess | undefined {
    const others = minus(total, takenBy(place))
    const fits = (sum: Amounts): boolean =>
      limits.every(
        (limit, kind) => (sum[kind] ?? 0) + (takes[kind] ?? 0) <= limit && (place.ask.least[kind] ?? 0) <= limit,
      )
    if (fits(others)) return undefined
    const earlier = before(place)
    for (const [kind, limit] of limits.entries()) {
      const count = Math.max((earlier[kind] ?? 0) + (takes[kind] ?? 0), place.ask.least[kind] ?? 0)
      if (count > limit) return { kind, count }
    }
    return undefined
  }

  function take(place: Place<T>, isGranted: boolean, takes: Amounts): void {
    const taken = takenBy(place)
    const wasGranted = place.isGranted
    place.isGranted = isGranted
    place.takes = takes
    const change = minus(takenBy(place), taken)
    if (wasGranted !== isGranted) seeSharers(place)
    if (change.every((amount) => amount === 0)) return
    all.touch(place)
    total = plus(total, change)
    room = minus(room, change)
  }

  function decide(place: Place<T>): void {
    const takes = takesOf(place)
    const excess = excessOf(place, takes)
    const wasGranted = place.isGranted
    if (wasGranted !== (excess === undefined)) settled.add(place.item)
    const wasWaiting = place.over >= 0
    place.over = excess && !isBarred(place.ask) ? excess.kind : -1
    if (!wasWaiting && place.over >= 0) refused.add(place)
    if (wasWaiting && place.over < 0) refused.delete(place)
    take(place, excess === undefined, takes)
    seeOverflow()
    seeNext(place)
  }

  function forget(place: Place<T>): void {
    take(place, false, nothing)
    seeNext(place)
    unuse(place)
    toBeSeen.delete(place)
    if (place.over >= 0) refused.delete(place)
    all.delete(place)
    places.delete(place.item)
  }

  function enter(item: T, ask: Ask): Place<T> {
    // Counts as granted, and takes nothing, until it is decided: nobody was told of it yet.
    const place: Place<T> = { item, ask, isGranted: true, takes: nothing, over: -1 }
    places.set(item, place)
    all.add(place)
    return place
  }

  return {
    ask(item, ask) {
      const known = places.get(item)
      if (!ask) {
        if (known) forget(known)
        return
      }
      const namesWereSame = known !== undefined && namesSame(known.ask, ask)
      if (known && namesWereSame && isSameList(known.ask.own, ask.own) && isSameList(known.ask.least, ask.least)) return
      const place = known ?? enter(item, ask)
      toBeSeen.add(place)
      if (namesWereSame) {
        place.ask = ask
        return
      }
      if (known) {
        seeSharers(place)
        unuse(place)
        place.ask = ask
      }
      use(place)
      seeSharers(place)
    },
    settle() {
      settled.clear()
      for (let place = toBeSeen.next(); place; place = toBeSeen.next()) decide(place)
      room = nothing
      return settled
    },
    isGranted: (item) => places.get(item)?.isGranted ?? false,
    excess(item) {
      const place = places.get(item)
      return place && !place.isGranted ? excessOf(place, takesOf(place)) : undefined
    },
  }
}
