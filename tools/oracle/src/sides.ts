import { startDaemon } from '@route-server/docker-simulator'
import type { SimulatedDaemon } from '@route-server/docker-simulator'
import { eventually, startRouteServer } from '@route-server/testbed/parts'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case } from './case.ts'
import { graphOf, hasMark } from './graph.ts'
import type { Graph, Provider } from './graph.ts'
import { BASE_DOMAIN, CERT_RESOLVER, containersOf, markContainer, NETWORK } from './machine.ts'
import { startTraefik } from './traefik.ts'
import type { Traefik } from './traefik.ts'

/** What a side made of a case. */
export interface Answer {
  readonly graph: Graph
  /** What it says about it: the errors that Traefik logged, or our diagnostics. */
  readonly said: readonly string[]
}

/** One way from containers to a running Traefik. */
export interface Side {
  /** Puts the case's containers in the place of the last one's, and resolves when Traefik has them. */
  show(shown: Case): Promise<Answer>
  /** What has become of it since. */
  look(): Promise<Answer>
  close(): Promise<void>
}

/** How long a side may take for one case. Both take a fifth of a second. */
const DEADLINE = 30_000
/** What Traefik logs when a label makes it panic: in its Docker provider, over and over until the label is gone … */
const PROVIDER_PANIC = 'panic in operation'
/** … or while it builds what the labels ask for, after which it never takes another configuration. */
export const BUILD_PANIC = 'makechan: size out of range'

interface Parts {
  readonly daemon: SimulatedDaemon
  readonly traefik: Traefik
  readonly provider: Provider
  readonly said: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

function side({ daemon, traefik, provider, said, close }: Parts): Side {
  const ofDocker = provider === 'docker'
  const networkMode = ofDocker ? 'bridge' : 'host'
  let round = 0
  let isStuck = false

  function replaceContainers(shown: Case): void {
    for (const { id } of [...daemon.containers()]) daemon.remove(id)
    for (const spec of containersOf(shown, round, networkMode)) {
      daemon.run(spec)
      const state = shown.services[spec.labels?.['rediacc.service_name'] ?? '']?.state
      if (state === 'paused') daemon.pause(spec.name)
      if (state === 'exited') daemon.die(spec.name, 0)
    }
  }

  async function read(): Promise<Answer> {
    const data = await traefik.rawData()
    if (hasMark(data, provider, round)) return { graph: graphOf(data, provider), said: await said() }
    const errors = traefik.errors()
    const logged = (text: string): boolean => errors.some((line) => line.includes(text))
    isStuck = logged(BUILD_PANIC)
    if (isStuck || logged(PROVIDER_PANIC)) return { graph: new Map(), said: errors }
    throw new Error(`Traefik (${provider}) does not show round ${round}: ${errors.join('\n')}`)
  }

  return {
    async show(shown) {
      round += 1
      traefik.forget()
      // Traefik's provider lists everything at any event: one is enough for it, and more would be more rounds.
      if (ofDocker) daemon.silently(() => replaceContainers(shown))
      else replaceContainers(shown)
      daemon.run(markContainer(round, networkMode))
      if (isStuck) await traefik.restart()
      return eventually(read, { deadline: DEADLINE, every: 15 })
    },
    look: read,
    close,
  }
}

/** The real thing: Traefik with its own Docker provider, on a daemon that isn't one. */
export async function dockerSide(folder: string): Promise<Side> {
  const daemon = await startDaemon({ socket: join(folder, 'docker.sock') })
  const traefik = await startTraefik(join(folder, 'docker'), {
    providersThrottleDuration: '0s',
    docker: {
      endpoint: `unix://${daemon.socket}`,
      exposedByDefault: false,
      defaultRule: `Host(\`{{ lower .Name }}-${NETWORK}.${BASE_DOMAIN}\`)`,
    },
  })
  const close = async (): Promise<void> => {
    await traefik.close()
    await daemon.close()
  }
  return side({ daemon, traefik, provider: 'docker', said: () => Promise.resolve(traefik.errors()), close })
}

/** Ours: the built route server on a daemon that isn't one, and a Traefik that polls its document. */
export async function routeServerSide(folder: string, { isHolding }: { readonly isHolding: boolean }): Promise<Side> {
  const daemon = await startDaemon({ socket: join(folder, `docker-${NETWORK}.sock`) })
  await mkdir(join(folder, 'state'), { mode: 0o700 })
  // Traefik's provider knows no tenants, forgets a container at once, and has a word of its own on health (docs/differences.md).
  await writeFile(
    join(folder, 'router.yaml'),
    `tenancy: trusted\nredeployGrace: 0s\nhold: ${isHolding ? '10s' : '0s'}\nhealth: ignore\nshares: { revisions: 100000, ports: 1000 }\n`,
  )
  const server = await startRouteServer({
    args: [
      ...['--sockets', join(folder, 'docker-*.sock'), '--state-dir', join(folder, 'state')],
      ...['--config', join(folder, 'router.yaml'), '--base-domain', BASE_DOMAIN, '--cert-resolver', CERT_RESOLVER],
    ],
  })
  const traefik = await startTraefik(join(folder, 'http'), {
    providersThrottleDuration: '0s',
    http: { endpoint: `${server.url}/routes.yaml`, pollInterval: '20ms' },
  })
  const close = async (): Promise<void> => {
    await traefik.close()
    await server.close()
    await daemon.close()
  }
  return side({ daemon, traefik, provider: 'http', said: () => diagnosticsOf(server.url), close })
}

async function diagnosticsOf(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/routes.json`)
  const { diagnostics } = (await answer.json()) as { diagnostics: readonly { code: string; message: string }[] }
  return diagnostics.map(({ code, message }) => `${code}: ${message}`)
}
