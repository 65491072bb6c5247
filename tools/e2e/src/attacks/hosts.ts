import type { Attack } from './attack.ts'
import { VERBATIM, without } from './lacks.ts'
import { ATTACKER_IP, HTTP_PORT, NOBODY, VICTIM } from './places.ts'
import { web } from './probes.ts'
import { APP, attacker, http, MINE, victim } from './tenants.ts'

const lack = without('hosts')
/** Above every rule's length. */
const FIRST = { priority: '100000' }

const robber = (rule: string): Attack['attacker'] => [attacker(http(rule, FIRST))]

/** Rules that answer for `app.example.com`, and the codes of why they may not. */
const RULES: readonly (readonly [name: string, rule: string, code: string])[] = [
  ["names the victim's host, with a huge priority", `Host(\`${APP}\`)`, 'HOST_TAKEN'],
  ['names it among others', `Host(\`${MINE}\`) || Host(\`${APP}\`)`, 'HOST_TAKEN'],
  ['names it in upper case', 'Host(`APP.EXAMPLE.COM`)', 'HOST_TAKEN'],
  ['names it with a trailing dot', `Host(\`${APP}.\`)`, 'HOST_TAKEN'],
  ['names it with an escaped letter', String.raw`Host("\x61pp.example.com")`, 'HOST_TAKEN'],
  ['names it with an octal escape', String.raw`Host("\141pp.example.com")`, 'HOST_TAKEN'],
  ['names it by a matcher in upper case', `HOST(\`${APP}\`)`, 'HOST_TAKEN'],
  ['names it behind two negations', `!(!Host(\`${APP}\`))`, 'HOST_TAKEN'],
  ['names it for one path', `Host(\`${MINE}\`) && Path(\`/x\`) || Host(\`${APP}\`) && Path(\`/\`)`, 'HOST_TAKEN'],
  ['adds an alternative for every path', `Host(\`${MINE}\`) || PathPrefix(\`/\`)`, 'RULE_UNBOUND'],
  ['adds an alternative behind another precedence', `Host(\`${MINE}\`) && Path(\`/x\`) || Path(\`/\`)`, 'RULE_UNBOUND'],
  ['takes every host but its own', `!Host(\`${MINE}\`)`, 'RULE_UNBOUND'],
  ['takes every path', 'PathPrefix(`/`)', 'RULE_UNBOUND'],
  ['takes one path of every host', 'Path(`/`)', 'RULE_UNBOUND'],
  ['takes every path by an expression', 'PathRegexp(`.*`)', 'RULE_UNBOUND'],
  ['takes one method of every host', 'Method(`GET`)', 'RULE_UNBOUND'],
  ['takes every client', 'ClientIP(`0.0.0.0/0`)', 'RULE_UNBOUND'],
  ['takes every host by an expression', 'HostRegexp(`.*`)', 'RULE_UNBOUND'],
  ['takes every host by an anchored expression', 'HostRegexp(`^.+$`)', 'RULE_UNBOUND'],
  ['takes whatever contains a word', 'HostRegexp(`app`)', 'RULE_UNBOUND'],
  [
    'takes whatever ends in a domain that only looks like its own',
    String.raw`HostRegexp(${'`'}^.*example\.com$${'`'})`,
    'HOST_OPERATORS',
  ],
  ['takes whatever ends so', 'HostRegexp(`example.com$`)', 'RULE_UNBOUND'],
  ['takes a dot for any letter', 'HostRegexp(`^app.example.com$`)', 'RULE_UNBOUND'],
  ['hides the host in a group', String.raw`HostRegexp(${'`'}^(mine|app)\.example\.com$${'`'})`, 'HOST_TAKEN'],
  ['hides it behind a flag', String.raw`HostRegexp(${'`'}(?i)^APP\.example\.com$${'`'})`, 'RULE_UNBOUND'],
  [
    'uses an expression that matches nothing, too',
    String.raw`HostRegexp(${'`'}^(mine\.example\.com)?$${'`'})`,
    'RULE_UNBOUND',
  ],
  ['takes the wildcard for every host', 'Host(`*`)', 'RULE_UNBOUND'],
  ['takes the wildcard of the base domain', 'Host(`*.example.com`)', 'HOST_OPERATORS'],
]

const robberies = RULES.map(([name, rule, code]): Attack => ({ name, lack, attacker: robber(rule), code }))

const asking = (question: Parameters<typeof web>[1]): NonNullable<Attack['visitor']> => ({
  asks: web(APP, question),
  told: 'victim',
})

/** A domain of the victim's own. */
const OWN = 'victim.example.org'
const wildcard = [victim(http(`Host(\`${OWN}\`) || Host(\`*.${OWN}\`)`))]
const at = (host: string): NonNullable<Attack['visitor']> => ({ asks: web(host), told: 'victim' })

