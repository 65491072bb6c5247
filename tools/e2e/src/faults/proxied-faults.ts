import type { ProxyMode } from '@route-server/testbed'
import type { Fault } from './fault.ts'

/** From now on every connection meets this; those that are open end. */
const spoiled = (name: string, mode: ProxyMode, more: Partial<Fault> = {}): Fault => ({
  name,
  inflict({ proxy }) {
    proxy().setMode(mode)
    proxy().dropConnections()
  },
  heal: ({ proxy }) => proxy().setMode('pass'),
  ...more,
})

/** Between the route server and a real daemon. */
export const PROXIED_FAULTS: readonly Fault[] = [
  spoiled('connections refused', 'refuse'),
  spoiled('connections taken and never answered', 'hang'),
  spoiled('answers cut after 600 bytes', 'cut:600'),
  spoiled('answers that stop after 600 bytes, half-open', 'stall:600'),
  spoiled('500 to everything', 'http:500'),
  spoiled('bytes that are no HTTP', 'garbage'),
  spoiled('every chunk 200 ms late', 'slow:200', { said: 'nothing' }),
]
