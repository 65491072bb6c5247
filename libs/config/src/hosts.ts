import { z } from 'zod'
import { HOST_OR_WILDCARD, networkId } from './parts.ts'

/** Hosts that the operator gave to networks, in lower case: `{ 'app.example.com': 2816, '*.shop.example.com': 2816 }`. */
export const hostsSchema = z
  .record(z.string(), networkId, 'expected a mapping from hosts to network IDs, such as { app.example.com: 2816 }')
  .check(({ value, issues }) => {
    const seen = new Set<string>()
    for (const host of Object.keys(value)) {
      const message = problemOf(host, seen)
      if (message !== undefined) issues.push({ code: 'unrecognized_keys', keys: [host], input: value, message })
      seen.add(host.toLowerCase())
    }
  })
  .transform((hosts): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.entries(hosts).map(([host, network]) => [host.toLowerCase(), network])),
  )

function problemOf(host: string, seen: ReadonlySet<string>): string | undefined {
  if (!HOST_OR_WILDCARD.test(host))
    return 'expected a host such as app.example.com, or *.example.com for those below one'
  return seen.has(host.toLowerCase()) ? 'this host is here a second time; keep one of them' : undefined
}
