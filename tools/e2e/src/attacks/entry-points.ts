import type { Attack } from './attack.ts'
import { without } from './lacks.ts'
import { TCP_PORT, UDP_PORT } from './places.ts'
import { tcp, udp, web } from './probes.ts'
import { APP, attacker, datagrams, http, stream, victim } from './tenants.ts'

const lack = without('entry-points')
const FIRST = '100000'
const ALL = 'HostSNI(`*`)'
const MAIL = 'mail.example.com'

/** A mail server, which speaks first. */
const greeter = [victim(stream(ALL, TCP_PORT, { entrypoints: 'tcp-25' }))]
const client = { asks: tcp('tcp-25'), told: 'victim' }

/** One that is told by its name. */
const named = [victim(stream(`HostSNI(\`${MAIL}\`)`, TCP_PORT, { entrypoints: 'tcp-993', tls: 'true' }))]
const namedClient = { asks: tcp('tcp-993', MAIL), told: 'victim' }

const robber = (rule: string, more: Readonly<Record<string, string>>): Attack['attacker'] => [
  attacker(stream(rule, TCP_PORT, { priority: FIRST, ...more })),
]

const PLAIN: readonly (readonly [name: string, rule: string])[] = [
  ["takes every connection on the victim's entry point", ALL],
  ["takes every client's connections there", 'ClientIP(`0.0.0.0/0`)'],
  ['takes those of one address', `${ALL} && ClientIP(\`127.0.0.1\`)`],
]

const TLS: readonly (readonly [name: string, rule: string, code: string, more?: Readonly<Record<string, string>>])[] = [
  ["names the victim's server name", `HostSNI(\`${MAIL}\`)`, 'HOST_TAKEN'],
  ['names it in upper case', `HostSNI(\`${MAIL.toUpperCase()}\`)`, 'HOST_TAKEN'],
  ['names it with a trailing dot', `HostSNI(\`${MAIL}.\`)`, 'HOST_TAKEN'],
  ['names it, to pass TLS through', `HostSNI(\`${MAIL}\`)`, 'HOST_TAKEN', { 'tls.passthrough': 'true' }],
  ['takes every server name', ALL, 'ENTRY_POINT_OWNED'],
  ['takes every server name by an expression', 'HostSNIRegexp(`.*`)', 'ENTRY_POINT_OWNED'],
  ['takes every client over TLS', 'ClientIP(`0.0.0.0/0`)', 'ENTRY_POINT_OWNED'],
  ['takes every name but its own', '!HostSNI(`mine.example.com`)', 'ENTRY_POINT_OWNED'],
  ['adds a rule for every client', 'HostSNI(`mine.example.com`) || ClientIP(`0.0.0.0/0`)', 'ENTRY_POINT_OWNED'],
]

export const ENTRY_POINT_ATTACKS: readonly Attack[] = [
  ...PLAIN.map(([name, rule]): Attack => ({
    name,
    lack,
    victim: greeter,
    attacker: robber(rule, { entrypoints: 'tcp-25' }),
    visitor: client,
    code: 'ENTRY_POINT_OWNED',
  })),
  ...TLS.map(([name, rule, code, more = {}]): Attack => ({
    name,
    lack: without('entry-points', 'hosts'),
    victim: named,
    attacker: robber(rule, { entrypoints: 'tcp-993', tls: 'true', ...more }),
    visitor: namedClient,
    code,
  })),
  {
    name: 'joins with TLS where a server speaks first',
    lack,
    victim: greeter,
    attacker: robber('HostSNI(`mine.example.com`)', { entrypoints: 'tcp-25', tls: 'true' }),
    visitor: client,
    code: 'ENTRY_POINT_OWNED',
  },
  {
    name: 'joins with HTTPS where a server speaks first',
    lack,
    victim: greeter,
    attacker: [attacker(http('Host(`mine.example.com`)', { entrypoints: 'tcp-25', tls: 'true' }))],
    visitor: client,
    code: 'ENTRY_POINT_WRONG_KIND',
  },
  {
    name: 'takes every connection on the entry point for plain HTTP',
    lack,
    attacker: robber(ALL, { entrypoints: 'web' }),
    visitor: { asks: web(APP, { tls: false }), told: '301' },
    code: 'ENTRY_POINT_WRONG_KIND',
  },
  {
    name: "takes the victim's hosts from under its expression, over TCP",
    lack: without('entry-points', 'hosts'),
    victim: [
      victim(
        http(String.raw`HostRegexp(${'`'}^[a-z]+\.app\.example\.org$${'`'}) || Host(${'`'}app.example.org${'`'})`),
      ),
    ],
    attacker: robber('HostSNI(`shop.app.example.org`)', { entrypoints: 'websecure', tls: 'true' }),
    visitor: { asks: web('shop.app.example.org'), told: 'victim' },
    code: 'HOST_TAKEN',
  },
  {
    name: 'takes the datagrams',
    lack,
    victim: [victim(datagrams(UDP_PORT, { entrypoints: 'udp-53' }))],
    attacker: [attacker(datagrams(UDP_PORT, { entrypoints: 'udp-53' }, 'zzz'))],
    visitor: { asks: udp('udp-53'), told: 'victim' },
    code: 'ENTRY_POINT_OWNED',
  },
  {
    name: 'takes the datagrams while the victim is stopped',
    lack,
    victim: [victim(datagrams(UDP_PORT, { entrypoints: 'udp-53' }))],
    attacker: [attacker(datagrams(UDP_PORT, { entrypoints: 'udp-53' }))],
    order: 'victim away',
    visitor: { asks: udp('udp-53'), told: 'victim' },
    code: 'ENTRY_POINT_OWNED',
  },
  {
    name: 'takes the entry point while the victim is stopped',
    lack,
    victim: greeter,
    attacker: [attacker(stream(ALL, TCP_PORT, { entrypoints: 'tcp-25' }))],
    order: 'victim away',
    visitor: client,
    code: 'ENTRY_POINT_OWNED',
  },
  {
    name: 'takes the entry point that was found for a port of the victim',
    lack,
    victim: [victim({ 'rediacc.tcp_ports': String(TCP_PORT) })],
    attacker: robber(ALL, { entrypoints: 'tcp-10000' }),
    visitor: { asks: tcp('tcp-10000'), told: 'victim' },
    code: 'ENTRY_POINT_OWNED',
  },
  {
    name: 'asks for the port that was found for the victim, after the route server was restarted',
    lack: { forgets: true },
    victim: [victim({ 'rediacc.tcp_ports': String(TCP_PORT) })],
    attacker: [attacker({ 'rediacc.tcp_ports': String(TCP_PORT) })],
    order: 'restart',
    visitor: { asks: tcp('tcp-10000'), told: 'victim' },
    code: 'PORT_WAITING',
  },
]
