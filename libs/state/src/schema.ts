import { isNetworkId } from '@route-server/plugin-api'
import { z } from 'zod'

export const networkId = z.number().refine(isNetworkId, "isn't a network ID")

export const portNumber = z.int().min(1).max(65535)

/** The entries of a JSON object. Not zod's record, which drops a key called `__proto__`. */
export const entries = z
  .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), "isn't an object")
  .transform((value): [string, unknown][] => Object.entries(value))

/** The first thing wrong, as `labels.x: isn't a string`. */
export function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues
  const path = issue?.path.map((step) => printable(String(step))).join('.') ?? ''
  return `${path === '' ? '' : `${path}: `}${issue?.message.replace(/^Invalid input: /, '') ?? ''}`
}

/** Text from a file for a log: no control, bidi or other odd characters, no more than 80. */
export function printable(text: string): string {
  const shown = text.replace(/[^\x20-\x7e]/gu, (odd) => `\\u{${(odd.codePointAt(0) ?? 0).toString(16)}}`)
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown
}
