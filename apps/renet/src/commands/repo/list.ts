import { print, printJson } from '@route-server/terminal'
import { own, store, type OwnRepository } from '../../repo/machine.ts'
import { table } from '../../terminal/table.ts'

export async function run({ json }: { readonly json?: boolean }): Promise<void> {
  const rows = await Promise.all((await store().list()).map((repository) => rowOf(own(repository))))
  if (json) return printJson(rows)
  if (rows.length === 0) return print('There are no repositories on this machine.')
  print(
    table([
      ['REPOSITORY', 'NETWORK', 'VOLUME', 'STATE', 'CONTAINERS'],
      ...rows.map(({ name, networkId, volume, isOpen, state, containers }) => [
        name,
        String(networkId),
        volume === 'folder' ? 'folder' : `encrypted, ${isOpen ? 'open' : 'closed'}`,
        state,
        String(containers),
      ]),
    ]),
  )
}

async function rowOf(repository: OwnRepository) {
  const { name, networkId, volume, disk, folder } = repository
  return { name, networkId, volume, isOpen: disk.isOpen(), ...(await lifeOf(repository)), folder }
}

type State = 'unfinished' | 'up' | 'hangs' | 'starting' | 'down'

async function lifeOf({
  isWhole,
  daemon,
}: OwnRepository): Promise<{ readonly state: State; readonly containers: number }> {
  if (!isWhole) return { state: 'unfinished', containers: 0 }
  if (!(await daemon.isRunning())) return { state: (await daemon.isEnded()) ? 'down' : 'starting', containers: 0 }
  const containers = await daemon.containers().catch(() => undefined)
  return containers ? { state: 'up', containers: containers.length } : { state: 'hangs', containers: 0 }
}
