import { NEWEST_TRAEFIK, TRAEFIK_VERSIONS } from '@route-server/traefik'
import { z } from 'zod'
import { allowSchema } from './allow.ts'
import type { DeepReadonly } from './deep-freeze.ts'
import { duration } from './duration.ts'
import { dynamicPortsSchema } from './dynamic-ports.ts'
import { hostsSchema } from './hosts.ts'
import { listenSchema } from './listen.ts'
import { DOMAIN_NAME, entryPoint, HOST_NAME, list, oneOf, section, text, wholeNumber } from './parts.ts'
import { sharesSchema } from './shares.ts'
import { ownStateDir } from './state-dir.ts'

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
    integrity: text('sha512-…, as route-server plugins prints it', /^sha512-[A-Za-z0-9+/]{86}==$/).optional(),
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

/** The kernel's own defaults are the same numbers; a test of the program compares them. */
const limits = section({
  labels: wholeNumber(1).default(2_000),
  valueBytes: wholeNumber(1).default(65_536),
  routers: wholeNumber(1).default(500),
})

/** YAML takes 3.6 for a number. */
const traefikVersion = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  oneOf(TRAEFIK_VERSIONS),
)

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
  publish: section({ file: text('a path that ends in .yaml or .yml', /\S\.ya?ml$/) })
    .optional()
    .describe('File that Traefik watches: the document goes there, and is not to be polled. Needs a restart.'),
  tokenFile: text('a path')
    .optional()
    .describe(
      'File with the token that Traefik, and whoever asks for anything but the status in /health, has to show. Without one anybody gets everything.',
    ),
  allowedHosts: list('a list of host names', text('a host name such as router.internal', HOST_NAME).toLowerCase())
    .default([])
    .describe('Names that the HTTP endpoints may be asked by, beside addresses and localhost.'),
  machine: text("the machine's name in rdc")
    .optional()
    .describe('Name of this machine in rdc, for the commands that messages tell.'),
  tenancy: oneOf(['strict', 'trusted'])
    .default('strict')
    .describe('Whether networks are strangers (strict), or all have one owner (trusted).'),
  baseDomain: text('a domain name such as example.com', DOMAIN_NAME)
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
  entryPointsFile: text('a path')
    .optional()
    .describe('File with the list of every entry point that Traefik has here, in place of entryPoints.'),
  entryPointAliases: entryPointAliases
    .default({})
    .describe('Names that labels may use for entry points: { https: websecure }.'),
  certResolvers: list('a list of certificate resolvers', text('the name of a certificate resolver'))
    .optional()
    .describe('Every certificate resolver that Traefik has here; without it any name is believed.'),
  traefikVersion: traefikVersion
    .default(NEWEST_TRAEFIK)
    .describe('The Traefik that polls: what an older one would refuse is left out and said.'),
  traefikApi: text('a URL such as http://127.0.0.1:8082', /^https?:\/\/[^\s/@]+\/?$/)
    .optional()
    .describe(
      "Where Traefik's own API answers, without a password: the page says what Traefik made of each router. Needs a restart.",
    ),
  stateDir: text('a path').default(ownStateDir).describe('Folder for what is kept between runs. Needs a restart.'),
  logLevel: oneOf(['trace', 'debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('The least important lines that are logged.'),
  logFormat: oneOf(['text', 'json']).default('text').describe('Log lines for people (text) or machines (json).'),
  plugins: plugins
    .default(['http', 'tcp', 'udp', 'middleware', 'auto-route'].map((name) => ({ name })))
    .describe('Plugins to run, in order: a name, or a mapping of name, options and integrity.'),
  autoRoute: autoRoute
    .default({ enabled: true })
    .describe('Auto-routes: enabled, middlewares, sourceRange, nonHttpPorts, seenPorts, and networks with their own.'),
  limits: limits
    .prefault({})
    .describe('How much of one container is looked at: labels, valueBytes (of one label), routers.'),
  allow: allowSchema
    .prefault({})
    .describe('What labels may do outside their network: references, upstreams, catchAll, files, plugins, tlsStores.'),
  hosts: hostsSchema.default({}).describe('Hosts, and *.parent, that belong to a network whoever claims them.'),
  claimLapse: duration('0s', '3650d')
    .default(7 * 86_400_000)
    .describe("How long a host or port stays its owner's who is away, in time that the route server ran."),
  forks: oneOf(['auto-route', 'refuse'])
    .default('auto-route')
    .describe("What becomes of a router for another network's host: served at its automatic host, or left out."),
  dynamicPorts: dynamicPortsSchema
    .prefault({})
    .describe('Where ports are allocated whose own number is taken: tcp and udp, each a range or false.'),
  shares: sharesSchema
    .prefault({})
    .describe(
      'How much one network may have: routers, hosts, ports, bytes, certificateHosts (within a week), revisions (a minute).',
    ),
  health: oneOf(['gate', 'ignore'])
    .default('gate')
    .describe('Whether containers that are starting or unhealthy get no traffic (gate), or are served (ignore).'),
  hold: duration('0s', '5m')
    .default(10_000)
    .describe('How long requests wait for a container that is being recreated; 0: not at all.'),
  redeployGrace: duration()
    .default(15_000)
    .describe('How long the routes of a container that went away stay, answering 503.'),
  staleLimit: duration()
    .default(86_400_000)
    .describe(
      'How long the routes of a daemon stay that stopped answering, in time that the route server ran, across restarts.',
    ),
  goneGrace: duration()
    .default(60_000)
    .describe('How long the routes of a daemon stay whose socket was removed; never below redeployGrace.'),
  startGrace: duration()
    .default(30_000)
    .describe('How long the first document waits for a daemon that does not answer.'),
  resync: duration('10s')
    .default(300_000)
    .describe('How often every daemon is listed although nothing was heard of a change.'),
  liveness: duration('1s').default(13_000).describe('How often a daemon is asked whether it is alive.'),
})

/** The settings in force: parsed, complete, frozen. */
export type Config = DeepReadonly<z.output<typeof configSchema>>
export type ConfigKey = keyof Config
