import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openState } from './state.ts'
import type { Moment } from '@route-server/disk/testing'
import { bundleChild, run } from './testing/run-child.ts'
import { versionIn, versionOf } from './testing/samples.ts'

let folder: string
let program: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-kill-'))
  program = bundleChild(folder)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** What a new process finds, and which files there are then. */
async function find(path: string) {
  const log = { info: () => undefined, warn: () => undefined }
  const state = await openState(path, { chosen: true, program: '0.1.0', control: createServer(), log })
  await state.close()
  return {
    findings: state.findings,
    ledger: versionOf(state.ledger),
    listing: versionIn(state.listings.get(2816)),
    files: [...readdirSync(path), ...readdirSync(join(path, 'listings'))].sort(),
  }
}

const FILES = ['2816.json', 'claims.json', 'listings']
/** Making the file, write, sync, close, rename; then the folder's open, sync, close. */
const REPLACING = 8
/** Unlink; then the folder's. */
const REMOVING = 4

test.each([
  { kind: 'ledger', operations: REPLACING, visible: 5 },
  { kind: 'listing', operations: REPLACING, visible: 5 },
  { kind: 'forget', operations: REMOVING, visible: 1 },
] as const)(
  'killed around each operation of a save ($kind), the old version or the new one is there, and nothing else',
  async ({ kind, operations, visible }) => {
    const moments: readonly Moment[] = ['before', 'after']
    const deaths = Array.from({ length: operations }, (_, i) =>
      moments.map((moment) => [i + 1, moment] as const),
    ).flat()
    if (kind !== 'forget') deaths.push([2, 'half'])

    const check = async ([fatal, moment]: readonly [number, Moment]): Promise<void> => {
      const path = join(folder, `${kind}-${fatal}-${moment}`)
      const { ended, lines } = run(program, ['die', path, kind, fatal, moment])
      expect([(await ended).signal, lines]).toEqual(['SIGKILL', ['saved']])
      const isNew = fatal > visible || (fatal === visible && moment === 'after')
      const now = { ledger: 1, listing: 1 }
      if (isNew && kind === 'forget') now.listing = 0
      else if (isNew) now[kind as 'ledger' | 'listing'] = 2
      const files = FILES.filter((name) => name !== '2816.json' || now.listing > 0)
      expect(await find(path)).toEqual({ findings: [], ...now, files })
    }
    while (deaths.length > 0) await Promise.all(deaths.splice(0, 4).map(check))

    // There are no more operations than those.
    const { ended, lines } = run(program, ['die', join(folder, `${kind}-all`), kind, operations + 1, 'before'])
    expect([(await ended).code, lines]).toEqual([0, ['saved', 'done']])
  },
  120_000,
)

test('killed at 200 random instants, what was said to be saved is there, or something newer', async () => {
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    const path = join(folder, `random-${lane}`)
    let last = 0
    for (let times = 0; times < 50; times += 1) {
      const saving = run(program, ['save', path])
      await saving.next()
      await sleep(20 * Math.random())
      saving.child.kill('SIGKILL')
      await saving.ended
      const acknowledged = Number(saving.lines.at(-1))
      const { findings, ledger, listing, files } = await find(path)
      expect([findings, files]).toEqual([[], FILES])
      for (const found of [ledger, listing]) expect([acknowledged, acknowledged + 1]).toContain(found)
      expect(acknowledged).toBeGreaterThan(last)
      last = ledger
    }
  })
  await Promise.all(lanes)
}, 300_000)
