/**
 * Asks a real Traefik which entries of a document it can build handlers from, and writes its verdicts where the unit spec of
 * `libs/traefik/src/build` reads them. Run it from the repository's root after a change of `entries.mjs`, or for a newer Traefik:
 *
 *     node tools/oracle/src/build/record.mjs <path of the traefik binary> [<file to write>]
 *
 * Traefik polls one document over its HTTP provider, in which a router uses each entry; its API tells what is `disabled`.
 * Everything listens on loopback and ends with the script.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { entries } from './entries.mjs'

const DEADLINE_MS = 30_000
const DEFAULT_OUTPUT = new URL('../../../../libs/traefik/src/build/verdicts.json', import.meta.url)

const [binary, output = DEFAULT_OUTPUT] = process.argv.slice(2)
if (binary === undefined) {
  console.error('usage: node tools/oracle/src/build/record.mjs <path of the traefik binary> [<file to write>]')
  process.exit(2)
}

/** What routers of each protocol look like around the part that is asked about. */
const AROUND = {
  http: { rule: 'Host(`x.example.com`)', service: 's' },
  tcp: { rule: 'HostSNI(`x.example.com`)', service: 's', tls: {} },
  udp: { entryPoints: ['udp'], service: 's' },
}

/** The router that makes Traefik build the entry called `name`. */
const USES = {
  routers: (_, entry) => entry,
  services: (name, _, router) => ({ ...router, service: name }),
  middlewares: (name, _, router) => ({ ...router, middlewares: [name] }),
  options: (name, _, router) => ({ ...router, rule: `Host(\`${name}.example.com\`)`, tls: { options: name } }),
}

const server = { url: 'http://127.0.0.1:9', address: '127.0.0.1:9' }
const document = {
  http: {
    routers: {
      parent: { rule: 'Host(`parent.example.com`)' },
      child: { rule: 'Path(`/`)', service: 's', parentRefs: ['parent@http'] },
    },
    services: {
      s: { loadBalancer: { servers: [{ url: server.url }] } },
      checked: { loadBalancer: { servers: [{ url: server.url }], healthCheck: { path: '/' } } },
    },
    middlewares: { fine: { addPrefix: { prefix: '/a' } } },
  },
  tcp: {
    routers: {},
    services: { s: { loadBalancer: { servers: [{ address: server.address }] } } },
    middlewares: { fine: { inFlightConn: { amount: 1 } } },
  },
  udp: { routers: {}, services: { s: { loadBalancer: { servers: [{ address: server.address }] } } } },
  tls: { options: { fine: { sniStrict: false } } },
}

/** `http.middlewares` of index 3 is used by the router `middlewares3`. */
const routerName = (section, index) => `${section.split('.')[1]}${index}`
const protocolOf = (section) => section.replace(/\..*/, '').replace('tls', 'http')

for (const [section, list] of Object.entries(entries)) {
  const [part, kind] = section.split('.')
  for (const [index, entry] of list.entries()) {
    const name = routerName(section, index)
    if (kind !== 'routers') document[part][kind][name] = entry
    const protocol = protocolOf(section)
    document[protocol].routers[name] = USES[kind](name, entry, AROUND[protocol])
  }
}

/** YAML takes JSON, but for these characters, which it wants escaped; JSON has no big integers. */
const json = (value, big) =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? { $bigint: String(item) } : item), big ? undefined : 2)
const body = json(document, true)
  .replace(/\{"\$bigint":"(-?\d+)"\}/g, '$1')
  .replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const listen = async (server) => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server.address().port
}

const freePort = async () => {
  const server = createServer()
  const port = await listen(server)
  await once(server.close(), 'close')
  return port
}

const documents = createServer((_, response) => response.end(body))
const documentPort = await listen(documents)
const [apiPort, webPort, udpPort] = await Promise.all([freePort(), freePort(), freePort()])

const traefik = spawn(
  binary,
  [
    `--entryPoints.traefik.address=127.0.0.1:${apiPort}`,
    `--entryPoints.web.address=127.0.0.1:${webPort}`,
    `--entryPoints.udp.address=127.0.0.1:${udpPort}/udp`,
    '--api.insecure=true',
    '--global.checkNewVersion=false',
    '--global.sendAnonymousUsage=false',
    '--log.level=ERROR',
    '--log.format=json',
    `--providers.http.endpoint=http://127.0.0.1:${documentPort}/`,
    '--providers.http.pollInterval=1s',
    '--providers.providersThrottleDuration=0s',
  ],
  { stdio: ['ignore', 'pipe', 'pipe'] },
)
const log = []
for (const stream of [traefik.stdout, traefik.stderr])
  stream.on('data', (text) => log.length < 50 && log.push(String(text)))

const get = async (path) => {
  const response = await fetch(`http://127.0.0.1:${apiPort}${path}`)
  if (!response.ok) throw new Error(`Traefik's API answered ${response.status}`)
  return response.json()
}

/** The routers with their status, which Traefik publishes all at once. One that it doesn't even show is as good as disabled. */
const routersOf = async () => {
  const deadline = Date.now() + DEADLINE_MS
  while (Date.now() < deadline && traefik.exitCode === null) {
    await wait(500)
    const { routers = {}, tcpRouters = {}, udpRouters = {} } = await get('/api/rawdata').catch(() => ({}))
    const seen = { http: routers, tcp: tcpRouters, udp: udpRouters }
    if ('child@http' in routers) return seen
  }
  throw new Error(`Traefik did not take the document. Its log: ${log.join('').slice(0, 4000)}`)
}

try {
  const routers = await routersOf()
  const { Version: version } = await get('/api/version')
  const verdicts = { traefik: version }
  for (const [section, list] of Object.entries(entries)) {
    const verdict = (index) => routers[protocolOf(section)][`${routerName(section, index)}@http`]
    const isValid = (_, index) => (verdict(index)?.status ?? 'disabled') !== 'disabled'
    verdicts[section] = {
      valid: list.filter(isValid),
      invalid: list.filter((entry, index) => !isValid(entry, index)),
    }
    console.log(`${section}: ${verdicts[section].valid.length} valid, ${verdicts[section].invalid.length} invalid`)
    if (process.env['REASONS'])
      for (const [index, entry] of list.entries())
        console.log(json(entry, true), verdict(index)?.status, verdict(index)?.error ?? '')
  }
  await writeFile(output, `${json(verdicts)}\n`)
  console.log(`Traefik ${version}`)
} finally {
  traefik.kill()
  documents.close()
}
