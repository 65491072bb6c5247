import { parseGoDuration } from '../go/duration.ts'
import { parseGoInt } from '../go/int.ts'

const SECOND = 1_000_000_000n

const INTERVALS = ['interval', 'unhealthyInterval'] as const

type Fields = Readonly<Record<string, unknown>>

const mapAt = (value: unknown, name: string): Fields | undefined => {
  const field = (value as Fields)[name]
  return typeof field === 'object' && field !== null ? (field as Fields) : undefined
}

/** Nanoseconds, as Traefik reads them: a number alone is seconds, and wraps around where Go's does. */
const nanoseconds = (text: string): bigint =>
  parseGoDuration(text) ?? BigInt.asIntN(64, (parseGoInt(text) ?? 0n) * SECOND)

/** Traefik takes nothing, and less, for its own 30 s. */
const isTooShort = (text: unknown): boolean => {
  const length = typeof text === 'string' ? nanoseconds(text) : 0n
  return length > 0n && length < SECOND
}

/** The intervals of a service's health checks that are shorter than a second, by their path: `loadBalancer.healthCheck.interval`. */
export function shortIntervals(service: unknown): readonly string[] {
  const check = mapAt(mapAt(service, 'loadBalancer') ?? {}, 'healthCheck') ?? {}
  return INTERVALS.filter((name) => isTooShort(check[name])).map((name) => `loadBalancer.healthCheck.${name}`)
}

/** The service with a second in the place of every interval of its health checks that is shorter. */
export function withoutShortIntervals<T extends object>(service: T): T {
  if (shortIntervals(service).length === 0) return service
  const balancer = mapAt(service, 'loadBalancer') ?? {}
  const check = mapAt(balancer, 'healthCheck') ?? {}
  const healthCheck = Object.fromEntries(
    Object.entries(check).map(([name, field]) => [
      name,
      INTERVALS.some((interval) => interval === name) && isTooShort(field) ? '1s' : field,
    ]),
  )
  return { ...service, loadBalancer: { ...balancer, healthCheck } }
}
