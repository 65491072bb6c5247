import type { ContainerSpec, SimulatedDaemon } from '@route-server/docker-simulator'
import { containerSpec } from './fixtures.ts'

/** One way in which a daemon is a nuisance to its neighbours. */
export interface Noise {
  readonly containers: number
  /** Whether the daemon is there before the noise; otherwise its appearance is the noise. */
  readonly isThere: boolean
  /** Bytes of `traefik.*` labels that its nth container has beside the usual ones. */
  readonly largeLabels: (index: number) => number
  /** Calls back every so many milliseconds, while the noise lasts. */
  readonly every: number
  readonly tick: (daemon: SimulatedDaemon, count: number) => void
}

const KILOBYTE = 1000

/** Headers of a middleware that nobody uses: read, checked, kept, saved and put into the document all the same. */
function headers(name: string, bytes: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: Math.round(bytes / KILOBYTE) }, (_, index) => [
      `traefik.http.middlewares.${name}.headers.customresponseheaders.X-Note-${index}`,
      'long '.repeat(KILOBYTE / 5),
    ]),
  )
}

/** The nth container of a noisy daemon. */
export function noisySpec({ largeLabels }: Noise, daemon: number, index: number): ContainerSpec {
  const spec = containerSpec(daemon, index)
  const bytes = largeLabels(index)
  return {
    ...spec,
    health: 'starting',
    ...(bytes > 0 && { labels: { ...spec.labels, 'traefik.enable': 'true', ...headers(spec.name, bytes) } }),
  }
}

const FLAP_MS = 10
/** 1,000 a second. */
const EVENTS = 10

/** One container after the other dies, starts and is healthy: so many of these events each time. */
function flap(daemon: SimulatedDaemon, count: number): void {
  const containers = daemon.containers()
  for (let event = count * EVENTS; event < (count + 1) * EVENTS; event += 1) {
    const { id = '' } = containers[Math.floor(event / 3) % containers.length] ?? {}
    if (event % 3 === 0) daemon.die(id, 1)
    else if (event % 3 === 1) daemon.start(id)
    else daemon.setHealth(id, 'healthy')
  }
}

/** Every container is replaced by one with another rule. */
function recreateAll(daemon: SimulatedDaemon, count: number): void {
  for (const { id, name, spec } of [...daemon.containers()]) {
    const rule = { [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.round${count}.example.org\`)` }
    daemon.recreate(id, { labels: { ...spec.labels, 'traefik.enable': 'true', ...rule }, health: 'none' })
  }
}

const none = (): number => 0
const nothing = (): void => undefined

/** By what a row of the table is called. */
export const NOISES: Readonly<Record<string, Noise>> = {
  '5,000 containers, 1,000 events/s, some with 16 to 64 kB of labels': {
    containers: 5000,
    isThere: true,
    largeLabels: (index) => (index % 10 === 0 ? KILOBYTE * (16 << ((index / 10) % 3)) : 0),
    every: FLAP_MS,
    tick: flap,
  },
  '50 containers, 1,000 events/s': { containers: 50, isThere: true, largeLabels: none, every: FLAP_MS, tick: flap },
  'a list of 80 MB appears': {
    containers: 5000,
    isThere: false,
    largeLabels: () => 15 * KILOBYTE,
    every: 1000,
    tick: nothing,
  },
  '5,000 containers, all recreated every 3 s': {
    containers: 5000,
    isThere: true,
    largeLabels: none,
    every: 3000,
    tick: recreateAll,
  },
}
