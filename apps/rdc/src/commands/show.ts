import { hasToken } from '@route-server/machine'
import { print, printJson } from '@route-server/terminal'
import { showMachine, viewOf } from '../machine-view.ts'
import { machines } from '../machines.ts'

export async function run(name: string, { json }: { readonly json?: boolean }): Promise<undefined> {
  const store = machines()
  const view = viewOf(await store.find(name), store.folder, hasToken(store.folder, name))
  if (json === true) printJson(view)
  else print(showMachine(view))
}
