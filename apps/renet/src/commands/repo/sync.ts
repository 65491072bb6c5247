import { adopt, REPOSITORY_FILE } from '@route-server/repository'
import { apply, planFor, readRecord, stillAgreed, writeRecord, type Entries, type SyncPlan } from '@route-server/sync'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { text } from 'node:stream/consumers'
import { printJson } from '@route-server/terminal'
import { readHeader } from '../../repo/input.ts'
import { withRepository, type WhoFlags } from '../../repo/machine.ts'
import { RenetError } from '../../renet-error.ts'

/** The first line of what comes on standard input; an archive follows. */
export interface SyncHeader {
  readonly entries: Entries
  /** What was planned; conflicts in it are overwritten. Each file of it that is put there is in the archive. */
  readonly plan: SyncPlan
  /** Of the caller's own `.rediacc.json`. */
  readonly slots: Readonly<Record<string, number>>
}

/** Takes what was planned, and puts it in place: all of it has arrived before. Prints services whose slot is another one here. */
export const run = (name: string, flags: WhoFlags): Promise<void> =>
  withRepository(name, 'sync', flags, async (repository) => {
    await repository.disk.open(undefined)
    const { folder, files, networkId } = repository
    const { entries, plan, slots } = JSON.parse(await readHeader()) as SyncHeader
    const incoming = join(folder, '.incoming')
    await rm(incoming, { recursive: true, force: true })
    await mkdir(incoming, { mode: 0o700 })
    try {
      await unpack(incoming)
      await mkdir(files, { recursive: true })
      const { sent } = repository
      const record = await readRecord(sent)
      // Nobody had the turn since it was planned, and containers may write at any time.
      const now = stillAgreed(plan, await planFor(files, entries, record))
      if (now === undefined)
        throw new RenetError(
          'Files on the machine changed while others were sent. Nothing was put in place; try again.',
        )
      await writeRecord(sent, { ...record, sending: [...record.sending, entries] })
      const send = [...now.send, ...now.conflicts.map(({ path }) => path)]
      await apply({ incoming, folder: files, entries, send, remove: now.remove })
      await writeRecord(sent, { sent: entries, sending: [] })
      const file = join(files, REPOSITORY_FILE)
      printJson({ otherSlots: await adopt(file, { networkId, slots: new Map(Object.entries(slots)) }) })
    } finally {
      await rm(incoming, { recursive: true, force: true })
    }
  })

async function unpack(folder: string): Promise<void> {
  const tar = spawn('tar', ['-xzpf', '-', '--no-same-owner', '-C', folder], { stdio: ['pipe', 'ignore', 'pipe'] })
  const [said, [status]] = await Promise.all([
    text(tar.stderr),
    once(tar, 'close') as Promise<[number | null]>,
    pipeline(process.stdin, tar.stdin).catch(() => undefined),
  ])
  if (status !== 0)
    throw new RenetError(
      `The files didn't arrive whole, or the disk is full. Nothing was put in place.\n${said.trim()}`,
    )
}
