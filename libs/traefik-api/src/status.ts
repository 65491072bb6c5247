import { fieldsOf } from './fields.ts'

const STATUSES = ['enabled', 'warning', 'disabled'] as const

/** What Traefik has made of a router; `absent`: it has none of that name. */
export interface RouterStatus {
  readonly status: (typeof STATUSES)[number] | 'absent'
  /** Traefik's own words. */
  readonly errors: readonly string[]
}

/** A router of the route document. */
export interface RouterKey {
  readonly protocol: 'http' | 'tcp' | 'udp'
  /** `web-2816` */
  readonly name: string
  readonly entryPoints: readonly string[]
}

/** By `http web-2816`: what Traefik calls a router, without its provider. */
export type Statuses = ReadonlyMap<string, RouterStatus>

export const ABSENT: RouterStatus = { status: 'absent', errors: [] }

/** Of a router's errors, and of the characters of each: whoever answers in Traefik's place could send any number. */
const MOST_ERRORS = 10
const MOST_CHARACTERS = 1000

const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((one) => typeof one === 'string')
    .slice(0, MOST_ERRORS)
    .map((text) => text.slice(0, MOST_CHARACTERS))

/** A router as the API shows it; nothing of it is believed unread. */
export function readStatus(body: unknown): RouterStatus {
  const { status, error } = fieldsOf(body)
  return { status: STATUSES.find((one) => one === status) ?? 'enabled', errors: textsIn(error) }
}

/** Of several entry points, one with defaults of its own has each router under its own name before ours. */
export const namesOnEntryPoints = ({ name, entryPoints }: RouterKey): readonly string[] =>
  entryPoints.map((entryPoint) => `${entryPoint}-${name}`)

/** As bad as the worst of those that Traefik has made of one, and absent where there are none. */
export function worstOf(made: readonly RouterStatus[]): RouterStatus {
  const status = STATUSES.findLast((one) => made.some((router) => router.status === one)) ?? 'absent'
  return { status, errors: [...new Set(made.flatMap(({ errors }) => errors))] }
}

/** What became of a router, among all that Traefik has. */
export function statusIn(statuses: Statuses, router: RouterKey): RouterStatus {
  const named = (name: string): RouterStatus | undefined => statuses.get(`${router.protocol} ${name}`)
  return named(router.name) ?? worstOf(namesOnEntryPoints(router).flatMap((name) => named(name) ?? []))
}
