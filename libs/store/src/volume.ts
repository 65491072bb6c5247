import { existsSync } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { mountPoints } from './mounts.ts'
import { imageOf } from './paths.ts'
import type { Run } from './run.ts'
import type { Repository } from './store.ts'
import { StoreError } from './store-error.ts'

/** Where a repository's folder lies. */
export interface Volume {
  readonly isOpen: () => boolean
  /** Makes it, and opens it. What a creation that was cut off left is made anew. */
  readonly create: (given: { readonly key: string | undefined; readonly bytes: number | undefined }) => Promise<void>
  /** Opens it, if it isn't open. @throws {StoreError} where there is no key, or a wrong one */
  readonly open: (key: string | undefined) => Promise<void>
  readonly close: () => Promise<void>
  /** Everything in it is lost. */
  readonly remove: () => Promise<void>
  /** How large it can get, where it was made with a size; bytes. */
  readonly size: () => Promise<number | undefined>
}

export const volumeOf = (repository: Repository, run: Run): Volume =>
  ({ folder: plainFolder, encrypted: luksVolume })[repository.volume](repository, run)

function plainFolder({ folder }: Repository): Volume {
  const make = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  }
  return {
    isOpen: () => true,
    create: make,
    open: make,
    close: () => Promise.resolve(),
    remove: () => rm(folder, { recursive: true, force: true }),
    size: () => Promise.resolve(undefined),
  }
}

/** A file beside the folder, opened by `cryptsetup` and mounted on it. The key goes to its standard input: it is in no process list. */
function luksVolume({ name, folder, networkId }: Repository, run: Run): Volume {
  const image = imageOf(folder)
  const mapping = `rediacc-${networkId}`
  const device = `/dev/mapper/${mapping}`
  const isOpen = (): boolean => mountPoints().includes(folder)
  const unlock = async (key: string | undefined): Promise<void> => {
    if (key === undefined)
      throw new StoreError(`${name} is encrypted, and closed. Give its key: rdc repo up ${name} --mount`)
    if (!existsSync(device))
      await run('cryptsetup', ['open', '--type', 'luks2', '--key-file', '-', image, mapping], key)
  }
  const mount = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await run('mount', [device, folder])
  }
  return {
    isOpen,
    async create({ key, bytes }) {
      if (bytes === undefined) throw new StoreError('An encrypted repository needs a size: --size 10G')
      if (!key) throw new StoreError('An encrypted repository needs a key.')
      await run('truncate', ['--size', String(bytes), image])
      await run('chmod', ['600', image])
      await run('cryptsetup', ['luksFormat', '--batch-mode', '--type', 'luks2', '--key-file', '-', image], key)
      await unlock(key)
      await run('mkfs.ext4', ['-q', device])
      await mount()
    },
    async open(key) {
      if (isOpen()) return
      await unlock(key)
      await mount()
    },
    async close() {
      if (isOpen()) await run('umount', [folder])
      if (existsSync(device)) await run('cryptsetup', ['close', mapping])
    },
    async remove() {
      await rm(folder, { recursive: true, force: true })
      await rm(image, { force: true })
    },
    size: async () => (await stat(image)).size,
  }
}
