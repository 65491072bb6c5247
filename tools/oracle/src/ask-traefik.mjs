/** What the recorders of verdicts have in common: one document, a real Traefik that polls it, and what its API says. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** JSON as YAML takes it: some characters have to be escaped. */
export const yamlSafe = (json) =>
  json.replace(
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

/**
 * Serves `body` to a Traefik and answers its version and its routers by protocol, once `isTaken(routers)` says that the
 * document is in force: Traefik publishes all of them at once. `entryPoints` are names with what follows the port: `/udp`.
 * Everything listens on loopback and ends with the call.
 */
export async function askTraefik({ binary, body, entryPoints, isTaken, deadlineMs }) {
  const documents = createServer((_, response) => response.end(body))
  const documentPort = await listen(documents)
  const apiPort = await freePort()
  const addresses = await Promise.all(
    Object.entries(entryPoints).map(
      async ([name, suffix]) => `--entryPoints.${name}.address=127.0.0.1:${await freePort()}${suffix}`,
    ),
  )
  const traefik = spawn(
    binary,
    [
      `--entryPoints.traefik.address=127.0.0.1:${apiPort}`,
      ...addresses,
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
  try {
    const deadline = Date.now() + deadlineMs
    while (Date.now() < deadline && traefik.exitCode === null) {
      await wait(500)
      const { routers = {}, tcpRouters = {}, udpRouters = {} } = await get('/api/rawdata').catch(() => ({}))
      const taken = { http: routers, tcp: tcpRouters, udp: udpRouters }
      if (isTaken(taken)) return { version: (await get('/api/version')).Version, routers: taken }
    }
    throw new Error(`Traefik did not take the document. Its log: ${log.join('').slice(0, 4000)}`)
  } finally {
    traefik.kill()
    documents.close()
  }
}
