import { own, store } from '../../repo/machine.ts'
import { print, printJson } from '../../terminal/print.ts'
import { table } from '../../terminal/table.ts'

export async function run({ json }: { readonly json?: boolean }): Promise<void> {
  const rows = await Promise.all(
    (await store().list()).map(async (repository) => {
      const { name, networkId, volume, daemon, disk, folder, isWhole } = own(repository)
      const isRunning = await daemon.isRunning()
      const containers = isRunning ? await daemon.containers().catch(() => undefined) : []
      const state = !isWhole ? 'unfinished' : containers === undefined ? 'hangs' : isRunning ? 'up' : 'down'
      return { name, networkId, volume, isOpen: disk.isOpen(), state, containers: containers?.length ?? 0, folder }
    }),
  )
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
