import { codeOf, replaceFile, REAL, withLock } from '@route-server/disk'
import type { NetworkId } from '@route-server/plugin-api'
import { parseNetworkId } from '@route-server/plugin-api/network-id'
import { readFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { StoreError } from './store-error.ts'

export interface Repository {
  /** Lower-case letters, digits and dashes. */
  readonly name: string
  readonly networkId: NetworkId
  /** `encrypted`: a LUKS volume in a file. */
  readonly volume: 'folder' | 'encrypted'
  /** Everything of the repository; absolute. An encrypted volume is mounted here. */
  readonly folder: string
  /** What belongs to its user: compose file, Rediaccfile, data. Compose calls a project as its folder is called. */
  readonly files: string
  /** The daemon's data-root. */
  readonly docker: string
  /** What of its files was sent last. */
  readonly sent: string
}

/** The repositories of a machine. */
export interface Store {
  readonly folder: string
  /** By name. */
  readonly list: () => Promise<readonly Repository[]>
  /** @throws {StoreError} where there is none of that name */
  readonly find: (name: string) => Promise<Repository>
  /** Gives a new repository its network: one that nobody ever had. @throws {StoreError} where the name can't be used, or is in use */
  readonly add: (name: string, volume: Repository['volume'], isTaken: (id: NetworkId) => boolean) => Promise<Repository>
  /** Forgets it; its network is never given again. */
  readonly remove: (name: string) => Promise<void>
}

/** The first network: the one of the documentation. */
const FIRST = 2816
const STEP = 64

const schema = z.strictObject({
  /** The network that is given next. It only grows. */
  next: z.number().int().positive().multipleOf(STEP),
  repositories: z.record(
    z.string(),
    z.strictObject({
      networkId: z.number().int(),
      volume: z.enum(['folder', 'encrypted']),
    }),
  ),
})
type Content = z.infer<typeof schema>

const EMPTY: Content = { next: FIRST, repositories: {} }

export function openStore(folder: string): Store {
  const file = join(folder, 'repositories.json')

  async function read(): Promise<Content> {
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return EMPTY
      throw new StoreError(`${file} can't be read: ${(error as Error).message}`, { cause: error })
    }
    try {
      return schema.parse(JSON.parse(text))
    } catch (cause) {
      throw new StoreError(
        `${file} is damaged, and nothing was done: ${(cause as Error).message}\nIt says which repository has which network. Put it right, or put a copy of it back.`,
        { cause },
      )
    }
  }
  const change = (work: (content: Content) => Content): Promise<void> =>
    withLock(file, async () => {
      const before = await read()
      const after = work(before)
      if (after !== before) await replaceFile(file, [`${JSON.stringify(after, undefined, 2)}\n`], REAL)
    })
  const repository = (name: string, { networkId, volume }: Content['repositories'][string]): Repository => {
    const id = parseNetworkId(String(networkId))
    if (id === undefined) throw new StoreError(`${file}: ${name} has the network ${networkId}, which is none.`)
    const own = join(folder, name)
    const [files, docker, sent] = [join(own, name), join(own, '.docker'), join(own, '.sent.json')]
    return { name, networkId: id, volume, folder: own, files, docker, sent }
  }
  const list = async (): Promise<readonly Repository[]> =>
    Object.entries((await read()).repositories)
      .map(([name, kept]) => repository(name, kept))
      .sort((a, b) => (a.name < b.name ? -1 : 1))

  return {
    folder,
    list,
    async find(name) {
      const all = await list()
      const found = all.find((one) => one.name === name)
      if (found) return found
      const known = all.length === 0 ? 'There are none yet.' : `There are: ${all.map((one) => one.name).join(', ')}.`
      throw new StoreError(`There is no repository ${JSON.stringify(name)} on this machine. ${known}`)
    },
    async add(name, volume, isTaken) {
      if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
        throw new StoreError(
          `${JSON.stringify(name)} can't name a repository: it has up to 63 lower-case letters, digits and dashes, such as my-app.`,
        )
      await mkdir(folder, { recursive: true, mode: 0o700 })
      let networkId = 0
      await change((content) => {
        if (name in content.repositories) throw new StoreError(`There is a repository ${name} already.`)
        let id = parseNetworkId(String(content.next))
        while (id !== undefined && isTaken(id)) id = parseNetworkId(String(id + STEP))
        if (id === undefined) throw new StoreError('Every network has been given to somebody.')
        networkId = id
        return { next: id + STEP, repositories: { ...content.repositories, [name]: { networkId, volume } } }
      })
      return repository(name, { networkId, volume })
    },
    remove: (name) =>
      change((content) => {
        const { [name]: gone, ...repositories } = content.repositories
        return gone === undefined ? content : { ...content, repositories }
      }),
  }
}
