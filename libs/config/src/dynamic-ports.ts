import { z } from 'zod'
import { section } from './parts.ts'

/** Inclusive; empty where `last` is below `first`. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

const NONE: PortRange = { first: 1, last: 0 }

/** `10000-10010`, `10000`, or `false` (also an empty text) for none. */
const portRange: z.ZodType<PortRange> = z.unknown().transform((value, context) => {
  const parsed = parsePortRange(value)
  if (parsed) return parsed
  context.addIssue({ code: 'custom', message: 'expected a range of ports such as 10000-10010, or false for none' })
  return z.NEVER
})

function parsePortRange(value: unknown): PortRange | undefined {
  if (value === false || value === '') return NONE
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const [, from, to = from] = /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/.exec(String(value)) ?? []
  const [first, last] = [Number(from), Number(to)]
  return first <= last && last <= 65_535 ? { first, last } : undefined
}

/** Where ports are allocated whose own number isn't free. */
export const dynamicPortsSchema = section({
  tcp: portRange.default({ first: 10_000, last: 10_010 }),
  udp: portRange.default(NONE),
})
