const MINUTE_MS = 60_000
/** More deaths than this in a minute, and a service is said to keep dying. */
const MOST_DEATHS = 5

/** How often each container died lately. Times are milliseconds on a clock that is never set. */
export interface Deaths {
  note(id: string, now: number): void
  /** Whether it died so often in the last minute that it has to prove itself. */
  tooMany(id: string, now: number): boolean
}

export function countDeaths(): Deaths {
  const deaths = new Map<string, number[]>()
  const recent = (id: string, now: number): number[] => {
    const times = (deaths.get(id) ?? []).filter((time) => now - time < MINUTE_MS)
    if (times.length === 0) deaths.delete(id)
    return times
  }
  return {
    note(id, now) {
      deaths.set(id, [...recent(id, now), now].slice(-MOST_DEATHS - 1))
      // Most containers die once, and never come back.
      for (const [other, times] of deaths) if (now - (times.at(-1) ?? now) >= MINUTE_MS) deaths.delete(other)
    },
    tooMany: (id, now) => recent(id, now).length > MOST_DEATHS,
  }
}