/** The victim's own labels, on the attacker's container. */
const fork = [attacker(http(`Host(\`${APP}\`)`), { service: 'web' })]
const squatted = `web-${NOBODY}.example.com`

export const HOST_ATTACKS: readonly Attack[] = [
  ...robberies,
  {
    name: 'takes requests with a query',
    lack,
    attacker: robber('Query(`page`, `1`)'),
    visitor: asking({ path: '/?page=1' }),
    code: 'RULE_UNBOUND',
  },
  {
    name: 'takes requests with a header',
    lack,
    attacker: robber('Header(`X-Client`, `1`)'),
    visitor: asking({ headers: { 'X-Client': '1' } }),
    code: 'RULE_UNBOUND',
  },
  {
    name: 'takes every host in the old syntax',
    lack: VERBATIM,
    attacker: [
      attacker({
        'traefik.enable': 'true',
        'traefik.http.routers.old.rule': 'HostRegexp(`{any:.+}`)',
        'traefik.http.routers.old.rulesyntax': 'v2',
        'traefik.http.routers.old.priority': FIRST.priority,
        'traefik.http.routers.old.entrypoints': 'websecure',
        'traefik.http.routers.old.service': 'old',
        'traefik.http.services.old.loadbalancer.server.url': `http://${ATTACKER_IP}:${HTTP_PORT}`,
      }),
    ],
    code: 'RULE_UNBOUND',
  },
  {
    name: "names the victim's automatic host",
    lack,
    victim: [victim({ 'rediacc.service_port': '8080' })],
    attacker: robber(`Host(\`web-${VICTIM}.example.com\`)`),
    visitor: at(`web-${VICTIM}.example.com`),
    code: 'HOST_TAKEN',
  },
  {
    name: 'names the automatic host of a network that is still to come',
    lack,
    victim: [],
    attacker: robber(`Host(\`${squatted}\`)`),
    visitor: { asks: web(squatted), told: '404' },
    code: 'HOST_TAKEN',
  },
  {
    name: "names a host below the victim's wildcard",
    lack,
    victim: wildcard,
    attacker: robber(`Host(\`shop.${OWN}\`)`),
    visitor: at(`shop.${OWN}`),
    code: 'HOST_TAKEN',
  },
  {
    name: "names a wildcard above the victim's host",
    lack,
    victim: [victim(http(`Host(\`shop.${OWN}\`)`))],
    attacker: robber(`Host(\`${OWN}\`) || Host(\`*.${OWN}\`)`),
    visitor: at(`shop.${OWN}`),
    code: 'HOST_TAKEN',
  },
  {
    name: 'names a wildcard above a host that nobody has',
    lack,
    victim: [victim(http(`Host(\`shop.${OWN}\`)`))],
    attacker: robber(`Host(\`*.${OWN}\`)`),
    visitor: at(`shop.${OWN}`),
    code: 'HOST_TAKEN',
  },
  {
    name: "names the victim's punycode host in upper case",
    lack,
    victim: [victim(http('Host(`xn--bcher-kva.example.org`)'))],
    attacker: robber('Host(`XN--BCHER-KVA.EXAMPLE.ORG`)'),
    visitor: at('xn--bcher-kva.example.org'),
    code: 'HOST_TAKEN',
  },
  {
    name: 'names an IP address, beside one whom the operator lets catch all',
    lack,
    policy: { catchAll: [VICTIM] },
    victim: [victim(http('PathPrefix(`/`)'))],
    attacker: robber('Host(`192.0.2.1`)'),
    visitor: { asks: web('192.0.2.1'), told: 'victim' },
    code: 'RULE_UNBOUND',
  },
  {
    name: 'names a host that the operator reserved for somebody who comes later',
    lack,
    policy: { hosts: { [OWN]: VICTIM } },
    victim: [victim(http(`Host(\`${OWN}\`)`))],
    attacker: robber(`Host(\`${OWN}\`)`),
    order: 'attacker first',
    visitor: at(OWN),
    code: 'HOST_TAKEN',
  },
  {
    name: 'is a fork that comes up while the original is stopped',
    lack,
    attacker: fork,
    order: 'victim away',
    code: 'HOST_TAKEN',
  },
  {
    name: 'is one that comes up after the route server was restarted',
    lack: { forgets: true },
    attacker: fork,
    order: 'restart',
    code: 'HOST_TAKEN',
  },
  {
    name: 'has an older container than the one that claimed the host',
    lack,
    attacker: [attacker(http(`Host(\`${APP}\`)`, FIRST), { fields: { created: 1 } })],
    code: 'HOST_TAKEN',
  },
]
