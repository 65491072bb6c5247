import { allListeners } from '@route-server/explain'
import type { NetworkId } from '@route-server/plugin-api'
import { randomBytes } from 'node:crypto'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { RenetError } from './renet-error.ts'
import { awaitRoutes, reachOf } from './routes.ts'

/** How long Traefik may take to serve what the route server has; it polls every 5 seconds. Milliseconds. */
const PATIENCE = 60_000
const PAUSE = 200
const DEADLINE = 10_000

/**
 * Waits until Traefik serves the routes of the services.
 *
 * @returns why it doesn't, a sentence for each route; nothing where all is well
 */
export async function waitRouted(network: NetworkId, services: readonly string[]): Promise<readonly string[]> {
  const routes = await awaitRoutes(network, services)
  if (routes instanceof RenetError) return [`it can't be known: ${routes.message}`]
  const lines = services.flatMap((service) => reachOf(service, routes).map((line) => ({ service, line })))
  const problems = lines
    .filter(({ line }) => line.startsWith('not as asked'))
    .map(({ service, line }) => `${service} is ${line}`)
  const urls = [...new Set(lines.map(({ line }) => line))]
    .filter((line) => /^https?:/.test(line))
    .map((line) => new URL(line))
  const late = await Promise.all(urls.map((url) => untilServed(url, performance.now() + PATIENCE)))
  return [...problems, ...late.flat()]
}

async function untilServed(url: URL, deadline: number): Promise<readonly string[]> {
  for (;;) {
    const reason = await reasonAgainst(url)
    if (reason === undefined) return []
    if (performance.now() > deadline) return [`${url.href}: ${reason}`]
    await sleep(PAUSE)
  }
}

/** Why the URL isn't served, or nothing. Traefik answers a host that it doesn't know as it answers one that nobody can have. */
async function reasonAgainst(url: URL): Promise<string | undefined> {
  const port = url.protocol === 'https:' ? 443 : 80
  const entryPoint = entryPointAt(port)
  if (entryPoint === undefined)
    return `nobody listens on port ${port} of this machine. Is Traefik running? systemctl status rediacc-traefik.service`
  try {
    const answer = await ask(entryPoint, url)
    if (BROKEN.has(answer.status))
      return `Traefik has the route, and answers ${answer.status}: the service doesn't answer there`
    if (answer.status !== 404) return undefined
    const unknown = await ask(entryPoint, new URL(`${url.protocol}//${randomBytes(8).toString('hex')}.invalid/`))
    return answer.body === unknown.body ? 'Traefik answers 404, as for a host that it has no route for' : undefined
  } catch (error) {
    return `Traefik can't be asked: ${(error as Error).message}`
  }
}

const BROKEN: ReadonlySet<number> = new Set([502, 503, 504])

interface EntryPoint {
  readonly host: string
  readonly port: number
}

/** Who listens on a port of this machine and isn't a container of ours. */
function entryPointAt(port: number): EntryPoint | undefined {
  const chosen = process.env[port === 443 ? 'REDIACC_HTTPS' : 'REDIACC_HTTP']
  const [, host, own] = /^\[?(.+?)\]?:(\d+)$/.exec(chosen ?? '') ?? []
  if (host !== undefined) return { host, port: Number(own) }
  const found = allListeners()?.find((one) => one.port === port && !one.address.startsWith('127.'))
  if (found === undefined) return undefined
  return { host: ANY[found.address] ?? found.address, port }
}

const ANY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

function ask({ host, port }: EntryPoint, url: URL): Promise<{ readonly status: number; readonly body: string }> {
  const options = {
    host,
    port,
    path: url.pathname,
    headers: { host: url.host },
    agent: false,
    signal: AbortSignal.timeout(DEADLINE),
  }
  // Whether its certificate has come already is another question.
  const question =
    url.protocol === 'https:'
      ? tlsRequest({ ...options, servername: url.hostname, rejectUnauthorized: false })
      : plainRequest(options)
  return new Promise((resolve, reject) => {
    question.once('error', reject)
    question.once('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    question.end()
  })
}
