import type { Listing } from '@route-server/kernel'
import type { Container, NetworkId, Port } from '@route-server/plugin-api'
import { z } from 'zod'
import { Damage, readFormat, type Json, type Readers } from './format.ts'
import { entries, firstIssue, networkId, portNumber } from './schema.ts'

/** The part of a listing that routes are made of, a line for each container in an order of its own: the same bytes for the same containers. */
export const writeListing = (listing: Listing, program: string): string => [...listingLines(listing, program)].join('')

/** The same line by line, each made when it is asked for. */
export function* listingLines({ network, daemon, outlived, containers }: Listing, program: string): Iterable<string> {
  const facts = Object.entries({ format: 1, program, network, daemon, ...(outlived && { outlived }) }).map(
    ([key, value]) => `  "${key}": ${JSON.stringify(value)},\n`,
  )
  const inOrder = [...containers].sort((a, b) => (a.id < b.id ? -1 : 1))
  yield `{\n${facts.join('')}  "containers": [\n`
  for (const [index, container] of inOrder.entries()) yield index === 0 ? lineOf(container) : `,\n${lineOf(container)}`
  yield '\n  ]\n}\n'
}

/** By container, each the same object unless it changed: one event among thousands of containers costs one line. */
const lines = new WeakMap<Container, string>()

function lineOf(container: Container): string {
  const known = lines.get(container)
  if (known !== undefined) return known
  const line = `    ${JSON.stringify(toFile(container))}`
  lines.set(container, line)
  return line
}

/** Without `status`, a sentence that changes all the time, and without what the listing says once for all. */
function toFile({ id, name, image, created, state, health, healthLog, networkMode, exposedPorts, labels }: Container) {
  return { id, name, image, created, state, health, healthLog, networkMode, exposedPorts, labels: sorted(labels) }
}

/** In one order, whatever the daemon's. */
const sorted = (labels: Container['labels']): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Reads a network's listing. Throws {@link Damage} and NewerFormat. */
export function readListing(text: string, network: NetworkId): Listing {
  const listing = readFormat(text, READERS)
  if (listing.network !== network) throw new Damage(`it is about network ${listing.network}`)
  return listing
}

/** Without a prototype, so that a label called `__proto__` or `constructor` is a label like any other. */
const labels = entries.pipe(z.array(z.tuple([z.string(), z.string()]))).transform((found): Container['labels'] => {
  const made = Object.create(null) as Record<string, string>
  for (const [key, value] of found) made[key] = value
  return Object.freeze(made)
})

const port = z
  .object({ number: portNumber, protocol: z.enum(['tcp', 'udp', 'sctp']) })
  .transform((port): Port => Object.freeze(port))

const container = z.object({
  id: z.string().regex(/^\w+$/, "isn't an ID"),
  name: z.string(),
  image: z.string(),
  created: z.number(),
  state: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
  health: z.enum(['none', 'starting', 'healthy', 'unhealthy']),
  healthLog: z.object({ since: z.number(), output: z.string() }).optional(),
  networkMode: z.string(),
  exposedPorts: z.array(port).optional(),
  labels,
})

const listing = z.object({
  network: networkId,
  daemon: z.string().min(1),
  outlived: z.literal(true).optional(),
  containers: z.array(container),
})

const READERS: Readers<Listing> = { 1: readFirst }

function readFirst(file: Json): Listing {
  const { data, error } = listing.safeParse(file)
  if (error) throw new Damage(firstIssue(error))
  const { network, daemon, outlived } = data
  const containers = data.containers.map(({ healthLog, exposedPorts, ...found }): Container =>
    Object.freeze({
      ...found,
      ...(healthLog && { healthLog: Object.freeze(healthLog) }),
      ...(exposedPorts && { exposedPorts: Object.freeze(exposedPorts) }),
      status: '',
      network,
      daemon,
    }),
  )
  return Object.freeze({ network, daemon, containers: Object.freeze(containers), ...(outlived && { outlived }) })
}
