import type { DaemonStatus, Made, RouterView } from '@route-server/kernel'
import type { Diagnostic, Origin } from '@route-server/plugin-api'
import { z } from 'zod'
import type { ClaimFacts, ContainerFacts, Facts, FetchFacts } from './facts.ts'
import type { Question } from './question.ts'

// What becomes a command for people to run can be nothing else.
const name = z.string().regex(/^[\w.-]{1,255}$/)
const socket = z.string().regex(/^\/[\w./-]{1,255}$/)
const sentence = z.string().max(10_000)
const texts = z.array(sentence).max(10_000)
const network = z.int().positive()
const port = z.int().min(0).max(65_535)
const date = z.iso.datetime()
const protocol = z.enum(['http', 'tcp', 'udp'])
const maybe = z.exactOptional

const origin: z.ZodType<Origin> = z.object({
  plugin: maybe(sentence),
  container: maybe(name),
  containerId: maybe(name),
  network: maybe(network),
  daemon: maybe(socket),
  compose: maybe(z.object({ project: sentence, service: sentence, files: maybe(sentence) })),
})

const diagnostic: z.ZodType<Diagnostic> = z.object({
  code: name,
  level: z.enum(['error', 'warning', 'info']),
  message: sentence,
  origin,
  label: maybe(sentence),
  suggestion: maybe(sentence),
})

const made: z.ZodType<Made> = z.object({ plugin: sentence, entries: texts, refused: texts })

const container: z.ZodType<ContainerFacts> = z.object({
  name,
  id: name,
  image: sentence,
  network,
  daemon: socket,
  created: date,
  state: sentence,
  status: sentence,
  health: sentence,
  networkMode: sentence,
  presence: z.enum(['serving', 'held', 'absent', 'unseen']),
  reason: maybe(z.enum(['starting', 'unhealthy', 'paused', 'awaited', 'departed', 'looping'])),
  since: maybe(date),
  service: maybe(name),
  serviceName: maybe(sentence),
  address: maybe(z.ipv4()),
  exposedPorts: maybe(z.array(z.object({ number: port, protocol: z.enum(['tcp', 'udp', 'sctp']) }))),
  listeningPorts: maybe(z.array(port)),
  labels: z.array(z.object({ text: sentence, readBy: texts })),
  made: z.array(made),
  served: texts,
  diagnostics: z.array(diagnostic),
})

const router: z.ZodType<RouterView> = z.object({
  protocol,
  name: sentence,
  network,
  rule: maybe(sentence),
  entryPoints: texts,
  middlewares: texts,
  tls: z.union([z.literal(false), z.record(z.string(), z.unknown())]),
  priority: maybe(z.union([z.number(), z.string()])),
  service: sentence,
  servers: texts,
  hosts: texts,
  origins: z.array(origin),
})

const question: z.ZodType<Question> = z.object({
  text: sentence,
  network: maybe(network),
  host: maybe(sentence),
  path: maybe(sentence),
  scheme: maybe(sentence),
  port: maybe(port),
  name: maybe(sentence),
  address: maybe(z.ipv4()),
})

const claim: z.ZodType<ClaimFacts> = z.object({
  subject: sentence,
  network,
  by: z.enum(['operator', 'name', 'claim']),
  since: maybe(date),
})

const daemon: z.ZodType<DaemonStatus> = z.object({
  daemon: socket,
  network,
  state: z.enum(['pending', 'live', 'stale', 'gone']),
  since: z.number().min(0).max(8.64e15),
  reason: maybe(sentence),
  containers: z.int(),
})

const fetch: z.ZodType<FetchFacts> = z.object({ secondsAgo: z.number(), status: z.int(), revision: maybe(z.int()) })

const facts: z.ZodType<Facts> = z.object({
  question,
  machine: maybe(name),
  baseDomain: maybe(sentence),
  traefikApi: maybe(sentence),
  entryPoints: maybe(texts),
  runsForSeconds: z.number(),
  document: z.union([
    z.object({ revision: z.int(), secondsOld: z.number() }),
    z.object({ waitingFor: z.array(sentence) }),
  ]),
  publishedAs: maybe(sentence),
  fetches: z.object({ traefik: maybe(fetch) }),
  containers: z.array(container).max(100),
  routers: z.array(router).max(100),
  more: z.int(),
  claims: z.array(claim).max(1000),
  daemons: z.array(daemon).max(1000),
  notices: z.array(diagnostic).max(1000),
  expected: maybe(z.object({ network, service: sentence, isWatched: z.boolean() })),
  near: maybe(sentence),
})

/**
 * The facts in an answer of `/explain` that anybody may have given: who listens at a port may be no route server.
 *
 * @throws {SyntaxError} where it is no such answer
 */
export function readFacts(answer: unknown): Facts {
  const read = z.object({ facts }).safeParse(answer)
  if (read.success) return read.data.facts
  const [issue] = read.error.issues
  throw new SyntaxError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}
