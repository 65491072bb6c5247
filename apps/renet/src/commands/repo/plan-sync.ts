import { entriesAmong, planSync, readRecord, type Entries } from '@route-server/sync'
import { readInput } from '../../repo/input.ts'
import { own, store } from '../../repo/machine.ts'
import { printJson } from '../../terminal/print.ts'

/** Takes what the caller's folder has, and prints what it should send. */
export async function run(name: string): Promise<void> {
  const repository = own(await store().find(name))
  await repository.disk.open(undefined)
  const here = JSON.parse(await readInput()) as Entries
  const sent = await readRecord(repository.sent)
  const there = await entriesAmong(repository.files, [...Object.keys(here), ...Object.keys(sent)])
  printJson(planSync(here, sent, there))
}
