import { DEFAULT_LIMITS } from '@route-server/plugin-api'
import { nearest, NEWEST_TRAEFIK, TRAEFIK_VERSIONS } from '@route-server/traefik'
import { homedir } from 'node:os'
import { z } from 'zod'
import { duration } from './duration.ts'
import { listenSchema } from './listen.ts'
import { defaultStateDir } from './state-dir.ts'

/** A text that matches; `expected` completes the sentence "expected …". */
function text(expected: string, pattern = /\S/): z.ZodString {
  return z.string({ error: `expected ${expected}` }).regex(pattern, { error: `expected ${expected}` })
}

function list<Item extends z.ZodType>(expected: string, item: Item): z.ZodArray<Item> {
  return z.array(item, { error: `expected ${expected}` })
}

/** A mapping with these keys and no others. Its message for unknown keys has one line per key. */
function section<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey(key, known)).join('\n')
        : `expected a mapping with ${known.length > 5 ? 'settings' : known.join(', ')}`,
  })
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  return meant === undefined ? `unknown key; known are ${known.join(', ')}` : `unknown key; did you mean "${meant}"?`
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const
const LOG_FORMATS = ['text', 'json'] as const

const domain = text(
  'a domain name such as example.com',
  /^(?=.{1,180}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i,
)

const sockets = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  list('a glob of sockets, or a list of them', text('a glob such as /var/run/rediacc/docker-*.sock')).min(
    1,
    'expected at least one glob of sockets',
  ),
)

const plugin = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  section({
    name: text('the name of a plugin: a built-in one, a package, or a path that begins with ./, ../ or /'),
    options: z.unknown().optional(),
  }),
)

const plugins = list('a list of plugins', plugin)
  .min(1, 'expected at least one plugin')
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'expected each plugin once')

/** The auto-route plugin's own schema checks the rest: this section is its options. */
const autoRoute = z.looseObject(
  { enabled: z.boolean('expected true or false').default(true) },
  'expected a mapping with enabled, middlewares, …',
)

const limit = (usual: number): z.ZodDefault<z.ZodNumber> =>
  z.number('expected a whole number').int('expected a whole number').min(1, 'expected at least 1').default(usual)

const limits = section({
  labels: limit(DEFAULT_LIMITS.labels),
  valueBytes: limit(DEFAULT_LIMITS.valueBytes),
  routers: limit(DEFAULT_LIMITS.routers),
})

const allow = section({
  references: list(
    'a list of references',
    text('a reference such as secure-headers@file', /^[^\s@]+@[^\s@]+$/),
  ).default([]),
})

/** YAML takes 3.6 for a number. */
const traefikVersion = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.enum(TRAEFIK_VERSIONS, `expected one of ${TRAEFIK_VERSIONS.join(', ')}`),
)

const entryPoint = text('the name of an entry point such as websecure', /^[^\s,@]+$/)

const entryPointAliases = z.record(
  text('another name for an entry point'),
  entryPoint,
  'expected a mapping from other names to entry points, such as { https: websecure }',
)

/**
 * Every setting: what may stand there, its default, and what it means. This is the one table of them; the command line's flags
 * set the same keys. Durations are milliseconds once parsed.
 */
export const configSchema = section({
  sockets: sockets
    .default(['/var/run/rediacc/docker-*.sock'])
    .describe('Docker sockets to watch: a glob, or a list of globs.'),
  listen: listenSchema
    .default({ host: '127.0.0.1', port: 7111 })
    .describe('Address and port of the HTTP endpoints; port 0 takes a free one. Needs a restart.'),
  baseDomain: domain
    .toLowerCase()
    .optional()
    .describe("An auto-route's host is {service}-{networkID}.{baseDomain}; without it there are no auto-routes."),
  certResolver: z
    .union([text('a name'), z.literal(false)], {
      error: 'expected the name of a certificate resolver, or false for none',
    })
    .default('letsencrypt')
    .describe("Certificate resolver of auto-routes; false leaves Traefik's default certificate."),
  httpEntryPoints: list('a list of entry points', entryPoint)
    .min(1, 'expected at least one entry point')
    .default(['websecure', 'websecure-v6'])
    .describe('Entry points of an HTTP router that names none.'),
  entryPoints: list('a list of entry points', entryPoint)
    .min(1, 'expected at least one entry point')
    .optional()
    .describe('Every entry point that Traefik has here; without it any name that a label uses is believed.'),
  entryPointAliases: entryPointAliases
    .default({})
    .describe('Names that labels may use for entry points: { https: websecure }.'),
  certResolvers: list('a list of certificate resolvers', text('the name of a certificate resolver'))
    .optional()
    .describe('Every certificate resolver that Traefik has here; without it any name is believed.'),
  traefikVersion: traefikVersion
    .default(NEWEST_TRAEFIK)
    .describe('The Traefik that polls: what an older one would refuse is left out and said.'),
  stateDir: text('a path')
    .default(() =>
      defaultStateDir({ root: process.getuid?.() === 0, home: homedir(), xdgStateHome: process.env['XDG_STATE_HOME'] }),
    )
    .describe('Folder for what is kept between runs. Needs a restart.'),
  logLevel: z
    .enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe('The least important lines that are logged.'),
  logFormat: z
    .enum(LOG_FORMATS, `expected one of ${LOG_FORMATS.join(', ')}`)
    .default('text')
    .describe('Log lines for people (text) or machines (json).'),
  plugins: plugins
    .default(['http', 'tcp', 'udp', 'middleware', 'auto-route'].map((name) => ({ name })))
    .describe('Plugins to run, in order: a name, or a mapping of name and options.'),
  autoRoute: autoRoute
    .default({ enabled: true })
    .describe('Auto-routes: enabled, middlewares, sourceRange, nonHttpPorts, and networks with their own.'),
  limits: limits
    .default(DEFAULT_LIMITS)
    .describe('How much of one container is looked at: labels, valueBytes (of one label), routers.'),
  allow: allow
    .default({ references: [] })
    .describe('What labels may refer to outside their network: references such as secure-headers@file.'),
  goneGrace: duration().default(60_000).describe('How long the routes of a daemon stay whose socket was removed.'),
  startGrace: duration()
    .default(30_000)
    .describe('How long the first document waits for a daemon that does not answer.'),
  resync: duration('10s')
    .default(300_000)
    .describe('How often every daemon is listed although nothing was heard of a change.'),
  liveness: duration('1s').default(10_000).describe('How often a daemon is asked whether it is alive.'),
})
