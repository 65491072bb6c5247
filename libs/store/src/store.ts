import { codeOf, replaceFile, REAL, withLock } from '@route-server/disk'
import type { NetworkId } from '@route-server/plugin-api'
import { parseNetworkId } from '@route-server/plugin-api/network-id'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { expectName, imageOf } from './paths.ts'
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
  /** Else it is being made, or its making was cut off. */
  readonly isWhole: boolean
}

/** The repositories of a machine. */
export interface Store {
  readonly folder: string
  /** By name. */
  readonly list: () => Promise<readonly Repository[]>
  /** @throws {StoreError} where there is none of that name */
  readonly find: (name: string) => Promise<Repository>
  /**
   * Gives a repository that is going to be made its network: one that nobody ever had, or its own, where its making was cut off.
   *
   * @throws {StoreError} where the name can't be used, or is in use
   */
  readonly add: (name: string, volume: Repository['volume'], isTaken: (id: NetworkId) => boolean) => Promise<Repository>
  /** It has been made. */
  readonly finish: (name: string) => Promise<void>
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
      isWhole: z.boolean().default(true),
    }),
  ),
})
type Content = z.infer<typeof schema>

const EMPTY: Content = { next: FIRST, repositories: {} }

/**
 * @param folder where the repositories are
 * @param networks where a link leads from the network of each that was ever started to its folder; on the machine's own disk
 */
export function openStore(folder: string, networks: string): Store {
  const file = join(folder, 'repositories.json')

  /** @throws {StoreError} where there must have been some: another list would give their networks to others */
  async function expectNone(): Promise<void> {
    const known = [...(await namesIn(networks)), ...(await namesIn(folder))]
    if (known.length === 0) return
    throw new StoreError(
      `${file} isn't there, though this machine has had repositories. Is the disk mounted on which they are? Else put a copy of the file back. Nothing was done.`,
    )
  }

  async function read(): Promise<Content> {
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        await expectNone()
        return EMPTY
      }
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
  const repository = (name: string, { networkId, volume, isWhole }: Content['repositories'][string]): Repository => {
    const id = parseNetworkId(String(networkId))
    if (id === undefined) throw new StoreError(`${file}: ${name} has the network ${networkId}, which is none.`)
    const own = join(folder, name)
    const [files, docker, sent] = [join(own, name), join(own, '.docker'), join(own, '.sent.json')]
    return { name, networkId: id, volume, folder: own, files, docker, sent, isWhole }
  }
  const list = async (): Promise<readonly Repository[]> =>
    Object.entries((await read()).repositories)
      .map(([name, kept]) => repository(name, kept))
      .sort((a, b) => (a.name < b.name ? -1 : 1))

  const find = async (name: string): Promise<Repository> => {
    const all = await list()
    const found = all.find((one) => one.name === name)
    if (found) return found
    const known = all.length === 0 ? 'There are none yet.' : `There are: ${all.map((one) => one.name).join(', ')}.`
    throw new StoreError(`There is no repository ${JSON.stringify(name)} on this machine. ${known}`)
  }
  const expectNothing = (name: string): void => {
    const found = [join(folder, name), imageOf(join(folder, name))].find((path) => existsSync(path))
    if (found !== undefined)
      throw new StoreError(
        `${found} is there already, and belongs to no repository that ${file} has. Move it away, or put the right ${file} back.`,
      )
  }

  return {
    folder,
    list,
    find,
    async add(name, volume, isTaken) {
      expectName(name)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await change((content) => {
        const there = content.repositories[name]
        if (there?.isWhole === true) throw new StoreError(`There is a repository ${name} already.`)
        if (there && there.volume !== volume)
          throw new StoreError(`The making of ${name} was cut off. Remove it first: rdc repo remove ${name}`)
        if (there) return content
        expectNothing(name)
        let id = parseNetworkId(String(content.next))
        while (id !== undefined && isTaken(id)) id = parseNetworkId(String(id + STEP))
        if (id === undefined) throw new StoreError('Every network has been given to somebody.')
        return withOne({ ...content, next: id + STEP }, name, { networkId: id, volume, isWhole: false })
      })
      return find(name)
    },
    finish: (name) =>
      change((content) => {
        const made = content.repositories[name]
        return made === undefined ? content : withOne(content, name, { ...made, isWhole: true })
      }),
    remove: (name) =>
      change((content) => {
        const { [name]: gone, ...repositories } = content.repositories
        return gone === undefined ? content : { ...content, repositories }
      }),
  }
}

const withOne = (content: Content, name: string, one: Content['repositories'][string]): Content => ({
  ...content,
  repositories: { ...content.repositories, [name]: one },
})

/** Repositories, or networks; not what a file system or a write that was killed leaves there. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => /^[a-z0-9-]+$/.test(name))
}
