import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { loadPlugins } from '@route-server/assembly'
import { loadConfig } from '@route-server/config'
import type { Flags } from '@route-server/config'
import { startDaemon } from '@route-server/docker-simulator'
import type { ContainerSpec, SimulatedDaemon } from '@route-server/docker-simulator'
import { gather, judge, pageOf, readQuestion } from '@route-server/explain'
import type { Certificate, Explanation, FetchesFacts, Listener, Observed } from '@route-server/explain'
import { readFacts } from '@route-server/explain/read-facts'
import { compose } from '../compose.ts'
import type { Log } from '../log.ts'
import { sourcesOf } from './sources.ts'

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

let folder: string
const closing: (() => unknown)[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'explain-'))
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const NETWORK = 2816

/** What `renet compose` gives a service. */
const identity = (service: string, host = 2, network = NETWORK): Readonly<Record<string, string>> => ({
  'rediacc.service_name': service,
  'rediacc.service_ip': `127.0.${network >> 8}.${(network & 255) + host}`,
  'rediacc.network_id': String(network),
})

const labelled = (labels: Readonly<Record<string, string>>, more: Partial<ContainerSpec> = {}): ContainerSpec => ({
  name: 'web-1',
  ...more,
  labels: { ...identity('web'), ...labels },
})

const ENABLED = { 'traefik.enable': 'true' }
const RULE = { 'traefik.http.routers.web.rule': 'Host(`app.example.com`)' }
const PORT = { 'traefik.http.services.web.loadbalancer.server.port': '8080' }
const ROUTED = { ...ENABLED, ...RULE, ...PORT }

/** On an address that nobody else listens on. */
const QUIET = identity('web', 42)

async function listen(host: string, port: number): Promise<void> {
  const server = createServer()
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
}

const CERTIFICATE: Certificate = {
  host: 'app.example.com',
  subject: 'app.example.com',
  issuer: "Let's Encrypt",
  until: new Date(Date.now() + 60 * 86_400_000).toISOString(),
  isFor: true,
  isTrusted: true,
  why: '',
  isStaging: false,
}

const at = (address: string, port: number) => ({ address, port })
const ENTRY_POINTS = [at('203.0.113.50', 443), at('203.0.113.50', 80), at('203.0.113.50', 25)]

/** A machine on which all is well. */
const WELL: Observed = {
  listeners: [...ENTRY_POINTS, at('127.0.11.2', 8080)],
  dialled: [{ address: '127.0.11.2:8080', outcome: 'open' }],
  resolved: [{ host: 'app.example.com', addresses: ['203.0.113.50'] }],
  own: ['203.0.113.50'],
  certificates: [CERTIFICATE],
  answers: [{ url: 'https://app.example.com/', at: '203.0.113.50:443', status: 200 }],
}

const refused = (listeners: readonly Listener[] = [], own?: readonly Listener[]): Partial<Observed> => ({
  listeners: [...ENTRY_POINTS, ...listeners],
  ...(own && { ownListeners: { [ID]: own } }),
  dialled: [{ address: '127.0.11.2:8080', outcome: 'refused' }],
})

const traefik = (status: 'enabled' | 'disabled' | 'absent', errors: readonly string[] = []): Partial<Observed> => ({
  traefik: {
    api: 'http://127.0.0.1:8080',
    version: '3.7.15',
    routers: [{ name: 'web-2816', status, errors }],
    entryPoints: { websecure: '203.0.113.50:443' },
  },
})

const NOT_FOUND: Partial<Observed> = {
  answers: [{ url: 'https://app.example.com/', at: '203.0.113.50:443', status: 404, isForNobody: true }],
}

/** One way to be unreachable. */
interface Broken {
  readonly about?: string
  readonly network?: string
  readonly containers?: readonly ContainerSpec[]
  /** What happens before anything was seen. */
  readonly first?: (daemon: SimulatedDaemon) => unknown
  /** What happens after all were seen. */
  readonly then?: (daemon: SimulatedDaemon) => unknown
  readonly flags?: Flags
  readonly observed?: Partial<Observed>
  readonly fetches?: FetchesFacts
  readonly publishedAs?: string
  /** Of another network, 2880. */
  readonly others?: readonly ContainerSpec[]
  /** The whole first line. */
  readonly answer: string | RegExp
  readonly cure: string | RegExp
}

