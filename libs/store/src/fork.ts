import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from './run.ts'
import type { Repository } from './store.ts'
import { StoreError } from './store-error.ts'

/** Of a daemon's data-root, what a fork gets: images and named volumes. Containers have the original's addresses. */
const KEPT = ['image', 'overlay2', 'volumes']

/** Copies files, images and named volumes; where the file system can share blocks, it does. Nothing may be running on the copy. */
export async function copyRepository(from: Repository, to: Repository, run: Run): Promise<void> {
  const copy = (source: string, target: string): Promise<string> =>
    // Not what is mounted below: a running container's own root.
    run('cp', ['--archive', '--one-file-system', '--reflink=auto', source, target])
  expectOwnImageStore(from)
  await mkdir(to.folder, { recursive: true, mode: 0o700 })
  await rm(to.files, { recursive: true, force: true })
  if (existsSync(from.files)) await copy(from.files, to.files)
  else await mkdir(to.files, { recursive: true })
  await rm(to.docker, { recursive: true, force: true })
  await mkdir(to.docker, { recursive: true, mode: 0o711 })
  for (const name of KEPT)
    if (existsSync(join(from.docker, name))) await copy(join(from.docker, name), join(to.docker, name))
  await removeContainerLayers(to.docker)
}

/** A data-root that has been used and has no images where we know them would give a fork without any. */
function expectOwnImageStore({ docker }: Repository): void {
  const used = existsSync(join(docker, 'containers'))
  if (used && !existsSync(join(docker, 'image/overlay2')))
    throw new StoreError(
      'Its images are kept by a storage driver other than overlay2, or by containerd, and a fork would have none of them. For daemons that begin anew, set "storage-driver": "overlay2" and "features": {"containerd-snapshotter": false} in /etc/rediacc/docker.json.',
    )
}

/** What containers have written lies among the layers of images, under names that only their mounts know. */
async function removeContainerLayers(docker: string): Promise<void> {
  const mounts = join(docker, 'image/overlay2/layerdb/mounts')
  if (!existsSync(mounts)) return
  for (const container of await readdir(mounts))
    for (const name of ['mount-id', 'init-id']) {
      const layer = await readFile(join(mounts, container, name), 'utf8').catch(() => '')
      if (/^[\w-]+$/.test(layer)) await rm(join(docker, 'overlay2', layer), { recursive: true, force: true })
    }
  await rm(mounts, { recursive: true, force: true })
}
