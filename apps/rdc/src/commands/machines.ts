import { hasToken } from '@route-server/machine'
import { print, printJson } from '@route-server/terminal'
import { viewOf } from '../machine-view.ts'
import { machines } from '../machines.ts'
import { table } from '../terminal/table.ts'

export async function run({ json }: { readonly json?: boolean }): Promise<undefined> {
  const store = machines()
  const views = (await store.list()).map((machine) =>
    viewOf(machine, store.folder, hasToken(store.folder, machine.name)),
  )
  if (json === true) {
    printJson(views)
    return
  }
  if (views.length === 0) {
    print('No machine is known yet. Add one with: rdc context add-machine NAME --ip ADDRESS')
    return
  }
  const rows = views.map(({ name, ssh, infra, missing }) => [
    name,
    ssh.user === undefined ? ssh.host : `${ssh.user}@${ssh.host}`,
    infra.baseDomain ?? '-',
    missing.length === 0 ? 'ready to push' : `${missing.length} settings missing`,
  ])
  print(table(rows, ['MACHINE', 'REACHED AT', 'BASE DOMAIN', 'STATE']))
}
