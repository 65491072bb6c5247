import { z } from 'zod'

const address = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'must be an IP address or a CIDR, such as 10.0.0.0/8',
)

const enabled = z.boolean()
/** Middlewares before every auto-route, in order. They are the operator's, so they come from another provider than labels. */
const middlewares = z.array(z.string().regex(/^[^\s@]+@[^\s@]+$/, 'must name its provider, as in secure-headers@file'))
/** Who may come in: IPs and CIDRs. Empty: everybody. */
const sourceRange = z.array(address)
/** TCP ports that are never taken for a web server's, besides the built-in list. */
const nonHttpPorts = z.array(z.int().min(1).max(65_535))
/** Whether a port that is seen listening stands in for one that neither label nor image gives. */
const seenPorts = z.boolean()

/** One network's own, in the place of what is said for all. */
const network = z.strictObject({
  enabled: enabled.exactOptional(),
  middlewares: middlewares.exactOptional(),
  sourceRange: sourceRange.exactOptional(),
  seenPorts: seenPorts.exactOptional(),
})

export const options = z.strictObject({
  enabled: enabled.default(true),
  middlewares: middlewares.default([]),
  sourceRange: sourceRange.default([]),
  nonHttpPorts: nonHttpPorts.default([]),
  seenPorts: seenPorts.default(true),
  networks: z.record(z.string().regex(/^[1-9][0-9]*$/, 'must be a network ID'), network).default({}),
})
