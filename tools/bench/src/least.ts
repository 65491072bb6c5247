import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'

/** The part of an item of `GET /containers/json` that a route needs. */
interface Item {
  readonly Id: string
  readonly Names: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
}

const query = (filters: object): string => `filters=${encodeURIComponent(JSON.stringify(filters))}`
const EVENTS = `/v1.41/events?${query({ type: ['container'], event: ['start', 'die'] })}`

function get(socketPath: string, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, resolve).once('error', reject).end()
  })
}

async function list(socket: string, ids?: readonly string[]): Promise<readonly Item[]> {
  let text = ''
  const answer = await get(socket, `/v1.41/containers/json?all=1${ids ? `&${query({ id: ids })}` : ''}`)
  for await (const chunk of answer.setEncoding('utf8')) text += chunk as string
  return JSON.parse(text) as Item[]
}

function render({ Names, Labels }: Item): string {
  const name = Names[0]?.slice(1) ?? ''
  return JSON.stringify({ rule: Labels[`traefik.http.routers.${name}.rule`] ?? `Host(\`${name}\`)`, service: name })
}

/**
 * The least that a Node program can do: subscribe, list the one ID that an event names, render one entry. No coalescing, no
 * deadlines, no validation, no document. Prints one line per change, as the route server does.
 */
export async function beLeast(folder: string): Promise<void> {
  const entries = new Map<string, string>()
  let revision = 0
  const changed = (): void => {
    revision += 1
    process.stdout.write(`${JSON.stringify({ revision, bytes: entries.size })}\n`)
  }
  const follow = async (socket: string): Promise<void> => {
    const events = await get(socket, EVENTS)
    let tail = ''
    events.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (tail + chunk).split('\n')
      tail = lines.pop() ?? ''
      for (const line of lines) void look(socket, (JSON.parse(line) as { readonly id: string }).id)
    })
    for (const item of await list(socket)) entries.set(item.Id, render(item))
  }
  const look = async (socket: string, id: string): Promise<void> => {
    const [item] = await list(socket, [id])
    if (item) entries.set(id, render(item))
    else entries.delete(id)
    changed()
  }
  await Promise.all(readdirSync(folder).map((name) => follow(join(folder, name))))
  changed()
}

/** Only lists every daemon once, for comparison: what the answers alone take. Resolves with milliseconds. */
export async function timeLists(folder: string): Promise<number> {
  const start = performance.now()
  const drain = async (socket: string): Promise<void> => {
    const answer = await get(socket, '/v1.41/containers/json?all=1')
    await once(answer.resume(), 'end')
  }
  await Promise.all(readdirSync(folder).map((name) => drain(join(folder, name))))
  return performance.now() - start
}
