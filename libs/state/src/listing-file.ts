import type { Listing } from '@route-server/kernel'
import type { Container, NetworkId, Port } from '@route-server/plugin-api'
import { z } from 'zod'
import { Damage, FORMAT, readFormat, readLines, type Json, type Reading } from './format.ts'
import { entries, firstIssue, networkId, portNumber } from './schema.ts'

/** What a listing says of its daemon. */
export interface Facts {
  readonly network: NetworkId
  readonly daemon: string
  readonly outlived?: true | undefined
  /** For how long it hasn't been heard while a route server ran; milliseconds. */
  readonly unheard?: number | undefined
}

/** The first line of a listing's journal; a later one says what is other than before. */
export const factsLine = ({ network, daemon, outlived, unheard }: Facts, program: string): string =>
  `${JSON.stringify({ format: FORMAT, program, network, daemon, outlived, unheard })}\n`

/** The line of a container as it is now, or of one that is no longer there: `{"gone":"…"}`. */
export const containerLine = (id: string, container: Container | undefined): string =>
  `${JSON.stringify(container ? toFile(container) : { gone: id })}\n`

/** Without `status`, a sentence that changes all the time, and without what the listing says once for all. */
function toFile(container: Container) {
  const { id, name, image, created, state, health, healthLog, networkMode, exposedPorts, listeningPorts, labels } =
    container
  return { id, name, image, created, state, health, healthLog, networkMode, exposedPorts, listeningPorts, labels }
}

/** What a listing's journal says. */
export interface Listed extends Reading {
  readonly listing: Listing
}

/** Reads a network's journal. Throws {@link Damage} where nothing can be used, and NewerFormat. */
export function readListing(bytes: Buffer, network: NetworkId): Listed {
  const found: { facts?: Facts } = {}
  const containers = new Map<string, FileContainer>()
  const reading = readLines(bytes, (line) => {
    if ('format' in line) return take(facts, line, (value) => (found.facts = value))
    if ('gone' in line) return take(gone, line, ({ gone: id }) => containers.delete(id))
    return take(container, line, (value) => containers.set(value.id, value))
  })
  if (!found.facts) throw new Damage(reading.faults[0] ?? "it doesn't say of which daemon")
  return { listing: listingOf(checked(found.facts, network), containers.values()), ...reading }
}

function take<T>(value: z.ZodType<T>, line: Json, use: (found: T) => void): readonly string[] {
  const { success, data, error } = value.safeParse(line)
  if (!success) return [firstIssue(error)]
  use(data)
  return []
}

/** Reads a network's file of the first format. Throws likewise. */
export const readFirstListing = (bytes: Uint8Array, network: NetworkId): Listed =>
  readFormat(bytes, { 1: (file) => readFirst(file, network) })

function readFirst(file: Json, network: NetworkId): Listed {
  const { data, error } = firstListing.safeParse(file)
  if (error) throw new Damage(firstIssue(error))
  return { listing: listingOf(checked(data, network), data.containers), lines: undefined, faults: [], isTorn: false }
}

function checked(found: Facts, network: NetworkId): Facts {
  if (found.network !== network) throw new Damage(`it is about network ${found.network}`)
  return found
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
  listeningPorts: z.array(portNumber).optional(),
  labels,
})

type FileContainer = z.infer<typeof container>

const facts = z.object({
  network: networkId,
  daemon: z.string().min(1),
  outlived: z.literal(true).optional(),
  unheard: z.number().min(0).optional(),
})

const firstListing = facts.extend({ containers: z.array(container) })

const gone = z.object({ gone: z.string() })

function listingOf({ network, daemon, outlived, unheard }: Facts, found: Iterable<FileContainer>): Listing {
  const containers = Array.from(found, ({ healthLog, exposedPorts, listeningPorts, ...rest }): Container =>
    Object.freeze({
      ...rest,
      ...(healthLog && { healthLog: Object.freeze(healthLog) }),
      ...(exposedPorts && { exposedPorts: Object.freeze(exposedPorts) }),
      ...(listeningPorts && { listeningPorts: Object.freeze(listeningPorts) }),
      status: '',
      network,
      daemon,
    }),
  )
  return Object.freeze({
    network,
    daemon,
    containers: Object.freeze(containers),
    ...(outlived && { outlived }),
    ...(unheard !== undefined && { unheard }),
  })
}
