import { freePorts, isExecutable, TRAEFIK_VERSION, traefikPath } from '@route-server/testbed/parts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent, request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { generate } from 'selfsigned'
import { cpuTime, memory } from './usage.ts'
import type { Workspace } from './workspace.ts'

/** A real Traefik with one entry point, in a process of its own. */
export interface Traefik {
  /** Status of a request for the host, over a kept connection. */
  ask(host: string): Promise<number>
  /** How many configurations it has put in force since its start. */
  reloads(): Promise<number>
  cpu(): number
  memory(): ReturnType<typeof memory>
  stop(): Promise<void>
}

/** Its folder, before it runs: what a file provider is to read goes there. */
export interface TraefikFolder {
  readonly path: string
  /** Its default certificate, without which it would make one at every change. */
  readonly certificate: string
}

export async function traefikFolder(workspace: Workspace): Promise<TraefikFolder> {
  const path = workspace.folder()
  mkdirSync(join(path, 'watched'), { recursive: true })
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'bench' }], { keyType: 'ec' })
  writeFileSync(join(path, 'default.crt'), cert)
  writeFileSync(join(path, 'default.key'), key)
  const defaultCertificate = { certFile: join(path, 'default.crt'), keyFile: join(path, 'default.key') }
  const certificate = join(path, 'watched', 'certificate.yml')
  // JSON is YAML.
  writeFileSync(certificate, JSON.stringify({ tls: { stores: { default: { defaultCertificate } } } }))
  return { path, certificate }
}

const DEADLINE_MS = 20_000

export async function startTraefik(
  workspace: Workspace,
  { path }: TraefikFolder,
  providers: Readonly<Record<string, unknown>>,
): Promise<Traefik> {
  const command = traefikPath()
  if (!isExecutable(command))
    throw new Error(`Traefik ${TRAEFIK_VERSION} is not at ${command}; run \`bash tools/testbed/install.sh\`.`)
  const [api = 0, web = 0] = await freePorts('tcp', '127.0.0.1', 2)
  const config = join(path, 'traefik.yml')
  writeFileSync(
    config,
    JSON.stringify({
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      log: { level: 'ERROR' },
      ping: { entryPoint: 'api' },
      metrics: { prometheus: { entryPoint: 'api' } },
      entryPoints: { api: { address: `127.0.0.1:${api}` }, web: { address: `127.0.0.1:${web}` } },
      providers,
    }),
  )
  const child = workspace.own(spawn(command, [`--configFile=${config}`], { stdio: ['ignore', 'ignore', 'inherit'] }))
  const pid = child.pid ?? 0
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const get = async (port: number, url: string, host: string): Promise<{ status: number; body: string }> => {
    const asked = request({ host: '127.0.0.1', port, path: url, headers: { host }, agent }).end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    let body = ''
    for await (const chunk of response.setEncoding('utf8')) body += chunk as string
    return { status: response.statusCode ?? 0, body }
  }
  for (const end = performance.now() + DEADLINE_MS; ; await wait(20)) {
    const answer = await get(api, '/ping', 'localhost').catch(() => undefined)
    if (answer?.status === 200) break
    if (performance.now() > end) throw new Error(`Traefik didn't start within ${DEADLINE_MS / 1000} s.`)
  }
  return {
    ask: async (host) => (await get(web, '/', host)).status,
    async reloads() {
      const { body } = await get(api, '/metrics', 'localhost')
      return Number(/^traefik_config_reloads_total (\S+)$/m.exec(body)?.[1] ?? NaN)
    },
    cpu: () => cpuTime(pid),
    memory: () => memory(pid),
    async stop() {
      agent.destroy()
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