const ID = 'a'.repeat(64)
const FETCHED: FetchesFacts = { traefik: { secondsAgo: 2, status: 200 } }

async function explained(broken: Broken): Promise<Explanation> {
  const { about = 'app.example.com', network, containers = [labelled(ROUTED, { id: ID })] } = broken
  const sockets = mkdtempSync(join(folder, 's-'))
  const daemon = await startDaemon({ socket: join(sockets, `docker-${NETWORK}.sock`), containers })
  closing.push(() => daemon.close())
  if (broken.others) {
    const other = await startDaemon({ socket: join(sockets, 'docker-2880.sock'), containers: broken.others })
    closing.push(() => other.close())
  }
  await broken.first?.(daemon)
  const config = loadConfig({
    flags: { baseDomain: 'example.com', sockets: [`${sockets}/docker-*.sock`], ...broken.flags },
  })
  const plugins = await loadPlugins(config, process.cwd())
  const composition = compose({ config, log: quiet, plugins })
  closing.push(() => composition.daemons.close())
  closing.push(() => composition.reconciler.close())
  const question = readQuestion(about, network)
  if ('error' in question) throw new Error(question.error)
  const sources = () =>
    sourcesOf(
      { ...composition, config, plugins },
      { fetches: broken.fetches ?? FETCHED, runsForSeconds: 120, publishedAs: broken.publishedAs },
    )
  const explain = (): Explanation => judge(gather(question, sources()), { ...WELL, ...broken.observed })
  const until = async (is: () => boolean): Promise<void> => {
    for (let tries = 0; !is() && tries < 300; tries += 1) await sleep(10)
  }
  await until(
    () =>
      [...composition.daemons.read().listings.values()].some((one) => one.containers.length > 0) ||
      containers.length === 0,
  )
  if (broken.first) return explain()
  await until(() => 'revision' in composition.reconciler.view.document())
  if (broken.then) {
    await broken.then(daemon)
    await until(() => matches(explain().answer, broken.answer))
  }
  return explain()
}

const matches = (text: string, expected: string | RegExp): boolean =>
  typeof expected === 'string' ? text === expected : expected.test(text)

/** Each row of the documentation's troubleshooting table. */
const DOCUMENTED: Readonly<Record<string, Broken>> = {
  'not among the routes: the container does not run': {
    about: 'web-1',
    then: (daemon) => daemon.stop('web-1'),
    flags: { redeployGrace: '0s', hold: '0s' },
    answer: "web-1 isn't routed: it isn't running (exited).",
    cure: /^Start it: docker -H unix:\S+docker-2816\.sock start web-1; why it ended: docker -H \S+ logs web-1\.$/,
  },
  'not among the routes: labels are missing': {
    about: 'web-1',
    containers: [{ name: 'web-1', labels: { 'rediacc.service_name': 'web' } }],
    answer: "web-1 isn't routed: it has no label rediacc.service_ip.",
    cure: 'Start it with renet compose.',
  },
  'certificate not issued: DNS does not point here': {
    observed: {
      resolved: [{ host: 'app.example.com', addresses: ['198.51.100.9'] }],
      certificates: [{ ...CERTIFICATE, isFor: false, subject: 'TRAEFIK DEFAULT CERT' }],
    },
    answer:
      "app.example.com is routed, but can't be reached: DNS says that app.example.com is at 198.51.100.9, which isn't this machine; no certificate is issued either.",
    cure: /^Correct the record to "app\.example\.com\. 300 IN A 203\.0\.113\.50", or run: rdc dns apply MACHINE\.$/,
  },
  'certificate not issued: bad Cloudflare token': {
    observed: {
      certificates: [{ ...CERTIFICATE, isFor: false, subject: 'TRAEFIK DEFAULT CERT' }],
      acme: [
        "Cloudflare doesn't know the token: it is mistyped, expired or revoked. rdc context set-infra MACHINE --cf-dns-token-file FILE, then rdc context push-infra MACHINE",
      ],
    },
    answer: /: no certificate is issued for app\.example\.com, so browsers refuse it\.$/,
    cure: /^Cloudflare doesn't know the token/,
  },
  '502: the application listens on another port': {
    observed: refused([at('127.0.11.2', 3000)]),
    answer:
      "app.example.com is routed, but can't be reached: nothing listens on 127.0.11.2:8080; web-1 listens on 127.0.11.2:3000.",
    cure: 'Set traefik.http.services.web.loadbalancer.server.port=3000, or have the program listen on port 8080.',
  },
  '502: the application does not bind to its own address': {
    observed: refused([at('127.0.0.1', 8080)]),
    answer:
      /nothing listens on 127\.0\.11\.2:8080; somebody, perhaps web-1, listens on 127\.0\.0\.1:8080, where Traefik doesn't look for it\.$/,
    cure: 'Have the program listen on ${WEB_IP}:8080 (127.0.11.2:8080) in place of that.',
  },
  'TCP port unreachable: not registered': {
    about: 'mail',
    containers: [
      {
        name: 'mail-1',
        labels: {
          ...identity('mail'),
          ...ENABLED,
          'traefik.tcp.routers.mail.entrypoints': 'tcp-25',
          'traefik.tcp.routers.mail.rule': 'HostSNI(`*`)',
          'traefik.tcp.services.mail.loadbalancer.server.port': '25',
        },
      },
    ],
    flags: { entryPoints: ['web', 'websecure'], machine: 'server-1' },
    answer:
      /^mail isn't routed: the TCP router "mail" is left out: the entry point "tcp-25" is not registered on this machine \(container mail-1 of network 2816\)\.$/,
    cure: 'Add it with rdc context set-infra server-1 --tcp-ports 25, and push-infra.',
  },
}

