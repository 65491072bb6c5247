import type { Machine } from '@route-server/machine'
import { readRepository, REPOSITORY_FILE } from '@route-server/repository'
import type { Connection } from '@route-server/ssh'
import { collect, packed, type SyncPlan } from '@route-server/sync'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { visible } from '@route-server/terminal'
import { remark } from '../terminal/print.ts'
import { askRenet, caller } from './renet.ts'

export interface SyncRequest {
  /** Absolute. */
  readonly folder: string
  readonly name: string
  readonly overwrite: boolean
}

/** How many paths a message names. */
const SHOWN = 10

/**
 * Brings the folder to the repository on the machine, and resolves to what was done.
 *
 * @throws where something there isn't what was sent from here, and isn't to be overwritten
 */
export async function sync(connection: Connection, machine: Machine, request: SyncRequest): Promise<string> {
  const { folder, name, overwrite } = request
  const entries = await collect(folder)
  const planned = await askRenet(connection, machine, ['plan-sync', name], JSON.stringify(entries))
  const plan = JSON.parse(planned) as SyncPlan
  const { send, remove, conflicts } = plan
  if (conflicts.length > 0 && !overwrite) throw new Error(conflictsIn(conflicts, machine))
  const all = [...send, ...conflicts.map(({ path }) => path)]
  const header = {
    entries,
    plan,
    slots: Object.fromEntries(readRepository(join(folder, REPOSITORY_FILE)).slots),
  }
  const input = Readable.from(both(`${JSON.stringify(header)}\n`, packed(folder, entries, all)))
  const { otherSlots } = JSON.parse(await askRenet(connection, machine, ['sync', name, '--for', caller()], input)) as {
    readonly otherSlots: readonly string[]
  }
  if (otherSlots.length > 0)
    remark(
      `Note: ${otherSlots.map(visible).join(', ')}: the slots in ${REPOSITORY_FILE} here are others than on ${machine.name}, which keeps its own.`,
    )
  return summary(all.length, remove.length, Object.keys(entries).length)
}

async function* both(header: string, archive: Readable): AsyncIterable<Buffer> {
  yield Buffer.from(header)
  yield* archive as AsyncIterable<Buffer>
}

function conflictsIn(conflicts: SyncPlan['conflicts'], { name }: Machine): string {
  const said = {
    changed: 'was changed there since it was sent',
    foreign: "is there already, and wasn't sent from here",
  }
  const more = conflicts.length - SHOWN
  return [
    `Nothing was sent: on ${name},`,
    ...conflicts.slice(0, SHOWN).map(({ path, why }) => `  ${visible(path)} ${said[why]}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    'Exclude data by a line in .rediaccignore, go on without sending by --no-sync, or overwrite what is there by --overwrite.',
  ].join('\n')
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const summary = (sent: number, removed: number, all: number): string =>
  sent + removed === 0
    ? `${counted(all, 'file')}, all there already`
    : [`${counted(sent, 'file')} sent`, ...(removed > 0 ? [`${removed} removed`] : []), `of ${all}`].join(', ')
