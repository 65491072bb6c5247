import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'

/** Where the HTTP endpoints are: an IP address without brackets, and a port (0: any free one). */
export interface Listen {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:7111`, `[::1]:7111`, `localhost:7111` (which is 127.0.0.1). */
export const listenSchema: z.ZodType<Listen> = z.unknown().transform((value, context) => {
  const parsed = typeof value === 'string' ? parseListen(value) : undefined
  if (parsed) return parsed
  context.addIssue({ code: 'custom', message: 'expected ADDRESS:PORT such as 127.0.0.1:7111 or [::1]:7111' })
  return z.NEVER
})

function parseListen(text: string): Listen | undefined {
  const [, v6, v4, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (!(port <= 65_535)) return undefined
  if (v6 !== undefined) return isIPv6(v6) ? { host: v6, port } : undefined
  if (v4 === 'localhost') return { host: '127.0.0.1', port }
  return v4 !== undefined && isIPv4(v4) ? { host: v4, port } : undefined
}
