import { freePorts, httpGet, startTraefikProcess } from '@route-server/testbed/parts'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
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

export async function startTraefik(
  { path }: TraefikFolder,
  providers: Readonly<Record<string, unknown>>,
): Promise<Traefik> {
  const [web = 0] = await freePorts('tcp', '127.0.0.1', 1)
  const traefik = await startTraefikProcess({
    folder: path,
    entryPoints: { web: { address: `127.0.0.1:${web}` } },
    providers,
    more: { metrics: { prometheus: { entryPoint: 'traefik' } } },
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const entryPoint = { host: '127.0.0.1', port: web }
  return {
    ask: async (host) => (await httpGet({ entryPoint, host, tls: false, agent })).status,
    async reloads() {
      const { body } = await traefik.get('/metrics')
      return Number(/^traefik_config_reloads_total (\S+)$/m.exec(body)?.[1] ?? NaN)
    },
    cpu: () => cpuTime(traefik.pid),
    memory: () => memory(traefik.pid),
    async stop() {
      agent.destroy()
      await traefik.stop('SIGKILL')
    },
  }
}
