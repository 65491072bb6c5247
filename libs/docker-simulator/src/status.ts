import type { Container } from './container.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Docker's sentence in a listing, such as `Up 3 seconds (healthy)` or `Exited (0) 2 minutes ago`. */
export function statusText(container: Container, now: number): string {
  const since = (time = now) => duration(Math.floor((now - time) / 1000))
  switch (container.state) {
    case 'created':
      return 'Created'
    case 'exited':
      return `Exited (${container.exitCode}) ${since(container.finishedAt)} ago`
    case 'paused':
      return `Up ${since(container.startedAt)} (Paused)`
    case 'running':
      return `Up ${since(container.startedAt)}${HEALTH[container.health]}`
  }
}

const HEALTH = { none: '', starting: ' (health: starting)', healthy: ' (healthy)', unhealthy: ' (unhealthy)' }

/** Seconds in Docker's words: each row holds below its limit. */
const DURATIONS: readonly [limit: number, text: (seconds: number) => string][] = [
  [1, () => 'Less than a second'],
  [2, () => '1 second'],
  [MINUTE, (s) => `${s} seconds`],
  [2 * MINUTE, () => 'About a minute'],
  [HOUR, (s) => `${Math.floor(s / MINUTE)} minutes`],
  [1.5 * HOUR, () => 'About an hour'],
  [47.5 * HOUR, (s) => `${hours(s)} hours`],
  [14 * DAY, (s) => `${Math.floor(hours(s) / 24)} days`],
  [60 * DAY, (s) => `${Math.floor(hours(s) / 24 / 7)} weeks`],
  [2 * 365 * DAY, (s) => `${Math.floor(hours(s) / 24 / 30)} months`],
  [Infinity, (s) => `${Math.floor(s / DAY / 365)} years`],
]

function duration(seconds: number): string {
  return DURATIONS.find(([limit]) => seconds < limit)?.[1](seconds) ?? ''
}

const hours = (seconds: number) => Math.round(seconds / HOUR)
