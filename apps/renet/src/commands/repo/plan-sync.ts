import { planFor, readRecord, type Entries } from '@route-server/sync'
import { printJson } from '@route-server/terminal'
import { readInput } from '../../repo/input.ts'
import { find } from '../../repo/machine.ts'

/** Takes what the caller's folder has, and prints what it should send. */
export async function run(name: string): Promise<void> {
  const { disk, files, sent } = await find(name)
  await disk.open(undefined)
  printJson(await planFor(files, JSON.parse(await readInput()) as Entries, await readRecord(sent)))
}
