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
  /** Who died last is last. */
  const deaths = new Map<string, readonly number[]>()
  const recent = (id: string, now: number): readonly number[] =>
    (deaths.get(id) ?? []).filter((time) => now - time < MINUTE_MS)

  /** Most containers die once, and never come back. */
  function forget(now: number): void {
    for (const [id, times] of deaths) {
      if (now - (times.at(-1) ?? now) < MINUTE_MS) return
      deaths.delete(id)
    }
  }

  return {
    note(id, now) {
      const times = [...recent(id, now), now].slice(-MOST_DEATHS - 1)
      deaths.delete(id)
      deaths.set(id, times)
      forget(now)
    },
    tooMany: (id, now) => recent(id, now).length > MOST_DEATHS,
  }
}