/** Further ways. */
const FURTHER: Readonly<Record<string, Broken>> = {
  'a name that nothing has': {
    about: 'wbe-1',
    answer: "wbe-1 isn't known here: no container, service, router or entry point has that name, but there is web-1.",
    cure: 'Ask for web-1.',
  },
  'a host that is nearly another': {
    about: 'https://ap.example.com/',
    answer:
      "https://ap.example.com/ isn't known here: no container's labels name that host, but there is app.example.com.",
    cure: /^Ask for app\.example\.com; /,
  },
  "a host that is the end of another's": {
    containers: [labelled({ ...ROUTED, 'traefik.http.routers.web.rule': 'Host(`myapp.example.com`)' })],
    answer: "app.example.com isn't known here: no container's labels name that host, but there is myapp.example.com.",
    cure: /^Ask for myapp\.example\.com; /,
  },
  "a host that stands in another's path, and among its origins": {
    containers: [
      labelled({
        ...ROUTED,
        'traefik.http.routers.web.rule': 'Host(`elsewhere.example.org`) && PathPrefix(`/app.example.com`)',
        'traefik.http.middlewares.web.headers.accesscontrolalloworiginlist': 'https://app.example.com',
      }),
    ],
    answer: "app.example.com isn't known here: no container's labels name that host.",
    cure: /^Write it in the rule of a router: /,
  },
  'a second router of a container, left out': {
    containers: [
      labelled({
        ...ROUTED,
        'traefik.http.routers.web.rule': 'Host(`www.example.com`)',
        'traefik.http.routers.admin.rule': 'Host(`app.example.com`)',
        'traefik.http.routers.admin.middlewares': 'auth',
      }),
    ],
    answer: /^app\.example\.com isn't routed: the router "admin" is left out: it refers to the middleware "auth"/,
    cure: /.+/,
  },
  'an automatic host of a service that has its own': {
    about: 'web-2816.example.com',
    answer: "web-2816.example.com isn't routed: web-1 is routed as app.example.com, and not under that name.",
    cure: 'Ask for app.example.com; or write the host in the rule of a router: traefik.http.routers.NAME.rule=Host(`web-2816.example.com`).',
  },
  'a name that two networks have, in one without a route': {
    about: 'web-1',
    others: [
      {
        name: 'web-1',
        labels: { ...identity('web', 2, 2880), ...ENABLED, ...PORT, ...RULE, 'traefik.enable': 'false' },
      },
    ],
    answer: "web-1 of network 2880 isn't routed: it says traefik.enable=false (there is web-1 in networks 2816, 2880).",
    cure: 'Set traefik.enable=true, if it is to be routed.',
  },
  'a name that is a container in one network and a service in another': {
    about: 'web',
    containers: [labelled(ROUTED, { id: ID, name: 'web' })],
    others: [{ name: 'x-1', labels: { ...identity('web', 2, 2880), 'traefik.enable': 'false' } }],
    answer:
      "web of network 2880 isn't routed: it says traefik.enable=false (container x-1 of network 2880) (there is web in networks 2816, 2880).",
    cure: 'Set traefik.enable=true, if it is to be routed.',
  },
  "behind Cloudflare's proxy": {
    observed: { resolved: [{ host: 'app.example.com', addresses: ['104.16.1.2', '2606:4700::1'] }] },
    answer:
      /^app\.example\.com is routed, but DNS leads app\.example\.com to Cloudflare's proxy \(104\.16\.1\.2 and 2606:4700::1\): /,
    cure: /^If that isn't meant, switch the proxy off for app\.example\.com /,
  },
  'Traefik answers 404 before it fetched what has the router': {
    observed: NOT_FOUND,
    fetches: { traefik: { secondsAgo: 3, status: 200, revision: 0 } },
    answer: 'app.example.com is routed, but Traefik has yet to fetch revision 1; it has 0.',
    cure: 'Ask again in 5 seconds.',
  },
  'Traefik answers 404 before it took what was published': {
    observed: NOT_FOUND,
    publishedAs: '/var/lib/rediacc/live/watched/routes.yaml',
    answer: /^app\.example\.com is routed, but Traefik has yet to take what \S+routes\.yaml has since \d s\.$/,
    cure: 'Ask again in 5 seconds.',
  },
  'Traefik answers 404 although it fetched it': {
    observed: NOT_FOUND,
    fetches: { traefik: { secondsAgo: 3, status: 200, revision: 1 } },
    answer:
      /^app\.example\.com is routed, but can't be reached: Traefik answers https:\/\/app\.example\.com\/ with 404/,
    cure: /.+/,
  },
  'a host of its own that no label of the repository names': {
    about: 'shop.example.org',
    network: '2816',
    answer: "shop.example.org isn't known here: no container's labels name that host.",
    cure: 'Write it in the rule of a router: traefik.http.routers.NAME.rule=Host(`shop.example.org`).',
  },
  'a service of another repository': {
    about: 'api',
    network: '2816',
    answer: 'api isn\'t known here: network 2816 has no container of a service "api".',
    cure: /ps -a;/,
  },
  'a repository whose daemon does not run': {
    about: 'web-2880.example.com',
    answer: /^web-2880\.example\.com isn't known here: no daemon of network 2880 is watched here/,
    cure: /^Start it: systemctl start rediacc-docker@2880\.service;/,
  },
  'an automatic host of a service that was never started': {
    about: 'api-2816.example.com',
    answer: 'api-2816.example.com isn\'t known here: network 2816 has no container of a service "api".',
    cure: /^See what there is, ended containers too: docker -H unix:\S+docker-2816\.sock ps -a;/,
  },
  'started with docker compose, on a bridge': {
    containers: [labelled(ROUTED, { networkMode: 'bridge' })],
    answer: /isn't routed: it runs with network mode "bridge", where its address can't be reached \(container web-1/,
    cure: 'Start it with renet compose.',
  },
  'labels of another repository': {
    about: 'web-1',
    containers: [labelled({ ...ROUTED, 'rediacc.network_id': '2880' })],
    answer: /^web-1 isn't routed: its label rediacc\.network_id says "2880", but its daemon is that of network 2816\.$/,
    cure: 'Start it with renet compose, and leave rediacc.network_id alone.',
  },
  'made by docker compose run': {
    about: 'web-1',
    containers: [labelled({ 'com.docker.compose.oneoff': 'True' })],
    answer: /^web-1 isn't routed: it was made by docker compose run\.$/,
    cure: 'To have it routed, run it with --label rediacc.one_off=true.',
  },
  'traefik.enable forgotten': {
    containers: [labelled({ ...RULE, ...PORT })],
    answer: /isn't routed: it has traefik\.\* labels, but not traefik\.enable=true \(container web-1/,
    cure: /^Add that label, .* traefik\.enable=true$/,
  },
  'traefik.enable=false': {
    about: 'web-1',
    containers: [labelled({ ...ROUTED, 'traefik.enable': 'false' })],
    answer: "web-1 isn't routed: it says traefik.enable=false.",
    cure: 'Set traefik.enable=true, if it is to be routed.',
  },
  'a misspelt label': {
    containers: [labelled({ ...ENABLED, ...PORT, 'traefik.http.routers.web.rul': 'Host(`app.example.com`)' })],
    answer: /isn't routed: traefik\.http\.routers\.web\.rul: .* is left out/,
    cure: 'Write traefik.http.routers.web.rule in its place.',
  },
  'a rule that Traefik could not build': {
    containers: [labelled({ ...ENABLED, ...PORT, 'traefik.http.routers.web.rule': 'Host(app.example.com)' })],
    answer: /isn't routed: the router "web" is left out, with whatever refers to it, because Traefik couldn't build it/,
    cure: /Host\(`app\.example\.com`\)/,
  },
  'a middleware that is not there': {
    containers: [labelled({ ...ROUTED, 'traefik.http.routers.web.middlewares': 'auth' })],
    answer: /isn't routed: the router "web" is left out: it refers to the middleware "auth", which doesn't exist/,
    cure: /.+/,
  },
  "a middleware of the operator's that is not allowed": {
    containers: [labelled({ ...ROUTED, 'traefik.http.routers.web.middlewares': 'auth@file' })],
    answer: /isn't routed: the router "web" is left out: it refers to "auth@file"/,
    cure: /only the operator can allow it \(allow\.references\)/,
  },
  'an address outside of the network': {
    containers: [
      labelled({ ...ENABLED, ...RULE, 'traefik.http.services.web.loadbalancer.server.url': 'http://10.0.0.5:80' }),
    ],
    answer: /isn't routed: the service "web" is left out, with whatever refers to it: .*10\.0\.0\.5/,
    cure: 'Only the operator can allow that (allow.upstreams).',
  },
  'labels of Traefik 1': {
    about: 'web-1',
    containers: [labelled({ 'traefik.frontend.rule': 'Host:app.example.com', 'traefik.port': '8080' })],
    answer: /^web-1 isn't routed: labels of Traefik 1 /,
    cure: /traefik\.http\.routers\.\S+\.rule=Host\(`app\.example\.com`\)/,
  },
  'no port known for an automatic route, and one to be seen': {
    about: 'web-1',
    containers: [labelled(QUIET)],
    observed: { listeners: [...ENTRY_POINTS, at('127.0.11.42', 8080)] },
    answer:
      "web-1 isn't routed: the image exposes no TCP port, and nothing was seen listening on 127.0.11.42 yet, so there is no automatic route.",
    cure: 'It listens on port 8080: set rediacc.service_port=8080, if it is to be reached.',
  },
  'no port known for an automatic route, and none to be seen': {
    about: 'web-1',
    containers: [labelled(QUIET)],
    observed: { listeners: ENTRY_POINTS },
    answer:
      "web-1 isn't routed: the image exposes no TCP port, and nothing was seen listening on 127.0.11.42 yet, so there is no automatic route.",
    cure: 'It is looked for as long as the container runs; set rediacc.service_port to the port that the service listens on to do without.',
  },
  'several ports to be seen for an automatic route': {
    about: 'web-1',
    containers: [labelled(QUIET)],
    then: () => Promise.all([listen('127.0.11.42', 3000), listen('127.0.11.42', 9229)]),
    answer:
      "web-1 isn't routed: the image exposes no TCP port, and several are listened on at 127.0.11.42: 3000, 9229; so there is no automatic route.",
    cure: 'Set rediacc.service_port to the one that serves HTTP, such as rediacc.service_port=3000.',
  },
  'a port that is known not to speak HTTP': {
    about: 'web-1',
    containers: [labelled(QUIET, { exposedPorts: ['5432/tcp'] })],
    observed: { listeners: [...ENTRY_POINTS, at('127.0.11.42', 5432)] },
    answer: "web-1 isn't routed: the image exposes only ports that don't serve plain HTTP: 5432 (PostgreSQL).",
    cure: 'It listens on port 5432: set rediacc.service_port=5432, if it is to be reached.',
  },
  'no base domain': {
    about: 'web-1',
    containers: [labelled({}, { exposedPorts: ['8080/tcp'] })],
    flags: { baseDomain: undefined },
    answer: "web-1 isn't routed: there is no automatic route without a base domain.",
    cure: 'Start the route server with --base-domain.',
  },
  'an unhealthy container': {
    containers: [labelled(ROUTED, { health: 'healthy' })],
    then: (daemon) => daemon.setHealth('web-1', 'unhealthy', 'connection refused'),
    answer:
      /is routed, but can't be reached: it has been unhealthy since .*last output "connection refused", so nothing is sent to it/,
    cure: 'Mend it, or its health check.',
  },
  'a container that is starting': {
    containers: [labelled(ROUTED, { health: 'starting' })],
    answer: /can't be reached: it has been starting since .*: its health check hasn't succeeded yet/,
    cure: 'Wait, or look at its health check.',
  },
  'a paused container': {
    then: (daemon) => daemon.pause('web-1'),
    answer: /can't be reached: it has been paused since /,
    cure: 'Unpause it.',
  },
  "a host that is another network's": {
    containers: [labelled(ROUTED)],
    flags: { hosts: { 'app.example.com': 2880 }, forks: 'refuse' },
    answer: /isn't routed: the router "web" is left out: .*app\.example\.com.*network 2880/,
    cure: /.+/,
  },
  'a path that no rule has': {
    about: 'https://app.example.com/admin',
    containers: [
      labelled({ ...ROUTED, 'traefik.http.routers.web.rule': 'Host(`app.example.com`) && PathPrefix(`/api`)' }),
    ],
    answer:
      "https://app.example.com/admin isn't routed: its host is routed, but not the path /admin: the rule is Host(`app.example.com`) && PathPrefix(`/api`).",
    cure: 'Add the path to a rule: PathPrefix(`/admin`).',
  },
  'on plain HTTP alone': {
    containers: [labelled({ ...ROUTED, 'traefik.http.routers.web.entrypoints': 'web' })],
    answer:
      /can't be reached: the router "web" is on the entry point for plain HTTP alone, which redirects everything to HTTPS/,
    cure: /^Use websecure,websecure-v6, with tls\./,
  },
  'a port that is not free': {
    about: 'tcp-5432',
    containers: [labelled({ 'rediacc.tcp_ports': '5432' })],
    flags: { entryPoints: ['websecure'], dynamicPorts: { tcp: false } },
    answer: /^tcp-5432 isn't routed: the TCP router .* is left out: TCP port 5432 is another's or not registered/,
    cure: /route-server claims list/,
  },
  'a port that nobody asks for': {
    about: 'tcp-2525',
    flags: { entryPoints: ['websecure'], machine: 'server-1' },
    answer: "tcp-2525 isn't known here: port 2525 isn't registered on this machine, and no container asks for it.",
    cure: /rdc context set-infra server-1 --tcp-ports 2525 and rdc context push-infra server-1/,
  },
  'a port that is registered and not pushed': {
    about: 'mail.example.com:2525',
    containers: [
      labelled({
        ...ENABLED,
        'traefik.tcp.routers.web.entrypoints': 'tcp-2525',
        'traefik.tcp.routers.web.rule': 'HostSNI(`*`)',
        'traefik.tcp.services.web.loadbalancer.server.port': '8080',
      }),
    ],
    flags: { entryPoints: ['websecure', 'tcp-2525'], machine: 'server-1' },
    answer:
      "mail.example.com:2525 is routed, but can't be reached: Traefik doesn't listen on port 2525 (entry point tcp-2525).",
    cure: /rdc context push-infra server-1\.$/,
  },
  'Traefik does not run': {
    observed: { listeners: [at('127.0.11.2', 8080)], answers: [], certificates: [] },
    answer:
      /can't be reached: nobody listens on port 443 of this machine \(entry point websecure\), so Traefik doesn't run\.$/,
    cure: /^Start it: systemctl start rediacc-traefik\.service/,
  },
  'Traefik never fetched the document': {
    fetches: {},
    answer: /can't be reached: Traefik has not fetched the route document since the route server started 120 s ago\.$/,
    cure: /providers\.http\.endpoint/,
  },
  'Traefik shows the wrong token': {
    fetches: { traefik: { secondsAgo: 3, status: 401 } },
    answer: /can't be reached: Traefik asked for the route document 3 s ago without the right token, and got 401\.$/,
    cure: /providers\.http\.headers/,
  },
  'Traefik stopped fetching': {
    fetches: { traefik: { secondsAgo: 90, status: 200, revision: 1 } },
    answer: /can't be reached: Traefik fetched the route document last 90 s ago, and does so every 5 s when it runs\.$/,
    cure: /systemctl status rediacc-traefik\.service/,
  },
  'Traefik took no such router': {
    observed: traefik('absent'),
    answer: /can't be reached: Traefik has no router web-2816, although it is in the route document/,
    cure: /journalctl/,
  },
  'Traefik has yet to fetch what has the router': {
    observed: traefik('absent'),
    fetches: { traefik: { secondsAgo: 3, status: 200, revision: 0 } },
    answer: 'app.example.com is routed, but Traefik has yet to fetch revision 1; it has 0.',
    cure: 'Ask again in 5 seconds.',
  },
  'Traefik switched the router off': {
    observed: traefik('disabled', ['middleware "secure@file" does not exist']),
    answer:
      /can't be reached: Traefik has switched the router web-2816 off: middleware "secure@file" does not exist\.$/,
    cure: /^Define that middleware/,
  },
  'one of its entry points is not there': {
    observed: traefik('disabled', ['entryPoint "websecure-v6" doesn\'t exist', 'no valid entryPoint for this router']),
    answer:
      'app.example.com is routed, but Traefik warns about the router web-2816: entryPoint "websecure-v6" doesn\'t exist; no valid entryPoint for this router.',
    cure: /\.entrypoints\.$/,
  },
  'nothing listens at all': {
    observed: refused(),
    answer: /can't be reached: nothing listens on 127\.0\.11\.2:8080, where web-1 is expected\.$/,
    cure: /^Have the program listen on \$\{WEB_IP\}:8080; what it says of itself: docker -H unix:\S+ logs web-1\.$/,
  },
  'it listens on IPv6 alone, as its own sockets tell': {
    observed: refused([], [at('::1', 8080)]),
    answer: /web-1 listens on \[::1\]:8080, where Traefik doesn't look for it\.$/,
    cure: /^Have the program listen on \$\{WEB_IP\}:8080/,
  },
  'it accepts no connections': {
    observed: { dialled: [{ address: '127.0.11.2:8080', outcome: 'silent' }] },
    answer: /can't be reached: 127\.0\.11\.2:8080 takes no connections/,
    cure: /hangs/,
  },
  'no address in DNS': {
    observed: { resolved: [{ host: 'app.example.com', addresses: [] }] },
    answer: /can't be reached: app\.example\.com has no address in DNS\.$/,
    cure: /^Add the record "app\.example\.com\. 300 IN A 203\.0\.113\.50"/,
  },
  'behind an address translation for IPv4, with a public IPv6 address': {
    observed: { own: ['10.0.0.5', '2001:db8::5'] },
    answer:
      /^app\.example\.com is routed, but DNS says that app\.example\.com is at 203\.0\.113\.50, and this machine has no/,
    cure: /^Check it from outside: rdc dns check/,
  },
  'an expired certificate': {
    observed: { certificates: [{ ...CERTIFICATE, until: '2020-01-01T00:00:00.000Z', isTrusted: false }] },
    answer: /can't be reached: the certificate of app\.example\.com ended at 2020-01-01T00:00:00\.000Z\.$/,
    cure: /journalctl/,
  },
  'a certificate of a staging authority': {
    observed: {
      certificates: [{ ...CERTIFICATE, isTrusted: false, isStaging: true, issuer: '(STAGING) Artificial Apricot' }],
    },
    answer: /has a certificate of a staging authority/,
    cure: /--acme-server letsencrypt/,
  },
  'the service answers wrong': {
    observed: { answers: [{ url: 'https://app.example.com/', at: '203.0.113.50:443', status: 502 }] },
    answer: /can't be reached: Traefik answers https:\/\/app\.example\.com\/ with 502/,
    cure: /.+/,
  },
  'the service accepts, and does not answer': {
    observed: {
      answers: [
        { url: 'https://app.example.com/', at: '203.0.113.50:443', failure: 'it takes too long', isSlow: true },
      ],
    },
    answer: 'app.example.com is routed, but https://app.example.com/ gives a visitor no answer within a second.',
    cure: /log/,
  },
  'a daemon that does not answer from the start': {
    first: (daemon) => daemon.crash(),
    answer:
      /^app\.example\.com isn't routed: the route server serves nothing yet, because it doesn't know every daemon: .*docker-2816\.sock hasn't been listed yet/,
    cure: /^Wait for startGrace/,
  },
  'a daemon that stopped answering': {
    then: (daemon) => daemon.crash(),
    answer: /^app\.example\.com is routed, but its daemon \S+docker-2816\.sock hasn't been heard since /,
    cure: 'Look at it: systemctl status rediacc-docker@2816.service.',
  },
}

describe.each([
  ['the documentation’s troubleshooting table', DOCUMENTED],
  ['further ways to be unreachable', FURTHER],
])('%s', (_, rows) => {
  test.each(Object.entries(rows))('%s', async (_, broken) => {
    const explanation = await explained(broken)
    const page = pageOf(explanation)
    expect([page[0], explanation.cure]).toEqual([
      typeof broken.answer === 'string' ? broken.answer : expect.stringMatching(broken.answer),
      typeof broken.cure === 'string' ? broken.cure : expect.stringMatching(broken.cure),
    ])
    expect(page.at(-1)).toBe(`To do: ${explanation.cure}`)
    expect(page.every((line) => !line.includes('\n'))).toBe(true)
    const json = JSON.stringify(explanation)
    expect(readFacts(JSON.parse(json))).toEqual((JSON.parse(json) as Explanation).facts)
  })
})

test('a host that an expression matches is routed by it, and none that it does not', async () => {
  const rule = 'HostRegexp(`^shop-[0-9]+\\.example\\.org$`)'
  const containers = [labelled({ ...ROUTED, 'traefik.http.routers.web.rule': rule }, { id: ID })]
  const asked = (about: string) =>
    explained({ about, containers, flags: { tenancy: 'trusted' }, observed: { answers: [] }, answer: '', cure: '' })
  expect((await asked('shop-7.example.org')).answer).toMatch(/^shop-7\.example\.org is routed to web-1, /)
  expect((await asked('shop-a.example.org')).verdict).toBe('unknown')
})

test('two networks that have a name are both told', async () => {
  const { answer, facts } = await explained({
    about: 'web-1',
    others: [
      {
        name: 'web-1',
        labels: { ...identity('web', 2, 2880), ...ROUTED, 'traefik.http.routers.web.rule': 'Host(`b.example.com`)' },
      },
    ],
    observed: {
      dialled: [
        { address: '127.0.11.2:8080', outcome: 'open' },
        { address: '127.0.11.66:8080', outcome: 'open' },
      ],
    },
    answer: '',
    cure: '',
  })
  expect(answer).toBe(
    'web-1 is routed to web-1 of network 2816, web-1 of network 2880, at 127.0.11.2:8080, 127.0.11.66:8080, and nothing is in its way.',
  )
  expect(facts.containers.map(({ daemon }) => daemon.replace(/.*\//, ''))).toEqual([
    'docker-2816.sock',
    'docker-2880.sock',
  ])
})

describe('where nothing is in the way', () => {
  test.each([
    'app.example.com',
    'https://app.example.com/some/path',
    'web-1',
    'web',
    'web-2816',
    'web-2816@http',
    ID.slice(0, 8),
    '127.0.11.2',
  ])('%s is told so', async (about) => {
    const { verdict, answer } = await explained({ about, answer: '', cure: '' })
    expect([verdict, answer]).toEqual([
      'reachable',
      `${about} is routed to web-1, at 127.0.11.2:8080, and nothing is in its way.`,
    ])
  })
})
