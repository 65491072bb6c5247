import {
  freePorts,
  isExecutable,
  startProcess,
  TRAEFIK_VERSION,
  traefikPath,
  untilReady,
} from '@route-server/testbed/parts'
import { mkdirSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A real Traefik that polls a document as fast as it can and applies it at once. */
export interface Traefik {
  /** What it has logged since the last call; errors only. */
  news(): string
  /** Names of what it holds, by section as its API has them: `routers`, `tcpRouters` … */
  holds(): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>>
  close(): Promise<void>
}

/** What it logs where it got no document at all: this machine was too busy to answer. */
export const NOT_FETCHED = 'cannot fetch configuration data'

/** The line of a log that says that a document was refused. */
export const refusalIn = (log: string): string | undefined =>
  log.split('\n').find((line) => line.includes('Provider error, retrying') && !line.includes(NOT_FETCHED))

/** Reads what was added to a file since the last time. */
function follow(file: string): () => string {
  const descriptor = openSync(file, 'a+')
  const buffer = Buffer.alloc(1 << 20)
  let position = 0
  return () => {
    let text = ''
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, position)
      if (length === 0) return text
      position += length
      text += buffer.toString('latin1', 0, length)
    }
  }
}

/** Starts a Traefik, and resolves when its API answers. It sends nothing anywhere. */
export async function startTraefik(folder: string, endpoint: string): Promise<Traefik> {
  const command = traefikPath()
  if (!isExecutable(command))
    throw new Error(`Traefik ${TRAEFIK_VERSION} is not at ${command}; run \`bash tools/testbed/install.sh\`.`)
  const [port = 0] = await freePorts('tcp', '127.0.0.1', 1)
  const config = join(folder, 'traefik.yml')
  const log = join(folder, 'traefik.log')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    config,
    JSON.stringify({
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      log: { level: 'ERROR', noColor: true },
      api: { insecure: true },
      ping: { entryPoint: 'traefik' },
      entryPoints: {
        traefik: { address: `127.0.0.1:${port}` },
        websecure: { address: '127.0.0.1:0', asDefault: true },
      },
      providers: { providersThrottleDuration: '0s', http: { endpoint, pollInterval: '2ms', pollTimeout: '60s' } },
    }),
  )
  const url = `http://127.0.0.1:${port}`
  const traefik = startProcess({ command, args: [`--configFile=${config}`], log, env: { GOMAXPROCS: '2' } })
  const news = follow(log)
  await untilReady(traefik, async () => {
    const answer = await fetch(`${url}/ping`)
    if (!answer.ok) throw new Error(`it answered ${answer.status}`)
  })
  return {
    news,
    holds: async () =>
      (await (await fetch(`${url}/api/rawdata`)).json()) as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    close: () => traefik.stop('SIGKILL'),
  }
}
