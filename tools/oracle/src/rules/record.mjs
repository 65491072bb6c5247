/**
 * Asks a real Traefik which rules it builds routers for, and writes its verdicts where the unit spec of
 * `libs/traefik/src/rules` reads them. Run it from the repository's root after a change of `rules.mjs`, or for a newer Traefik:
 *
 *     node tools/oracle/src/rules/record.mjs <path of the traefik binary> [<file to write>]
 *
 * Traefik polls one document with a router per rule over its HTTP provider; its API tells which are `disabled`.
 * Everything listens on loopback and ends with the script.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { rules } from './rules.mjs'

const DEADLINE_MS = 60_000
const DEFAULT_OUTPUT = new URL('../../../../libs/traefik/src/rules/verdicts.json', import.meta.url)

const [binary, output = DEFAULT_OUTPUT] = process.argv.slice(2)
if (binary === undefined) {
  console.error('usage: node tools/oracle/src/rules/record.mjs <path of the traefik binary> [<file to write>]')
  process.exit(2)
}

const section = (list, service, extra) => ({
  routers: Object.fromEntries(list.map((rule, index) => [`r${index}`, { rule, service: 's', ...extra }])),
  services: { s: { loadBalancer: { servers: [service] } } },
})

/** YAML takes JSON, but for these characters, which it wants escaped. */
const body = JSON.stringify({
  http: section(rules.http, { url: 'http://127.0.0.1:9' }),
  // With TLS, so that host names are allowed.
  tcp: section(rules.tcp, { address: '127.0.0.1:9' }, { tls: { passthrough: true } }),
}).replace(
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
const [apiPort, webPort, tcpPort] = await Promise.all([freePort(), freePort(), freePort()])

const traefik = spawn(
  binary,
  [
    `--entryPoints.traefik.address=127.0.0.1:${apiPort}`,
    `--entryPoints.web.address=127.0.0.1:${webPort}`,
    `--entryPoints.tcp.address=127.0.0.1:${tcpPort}`,
    '--api.insecure=true',
    '--global.checkNewVersion=false',
    '--global.sendAnonymousUsage=false',
    '--log.level=ERROR',
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

const verdictsOf = async () => {
  const deadline = Date.now() + DEADLINE_MS
  while (Date.now() < deadline && traefik.exitCode === null) {
    await wait(500)
    const { routers = {}, tcpRouters = {} } = await get('/api/rawdata').catch(() => ({}))
    if (`r${rules.http.length - 1}@http` in routers && `r${rules.tcp.length - 1}@http` in tcpRouters)
      return { http: routers, tcp: tcpRouters }
  }
  throw new Error(`Traefik did not take the document. Its log: ${log.join('').slice(0, 4000)}`)
}

const split = (list, routers) => {
  const isValid = (_, index) => routers[`r${index}@http`].status !== 'disabled'
  return { valid: list.filter(isValid), invalid: list.filter((rule, index) => !isValid(rule, index)) }
}

try {
  const routers = await verdictsOf()
  const { Version: version } = await get('/api/version')
  const verdicts = { traefik: version, http: split(rules.http, routers.http), tcp: split(rules.tcp, routers.tcp) }
  await writeFile(output, `${JSON.stringify(verdicts, null, 2)}\n`)
  for (const protocol of ['http', 'tcp']) {
    const { valid, invalid } = verdicts[protocol]
    console.log(`${protocol}: ${valid.length} valid, ${invalid.length} invalid in Traefik ${version}`)
  }
} finally {
  traefik.kill()
  documents.close()
}
