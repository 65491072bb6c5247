import type { ShownCause, ShownEntry, ShownRevision } from '@route-server/history'
import type { RouterView, Waiting } from '@route-server/kernel'
import type { Diagnostic, Origin } from '@route-server/plugin-api'
import { z } from 'zod'
import type { Health, Verdict } from './health.ts'
import type { DiffBody, HistoryBody } from './history.ts'
import type { Index } from './listed.ts'
import type { PortMapping, Ports } from './ports.ts'
import type { ErrorBody } from './reply.ts'
import type { Routes } from './routes.ts'

// The shapes of all answers that are JSON, for `/openapi.json`. The compiler holds each to the type that its answer is made of.

/** Nobody gets more than is described. */
const object = z.strictObject
const network = z.int().describe('A network ID: a multiple of 64.')
const date = z.iso.datetime()
const protocol = z.enum(['http', 'tcp', 'udp'])
const counts = z.record(protocol, z.int())
const revision = z.int().min(0)

const origin = object({
  plugin: z.string().optional(),
  container: z.string().optional(),
  containerId: z.string().optional(),
  network: network.optional(),
  daemon: z.string().optional(),
  compose: object({ project: z.string(), service: z.string(), files: z.string().optional() }).optional(),
}) satisfies z.ZodType<Unfixed<Origin>>

const diagnostic = object({
  code: z.string(),
  level: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  origin,
  label: z.string().optional(),
  suggestion: z.string().optional(),
}) satisfies z.ZodType<Unfixed<Diagnostic>>

const router = object({
  protocol,
  name: z.string(),
  network,
  rule: z.string().optional(),
  entryPoints: z.array(z.string()),
  middlewares: z.array(z.string()),
  tls: z.union([z.literal(false), z.record(z.string(), z.unknown())]),
  priority: z.union([z.number(), z.string()]).optional(),
  service: z.string(),
  servers: z.array(z.string()),
  hosts: z.array(z.string()),
  origins: z.array(origin),
}) satisfies z.ZodType<Unfixed<RouterView>>

const portProtocol = z.enum(['tcp', 'udp'])
const range = object({ first: z.int(), last: z.int() })

const portMapping = object({
  external: z.int().optional(),
  protocol: portProtocol,
  entryPoint: z.string(),
  network,
  service: z.string(),
  router: z.string(),
  internal: z.array(z.string()),
  since: date.optional(),
  kind: z.enum(['dynamic', 'fixed']),
}) satisfies z.ZodType<Unfixed<PortMapping>>

const waiting = object({
  network,
  protocol: portProtocol,
  service: z.string(),
  port: z.int(),
}) satisfies z.ZodType<Waiting>

const shownEntry = object({
  path: z.string(),
  network,
  change: z.enum(['come', 'gone', 'changed']),
  diff: z.array(z.string()),
}) satisfies z.ZodType<ShownEntry>

const shownCause = object({
  text: z.string(),
  kind: z.enum(['event', 'listing', 'others', 'start', 'settings']),
  network: network.optional(),
  daemon: z.string().optional(),
  service: z.string().optional(),
  container: z.string().optional(),
  containerId: z.string().optional(),
  event: z.string().optional(),
  eventAt: date.optional(),
  isRecreated: z.literal(true).optional(),
  labels: z.array(z.string()).optional(),
}) satisfies z.ZodType<ShownCause>

const shownRevision = object({
  revision,
  at: date,
  causes: z.array(shownCause),
  entries: z.array(shownEntry),
  more: z.int(),
}) satisfies z.ZodType<ShownRevision>

const verdict = object({ status: z.enum(['ok', 'degraded', 'starting']) }) satisfies z.ZodType<Verdict>

/** By the names that the description gives them. */
export const ANSWERS = {
  Index: object({
    endpoints: z.array(
      object({ path: z.string(), about: z.string(), parameters: z.record(z.string(), z.string()).optional() }),
    ),
  }) satisfies z.ZodType<Unfixed<Index>>,
  Health: z.union([
    object({
      ...verdict.shape,
      message: z.string().optional(),
      problems: z.array(z.string()).optional(),
      tenancy: z.enum(['strict', 'trusted']),
      daemons: z.record(z.enum(['pending', 'live', 'stale', 'gone']), z.int()),
      routers: counts,
      services: counts,
      autoRoutes: z.boolean(),
      revision,
      lastChange: object({ at: date, ageSeconds: z.int().min(0) }).optional(),
      warnings: z.array(z.string()).optional(),
    }),
    verdict.describe('Without the token, where there is one.'),
  ]) satisfies z.ZodType<Unfixed<Health | Verdict>>,
  Routes: object({
    revision,
    waitingFor: z.array(z.string()).optional(),
    routers: object({ http: z.array(router), tcp: z.array(router), udp: z.array(router) }),
    diagnostics: z.array(diagnostic),
  }) satisfies z.ZodType<Unfixed<Routes>>,
  Ports: object({
    ports: z.array(portMapping),
    free: object({ tcp: z.array(range), udp: z.array(range) }),
    waiting: z.array(waiting),
  }) satisfies z.ZodType<Unfixed<Ports>>,
  History: object({ changes: z.array(shownRevision), more: z.int() }) satisfies z.ZodType<HistoryBody>,
  Diff: object({
    from: revision,
    to: revision,
    entries: z.array(shownEntry),
    gaps: z.array(z.string()),
  }) satisfies z.ZodType<DiffBody>,
  Error: object({ error: object({ code: z.string(), message: z.string() }) }) satisfies z.ZodType<ErrorBody>,
}

export type AnswerName = keyof typeof ANSWERS

/** zod gives what is optional as what may be `undefined`, which JSON has not. */
type Unfixed<T> = T extends readonly (infer Item)[]
  ? readonly Unfixed<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: undefined extends T[Key] ? Unfixed<T[Key]> | undefined : Unfixed<T[Key]> }
    : T
