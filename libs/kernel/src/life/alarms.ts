import { createOrdered } from '../ordered.ts'

interface Alarm {
  readonly at: number
  readonly id: string
}

/** When to look at whom again; times are milliseconds on a clock that is never set. */
export interface Alarms {
  /** In the place of the one that was set for it; `Infinity`: none. */
  set(id: string, at: number): void
  /** Takes out those whose time has come. */
  ring(now: number): readonly string[]
  /** The first time that is set; `Infinity`: none. */
  readonly due: number
}

const compare = (a: Alarm, b: Alarm): number => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

export function createAlarms(): Alarms {
  const alarms = createOrdered<Alarm>(compare)
  const byId = new Map<string, Alarm>()

  function remove(alarm: Alarm): void {
    alarms.delete(alarm)
    byId.delete(alarm.id)
  }

  return {
    set(id, at) {
      const known = byId.get(id)
      if (known?.at === at) return
      if (known) remove(known)
      if (at === Infinity) return
      const alarm = { id, at }
      byId.set(id, alarm)
      alarms.add(alarm)
    },
    ring(now) {
      const ids: string[] = []
      for (let next = alarms.first(); next && next.at <= now; next = alarms.first()) {
        remove(next)
        ids.push(next.id)
      }
      return ids
    },
    get due() {
      return alarms.first()?.at ?? Infinity
    },
  }
}
