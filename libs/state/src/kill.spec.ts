import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openState } from './state.ts'
import type { Moment } from '@route-server/disk/testing'
import { bundleChild, run } from './testing/run-child.ts'
import { firstClaims, firstListing, ledgerOf, numberedListing, versionIn, versionOf } from './testing/samples.ts'

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
    listing: versionIn(state.takeListings().get(2816)),
    files: [...readdirSync(path), ...readdirSync(join(path, 'listings'))].sort(),
  }
}

const FILES = ['2816.jsonl', 'claims.json', 'claims.jsonl', 'listings']
/** Making the file, write, sync, close, rename; then the folder's open, sync, close. */
const REPLACING = 8
/** Unlink; then the folder's. */
const REMOVING = 4
/** Adding lines; then opening the file, sync, close. */
const ADDING = 4
/** Of the lines that are added before a journal is written anew. */
const WEARING = 13

interface Found {
  readonly ledger: number
  readonly listing: number
}

interface Case {
  readonly kind: string
  /** From the first one around which it is killed. */
  readonly from: number
  readonly operations: number
  /** The one after which the new state is there. */
  readonly visible: number
  /** Those of which half can be done: of what is written there. */
  readonly halves: readonly number[]
  readonly before: Found
  readonly after: Found
}

const ONE: Found = { ledger: 1, listing: 1 }
const WORN: Found = { ledger: 1, listing: 15 }

test.each<Case>([
  {
    kind: 'claims',
    from: 1,
    operations: ADDING,
    visible: 1,
    halves: [1],
    before: ONE,
    after: { ledger: 2, listing: 1 },
  },
  { kind: 'listing', from: 1, operations: 1, visible: 1, halves: [], before: ONE, after: { ledger: 1, listing: 2 } },
  {
    kind: 'forget',
    from: 1,
    operations: REMOVING,
    visible: 1,
    halves: [],
    before: ONE,
    after: { ledger: 1, listing: 0 },
  },
  {
    kind: 'compact',
    from: WEARING + 1,
    operations: WEARING + REPLACING,
    visible: WEARING,
    halves: [WEARING + 2],
    before: WORN,
    after: WORN,
  },
])(
  'killed around each operation ($kind), what was there before or after it is there, and nothing else',
  async ({ kind, from, operations, visible, halves, before, after }) => {
    const deaths: (readonly [number, Moment])[] = halves.map((operation) => [operation, 'half'])
    for (let operation = from; operation <= operations; operation += 1)
      deaths.push([operation, 'before'], [operation, 'after'])

    const check = async ([fatal, moment]: readonly [number, Moment]): Promise<void> => {
      const path = join(folder, `${kind}-${fatal}-${moment}`)
      const { ended, lines } = run(program, ['die', path, kind, fatal, moment])
      expect([(await ended).signal, lines]).toEqual(['SIGKILL', ['saved']])
      const now = fatal > visible || (fatal === visible && moment === 'after') ? after : before
      const { findings, files, ...found } = await find(path)
      expect(files).toEqual(FILES.filter((name) => name !== '2816.jsonl' || now.listing > 0))
      if (moment === 'half' && kind !== 'compact') {
        expect(findings).toEqual([expect.stringContaining('was begun and not ended')])
        // The lines that were whole are there already, about half of them.
        expect(found).toEqual(after)
      } else expect({ findings, ...found }).toEqual({ findings: [], ...now })
    }
    while (deaths.length > 0) await Promise.all(deaths.splice(0, 4).map(check))

    // There are no more operations than those.
    const { ended, lines } = run(program, ['die', join(folder, `${kind}-all`), kind, operations + 1, 'before'])
    expect([(await ended).code, lines]).toEqual([0, ['saved', 'done']])
  },
  120_000,
)

test('killed around each operation of carrying over an old directory, nothing is lost', async () => {
  const operations = 2 * REPLACING + REPLACING + REMOVING
  const check = async ([fatal, moment]: readonly [number, Moment]): Promise<void> => {
    const path = join(folder, `carry-${fatal}-${moment}`)
    mkdirSync(join(path, 'listings'), { recursive: true, mode: 0o700 })
    writeFileSync(join(path, 'claims.json'), firstClaims(ledgerOf(7)))
    writeFileSync(join(path, 'listings/2816.json'), firstListing(numberedListing(8)))
    const { ended, lines } = run(program, ['carry', path, fatal, moment])
    expect([(await ended).signal, lines]).toEqual(fatal <= operations ? ['SIGKILL', []] : [null, ['done']])
    expect(await find(path)).toEqual({ findings: [], ledger: 7, listing: 8, files: FILES })
  }
  const deaths = Array.from({ length: operations + 1 }, (_, i) => [i + 1, i % 2 === 0 ? 'before' : 'after'] as const)
  while (deaths.length > 0) await Promise.all(deaths.splice(0, 4).map(check))
}, 120_000)

test('killed at 200 random instants, what was said to be there is there, or something newer', async () => {
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    const path = join(folder, `random-${lane}`)
    let last: Found = { ledger: 0, listing: 0 }
    for (let times = 0; times < 50; times += 1) {
      const saving = run(program, ['save', path])
      await saving.next()
      await sleep(20 * Math.random())
      saving.child.kill('SIGKILL')
      await saving.ended
      const said = (what: string): number =>
        Number(saving.lines.findLast((line) => line.startsWith(what))?.split(' ')[1])
      const { findings, files, ...found } = await find(path)
      // A line that was being written may have been cut off, which is said and costs nothing that was said to be there.
      const others = findings.filter((finding) => !/begun and not ended/.test(finding))
      // The first listing may not have come that far.
      expect([others, files]).toEqual([[], FILES.filter((name) => name !== '2816.jsonl' || found.listing > 0)])
      expect([said('claims'), said('claims') + 1]).toContain(found.ledger)
      expect(found.listing).toBeGreaterThanOrEqual(said('all') || last.listing)
      expect(found.listing).toBeLessThanOrEqual(found.ledger)
      expect(found.ledger).toBeGreaterThan(last.ledger)
      last = found
    }
  })
  await Promise.all(lanes)
}, 300_000)
