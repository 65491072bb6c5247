import { createAgenda } from '../agenda.ts'
import type { Entry } from '../document/entry.ts'
import { createMultimap } from '../multimap.ts'
import { shareOf } from '../network/ties.ts'

/** A router of one network that may be served otherwise than it asks. */
interface Wanting {
  readonly demand: { readonly entry: Entry }
}

/** Which routers want the same once they are changed: those that weren't, and the oldest, have it. */
export interface Ties<C> {
  /** As what it is to be served; `undefined`: not at all. */
  change(one: C, entry: Entry | undefined): void
  /** Those of which it is news that they can't be served, or can. */
  settle(): ReadonlySet<C>
  /** The router that has what this one wants. */
  holderOf(one: C): Entry | undefined
}

export function createTies<C extends Wanting>(byAge: (a: C, b: C) => number): Ties<C> {
  const entries = new Map<C, Entry>()
  /** By what only one can have. Made when the first router is changed: those that aren't don't get in each other's way. */
  let wants: ReturnType<typeof createMultimap<string, C>> | undefined
  const holders = new Map<C, Entry>()
  const undecided = createAgenda<C>(byAge)

  const isChanged = (one: C): boolean => {
    const entry = entries.get(one)
    return entry !== undefined && entry !== one.demand.entry
  }

  /** Those who are changed, want one of the same things, and would have to make way. */
  function lookAtOthers(entry: Entry, one: C): void {
    for (const thing of shareOf(entry))
      for (const other of wants?.of(thing) ?? [])
        if (other !== one && isChanged(other) && (!isChanged(one) || byAge(other, one) > 0)) undecided.add(other)
  }

  function enter(one: C, entry: Entry): void {
    for (const thing of shareOf(entry)) wants?.add(thing, one)
  }

  /** Whether it comes before: unchanged ones do, and older ones that have what they want. */
  const isBefore = (other: C, one: C): boolean =>
    other !== one && (!isChanged(other) || (byAge(other, one) < 0 && !holders.has(other)))

  function holderFor(one: C, entry: Entry): Entry | undefined {
    for (const thing of shareOf(entry)) {
      const before = [...(wants?.of(thing) ?? [])].filter((other) => isBefore(other, one))
      const [first] = before.sort((a, b) => Number(isChanged(a)) - Number(isChanged(b)) || byAge(a, b))
      if (first) return entries.get(first)
    }
    return undefined
  }

  return {
    change(one, entry) {
      const before = entries.get(one)
      if (before === entry) return
      if (before) {
        lookAtOthers(before, one)
        for (const thing of wants ? shareOf(before) : []) wants?.delete(thing, one)
      }
      if (entry) entries.set(one, entry)
      else entries.delete(one)
      if (!wants && isChanged(one)) {
        wants = createMultimap()
        for (const [each, its] of entries) enter(each, its)
      } else if (entry) enter(one, entry)
      if (entry) lookAtOthers(entry, one)
      if (isChanged(one)) undecided.add(one)
      else holders.delete(one)
    },
    settle() {
      const changed = new Set<C>()
      for (let one = undecided.next(); one; one = undecided.next()) {
        const entry = entries.get(one)
        const holder = entry && isChanged(one) ? holderFor(one, entry) : undefined
        if (holder === holders.get(one)) continue
        const isNews = (holder === undefined) !== (holders.get(one) === undefined)
        if (holder) holders.set(one, holder)
        else holders.delete(one)
        changed.add(one)
        if (isNews && entry) lookAtOthers(entry, one)
      }
      return changed
    },
    holderOf: (one) => holders.get(one),
  }
}
