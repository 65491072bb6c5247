import { readdirSync } from 'node:fs'
import { Agent, createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'

/** The part of an item of `GET /containers/json` that a route needs. */
interface Item {
  readonly Id: string
  readonly Labels: Readonly<Record<string, string>>
}

const agent = new Agent({ keepAlive: true })

function get(socketPath: string, path: string, filters: object): Promise<IncomingMessage> {
  const query = `filters=${encodeURIComponent(JSON.stringify(filters))}`
  return new Promise((resolve, reject) => {
    request({ socketPath, path: `/v1.41${path}?${query}`, agent }, resolve)
      .once('error', reject)
      .end()
  })
}

const list = async (socket: string, filters: object): Promise<readonly Item[]> =>
  (await json(await get(socket, '/containers/json', filters))) as readonly Item[]

const nameIn = ({ Labels: labels }: Item): string =>
  `${labels['rediacc.service_name'] ?? ''}-${labels['rediacc.network_id'] ?? ''}`

function render(item: Item): string {
  const name = nameIn(item)
  const rule = item.Labels[`traefik.http.routers.${item.Labels['rediacc.service_name'] ?? ''}.rule`]
  return `    ${name}:\n      rule: ${JSON.stringify(rule ?? `Host(\`${name}\`)`)}\n      service: ${name}\n`
}

/**
 * The least that a Node program can do: subscribe, list the one ID that an event names, render one entry. No coalescing, no
 * deadlines, no validation, no document, nothing on disk. Whoever posts a list of names gets 200 where all of them are rendered.
 */
export async function beFloor(folder: string): Promise<void> {
  const entries = new Map<string, { readonly name: string; readonly text: string }>()
  const names = new Set<string>()
  const take = (item: Item): void => {
    entries.set(item.Id, { name: nameIn(item), text: render(item) })
    names.add(nameIn(item))
  }
  const look = async (socket: string, id: string): Promise<void> => {
    const [item] = await list(socket, { id: [id] })
    if (item) return take(item)
    names.delete(entries.get(id)?.name ?? '')
    entries.delete(id)
  }
  const follow = async (socket: string): Promise<void> => {
    const events = await get(socket, '/events', { type: ['container'], event: ['start', 'die'] })
    let tail = ''
    events.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (tail + chunk).split('\n')
      tail = lines.pop() ?? ''
      for (const line of lines) void look(socket, (JSON.parse(line) as { readonly id: string }).id)
    })
    for (const item of await list(socket, {})) take(item)
  }
  const server = createServer((question, answer) => {
    void json(question).then((asked) => {
      answer.writeHead((asked as readonly string[]).every((name) => names.has(name)) ? 200 : 404).end()
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`${JSON.stringify({ address: `http://127.0.0.1:${port}` })}\n`)
  })
  await Promise.all(readdirSync(folder).map((name) => follow(join(folder, name))))
}
