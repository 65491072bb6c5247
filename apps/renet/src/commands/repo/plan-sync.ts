import { planFor, readRecord, type Entries } from '@route-server/sync'
import { readInput } from '../../repo/input.ts'
import { find } from '../../repo/machine.ts'
import { printJson } from '../../terminal/print.ts'

/** Takes what the caller's folder has, and prints what it should send. */
export async function run(name: string): Promise<void> {
  const { disk, files, sent } = await find(name)
  await disk.open(undefined)
  printJson(await planFor(files, JSON.parse(await readInput()) as Entries, await readRecord(sent)))
}
