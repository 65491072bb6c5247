import { z } from 'zod'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** A timer of Node's fires at once beyond 2^31 - 1 ms. */
const LONGEST_TIMER = '24d'

/** A span of time: a number of seconds, or text such as `500ms`, `60s`, `5m`, `24h`, `7d`. Parsed to milliseconds. */
export function duration(least = '0s', most = LONGEST_TIMER): z.ZodType<number> {
  const expected = `expected a duration such as 60s or 5m, from ${least} to ${most}`
  return z.unknown().transform((value, context) => {
    const parsed = milliseconds(value)
    if (parsed !== undefined && parsed >= (milliseconds(least) ?? 0) && parsed <= (milliseconds(most) ?? 0))
      return parsed
    context.addIssue({ code: 'custom', message: expected })
    return z.NEVER
  })
}

function milliseconds(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(String(value)) ?? []
  return amount === undefined ? undefined : Math.round(Number(amount) * (UNITS[unit] ?? 0))
}
