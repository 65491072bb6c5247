import type { Attack, Forbidden, Harm } from './attack.ts'
import { without } from './lacks.ts'
import { ATTACKER_IP, HTTP_PORT, INTERNAL_IP, INTERNAL_PORT, SECRET_PORT, USERS_FILE, VICTIM_IP } from './places.ts'
import { web } from './probes.ts'
import { APP, attacker, http, MINE, victim } from './tenants.ts'

type Labels = Readonly<Record<string, string>>

const RULE = `Host(\`${MINE}\`)`
const SERVER = 'traefik.http.services.app.loadbalancer.server'
const CHECK = 'traefik.http.services.app.loadbalancer.healthcheck'
const MIDDLEWARE = 'traefik.http.middlewares.tool'
const SECRET = `127.0.0.1:${SECRET_PORT}`
const INTERNAL = `${INTERNAL_IP}:${INTERNAL_PORT}`

/** Whether Traefik connects to it, once the attacker's own host is asked for. */
const connectsTo =
  (to: Forbidden): Harm =>
  async ({ ask, connections }) => {
    await ask(web(MINE))
    return connections(to) > 0
  }

const showsAt =
  (host: string, what: string, question: Parameters<typeof web>[1] = {}): Harm =>
  async ({ ask }) =>
    (await ask(web(host, question))) === what

/** A router of the attacker's own, with these labels besides. */
const router = (labels: Labels, more: Labels = {}): Attack['attacker'] => [attacker({ ...http(RULE, more), ...labels })]

const server = (url: string): Attack['attacker'] => {
  const { [`${SERVER}.port`]: port, ...labels } = http(RULE)
  return [attacker({ ...labels, ...(port !== undefined && { [`${SERVER}.url`]: url }) })]
}

/** Behind a middleware. */
const behind = (labels: Labels): Attack['attacker'] => router(labels, { middlewares: 'tool' })

/** URLs of servers, with where they lead. */
const SERVERS: readonly (readonly [name: string, url: string, to: Forbidden])[] = [
  ["leads to a service of the victim's that nobody published", `http://${INTERNAL}`, 'internal'],
  ["leads to the host's own loopback address", `http://${SECRET}`, 'secret'],
  ['hides that behind a user and a password', `http://${ATTACKER_IP}:${HTTP_PORT}@${SECRET}/`, 'secret'],
  ['hides it behind the name of a service', `http://evil:evil@${SECRET}/`, 'secret'],
  ['writes it as an IPv6 address', `http://[::ffff:127.0.0.1]:${SECRET_PORT}`, 'secret'],
  ['writes that in hexadecimal', `http://[::ffff:7f00:1]:${SECRET_PORT}`, 'secret'],
  ['leads to localhost', `http://localhost:${SECRET_PORT}`, 'secret'],
  ['spells that in capitals', `http://LocalHost:${SECRET_PORT}`, 'secret'],
  ['leads to the address of nobody', `http://0.0.0.0:${SECRET_PORT}`, 'secret'],
  ['leads to that of nobody in IPv6', `http://[::]:${SECRET_PORT}`, 'secret'],
  ['leads to no host', `http://:${SECRET_PORT}`, 'secret'],
  ['leads there without encryption, by HTTP/2', `h2c://${SECRET}`, 'secret'],
  ['leads there over TLS', `https://${SECRET}`, 'secret'],
]

const guarded = victim({
  ...http(`Host(\`${APP}\`)`, { middlewares: 'door' }),
  'traefik.http.middlewares.door.basicauth.users': 'visitor:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=',
})
const LOGIN = { Authorization: `Basic ${Buffer.from('visitor:secret').toString('base64')}` }
const guardedVisitor = { asks: web(APP, { headers: LOGIN }), told: 'victim' }

const lack = without('upstreams')
const code = 'REACH_REFUSED'

export const REACH_ATTACKS: readonly Attack[] = [
  ...SERVERS.map(([name, url, to]): Attack => ({ name, lack, attacker: server(url), harm: connectsTo(to), code })),
  {
    name: "leads to the victim's server, past its password",
    lack,
    victim: [guarded],
    attacker: server(`http://${VICTIM_IP}:${HTTP_PORT}`),
    visitor: guardedVisitor,
    harm: showsAt(MINE, 'victim'),
    code,
  },
  {
    name: 'has its visitors asked for at an address of the victim',
    lack,
    attacker: behind({ [`${MIDDLEWARE}.forwardauth.address`]: `http://${INTERNAL}/` }),
    harm: connectsTo('internal'),
    code,
  },
  {
    name: 'has its visitors asked for at localhost',
    lack,
    attacker: behind({ [`${MIDDLEWARE}.forwardauth.address`]: `http://localhost:${SECRET_PORT}/` }),
    harm: connectsTo('secret'),
    code,
  },
  {
    name: "counts requests in the host's own Redis",
    lack,
    attacker: behind({ [`${MIDDLEWARE}.ratelimit.average`]: '1', [`${MIDDLEWARE}.ratelimit.redis.endpoints`]: SECRET }),
    harm: connectsTo('secret'),
    code,
  },
  {
    name: "counts them in the victim's Redis, beside its own",
    lack,
    attacker: behind({
      [`${MIDDLEWARE}.ratelimit.average`]: '1',
      [`${MIDDLEWARE}.ratelimit.redis.endpoints`]: `${INTERNAL},${INTERNAL}`,
    }),
    harm: connectsTo('internal'),
    code,
  },
  {
    name: 'answers a health check with a redirect to the host',
    lack,
    attacker: router({
      [`${CHECK}.path`]: '/redirect',
      [`${CHECK}.interval`]: '50ms',
      [`${CHECK}.followredirects`]: 'true',
    }),
    harm: connectsTo('secret'),
    code: 'REDIRECTS_NOT_FOLLOWED',
  },
  {
    name: "opens its door by the operator's file of users",
    lack: without('host-files'),
    attacker: behind({ [`${MIDDLEWARE}.basicauth.usersfile`]: USERS_FILE }),
    harm: showsAt(MINE, 'attacker', {
      headers: { Authorization: `Basic ${Buffer.from('operator:secret').toString('base64')}` },
    }),
    code,
  },
  {
    name: 'opens it by a file beside what it may read, one folder up',
    lack: without('host-files'),
    policy: { files: ['/usr/share'] },
    attacker: behind({ [`${MIDDLEWARE}.basicauth.usersfile`]: `/usr/share/../..${USERS_FILE}` }),
    harm: showsAt(MINE, 'attacker', {
      headers: { Authorization: `Basic ${Buffer.from('operator:secret').toString('base64')}` },
    }),
    code,
  },
]
