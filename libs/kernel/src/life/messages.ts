import type { Diagnostic, NetworkId, Origin } from '@route-server/plugin-api'
import type { HoldReason, Resident } from './roster.ts'

export const containerNotRunning = (origin: Origin, status: string): Diagnostic => ({
  code: 'CONTAINER_NOT_RUNNING',
  level: 'info',
  origin,
  message: `It isn't running (${status}), so it isn't routed.`,
})

const at = (milliseconds: number): string => new Date(milliseconds).toISOString()

type Held = Extract<Resident, { readonly presence: 'held' }>

type Unserved = Exclude<HoldReason, 'awaited'>

/** Why it gets no traffic, and what ends that; completes "It ..., so nothing is sent to it". */
const REASONS: Readonly<Record<Unserved, (held: Held) => readonly [reason: string, cure: string]>> = {
  starting: ({ since }) => [
    `has been starting since ${at(since)}: its health check hasn't succeeded yet`,
    'Wait, or look at its health check.',
  ],
  unhealthy: ({ container: { healthLog }, since }) => [
    `has been unhealthy since ${at(healthLog?.since ?? since)}${healthLog ? `, last output ${JSON.stringify(healthLog.output)}` : ''}`,
    'Mend it, or its health check.',
  ],
  paused: ({ since }) => [`has been paused since ${at(since)}`, 'Unpause it.'],
  departed: ({ since }) => [
    `went away at ${at(since)}`,
    'Its routes stay a moment for a successor, and answer 503 meanwhile.',
  ],
  looping: ({ since }) => [
    `has died more than 5 times in a minute, and hasn't been up for 10 s since ${at(since)}`,
    'Look at its log.',
  ],
}

const CODES: Readonly<Record<Unserved, string>> = {
  starting: 'CONTAINER_STARTING',
  unhealthy: 'CONTAINER_UNHEALTHY',
  paused: 'CONTAINER_PAUSED',
  departed: 'CONTAINER_DEPARTED',
  looping: 'CONTAINER_LOOPING',
}

export function containerHeld(origin: Origin, held: Held): Diagnostic {
  const { reason: why } = held
  if (why === 'awaited')
    return {
      code: 'CONTAINER_AWAITED',
      level: 'info',
      origin,
      message: `It went away at ${at(held.since)}, and a successor is expected: its address stays, so that requests wait there for a moment.`,
    }
  const [reason, cure] = REASONS[why](held)
  return {
    code: CODES[why],
    level: why === 'departed' ? 'info' : 'warning',
    origin,
    message: `It ${reason}, so nothing is sent to it; without another container of its service its routes answer 503. ${cure}`,
  }
}

export const networkDelayed = (network: NetworkId): Diagnostic => ({
  code: 'NETWORK_DELAYED',
  level: 'warning',
  origin: { network },
  message: `Network ${network} changed its routes so often, or so many of them at once, that further changes wait their turn: each one makes Traefik forget everybody's rate limits, and others wait for it. Find the container that comes and goes; or ask the operator to raise shares.revisions.`,
})
