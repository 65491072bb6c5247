import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openState, type State, type StateOptions } from './state.ts'
import type { FileSystem } from '@route-server/disk'
import { intercepted, refusing } from '@route-server/disk/testing'
import type { KeptRevision } from '@route-server/history'
import { EMPTY_LEDGER, type LedgerChange } from '@route-server/kernel'
import { bundleChild, run } from './testing/run-child.ts'
import {
  containerOf,
  firstClaims,
  firstListing,
  journalOf,
  keepWhole,
  ledgerOf,
  listingJournalOf,
  listingOf,
  numberedListing,
  versionIn,
  versionOf,
} from './testing/samples.ts'

let folder: string
let path: string
let claims: string
let logged: string[]
let opened: State[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'))
  path = join(folder, 'state')
  claims = join(path, 'claims.jsonl')
  logged = []
  opened = []
})
afterEach(async () => {
  for (const state of opened) await state.close()
  rmSync(folder, { recursive: true })
})

const log: StateOptions['log'] = {
  info: (_, message) => void logged.push(message),
  warn: (_, message) => void logged.push(message),
}

async function open(options: Partial<StateOptions> = {}): Promise<State> {
  const timing = { pace: 1, backOff: 5, longestBackOff: 20 }
  const state = await openState(path, {
    chosen: true,
    program: '0.1.0',
    control: createServer(),
    log,
    timing,
    ...options,
  })
  opened.push(state)
  return state
}

/** What the next run reads. */
async function reopen(): Promise<State> {
  for (const state of opened.splice(0)) await state.close()
  return open()
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(5)
}

const revisionOf = (revision: number, more: object = {}): KeptRevision => ({
  revision,
  at: 1_000 + revision,
  causes: [{ kind: 'event', network: 2816, container: 'web-1', event: 'start', eventAt: revision, labels: ['a'] }],
  entries: [{ path: 'http.routers/web-2816', network: 2816, after: 'rule: "Host(`a.org`)"\n', ...more }],
  more: 0,
})

const journalLines = (file: string): number => readFileSync(file, 'utf8').split('\n').length - 1

/** A directory with the given files in it. */
function plant(files: Readonly<Record<string, string>>): void {
  mkdirSync(join(path, 'listings'), { recursive: true })
  chmodSync(path, 0o700)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
}

/** The operations of a state directory's file system, each as `append claims.jsonl`; those of the lock aren't among them. */
function counted(): { readonly fs: FileSystem; readonly done: string[]; appended: () => number } {
  const done: string[] = []
  let bytes = 0
  const note = (name: string, at: string): undefined => void done.push(`${name} ${basename(at)}`)
  const fs = intercepted((name, at, perform) => {
    note(name, at)
    return perform()
  }, note)
  const appendSync = (at: string, content: string): void => {
    bytes += content.length
    fs.appendSync(at, content)
  }
  return { fs: { ...fs, appendSync }, done, appended: () => bytes }
}

describe('what is kept', () => {
  test('is there in the next run', async () => {
    const state = await open()
    expect([versionOf(state.ledger), state.takeListings().size, state.findings]).toEqual([0, 0, []])
    state.keepClaims(ledgerOf(7))
    keepWhole(state, numberedListing(8))
    keepWhole(state, listingOf([], 2880))
    const again = await reopen()
    expect(again.ledger).toEqual(ledgerOf(7))
    expect([...again.takeListings()]).toEqual([
      [2816, numberedListing(8)],
      [2880, listingOf([], 2880)],
    ])
    expect([...again.kept].map(([network, containers]) => [network, containers.size])).toEqual([
      [2816, 10],
      [2880, 0],
    ])
  })

  test('is measured: bytes and lines as they are on the disk, and how often it was written anew', async () => {
    const state = await open()
    const sizes = (): readonly number[] => [statSync(claims).size, statSync(join(path, 'listings/2816.jsonl')).size]
    for (let version = 1; version <= 3; version += 1) {
      state.keepClaims(ledgerOf(version))
      keepWhole(state, numberedListing(version))
      await state.flush()
    }
    const { claims: first, listings } = state.figures()
    expect([first.bytes, listings.bytes]).toEqual(sizes())
    expect(first).toMatchObject({ lines: journalLines(claims), failures: 0 })
    for (let version = 4; first.compactions === state.figures().claims.compactions; version += 1) {
      state.keepClaims(ledgerOf(version))
      await state.flush()
    }
    const again = await reopen()
    expect(again.figures()).toMatchObject({
      claims: { bytes: sizes()[0], lines: journalLines(claims), compactions: 0 },
      listings: { bytes: sizes()[1] },
    })
  })

  test('is the last changes of the document, no more than are worth keeping', async () => {
    const file = join(path, 'history.jsonl')
    const state = await open()
    for (let revision = 1; revision <= 1_200; revision += 1) state.keepRevision(revisionOf(revision))
    expect([state.history.length, state.history[0]?.revision]).toEqual([500, 701])
    const again = await reopen()
    expect(again.history).toEqual(Array.from({ length: 500 }, (_, index) => revisionOf(701 + index)))
    expect(again.figures().history).toMatchObject({ lines: journalLines(file), bytes: statSync(file).size })
    expect(journalLines(file)).toBeLessThanOrEqual(1_102)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const long = { before: 'x'.repeat(100_000) }
    for (let revision = 1_201; revision <= 1_230; revision += 1) again.keepRevision(revisionOf(revision, long))
    expect(again.history.at(-1)?.revision).toBe(1_230)
    expect(JSON.stringify(again.history).length).toBeLessThan(2.2e6)
  })

  test.each<[string, (text: string) => string, readonly number[], number]>([
    ['of which a line is damaged', (text) => text.replace(/"revision":2,/, '"revision":"two",'), [1, 3], 1],
    ['whose last line was cut off', (text) => text.slice(0, -20), [1, 2], 0],
    ['that say nothing', () => '{}', [], 1],
    ['of a newer format', (text) => text.replace('{"format":2', '{"format":9'), [], 1],
  ])('changes %s keep nobody from starting', async (_, damage, left, findings) => {
    const file = join(path, 'history.jsonl')
    const state = await open()
    for (const revision of [1, 2, 3]) state.keepRevision(revisionOf(revision))
    for (const each of opened.splice(0)) await each.close()
    writeFileSync(file, damage(readFileSync(file, 'utf8')))
    const again = await open()
    expect(again.history.map(({ revision }) => revision)).toEqual(left)
    expect(again.findings).toHaveLength(findings)
    again.keepRevision(revisionOf(4))
    expect((await reopen()).history.map(({ revision }) => revision)).toEqual([...left, 4])
    expect(again.problem()).toBeUndefined()
  })

  test('is private', async () => {
    const umask = process.umask(0)
    const state = await open()
    state.keepClaims(ledgerOf(1))
    keepWhole(state, numberedListing(1))
    await state.flush()
    process.umask(umask)
    const names = ['.', 'claims.jsonl', 'claims.json', 'listings', 'listings/2816.jsonl', 'control.sock']
    const modes = names.map((name) => statSync(join(path, name)).mode & 0o777)
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o700, 0o600, 0o600])
  })

  test('is claims in the file when they were told, and on the disk soon after, several at once', async () => {
    const { fs, done } = counted()
    const state = await open({ fs })
    done.length = 0
    for (let version = 1; version <= 3; version += 1) {
      state.keepClaims(ledgerOf(version))
      expect(readFileSync(claims, 'utf8')).toContain(`"since":${version},`)
    }
    expect(done).toEqual(Array.from({ length: 3 }, () => 'append claims.jsonl'))
    await until(() => done.includes('close file claims.jsonl'))
    expect(done.slice(3)).toEqual(['open file claims.jsonl', 'sync file claims.jsonl', 'close file claims.jsonl'])
  })

  test('is a listing soon, in one go, the newest of several', async () => {
    const { fs, done } = counted()
    const state = await open({ fs, timing: { pace: 20 } })
    keepWhole(state, numberedListing(1))
    await state.flush()
    done.length = 0
    for (let version = 2; version <= 5; version += 1) keepWhole(state, numberedListing(version))
    await until(() => done.length > 0)
    expect(done).toEqual(['append 2816.jsonl'])
    expect(versionIn((await reopen()).takeListings().get(2816))).toBe(5)
  })

  test("isn't written again when it is on disk already, in the next run neither", async () => {
    for (let run = 0; run < 2; run += 1) {
      const { fs, done } = counted()
      const state = await open({ fs })
      const listing = state.takeListings().get(2816) ?? numberedListing(1)
      for (let times = 0; times < 2; times += 1) {
        state.keepClaims(ledgerOf(1))
        keepWhole(state, listing)
        await state.flush()
      }
      await opened.pop()?.close()
      expect(done.filter((name) => /append|write/.test(name))).toHaveLength(run === 0 ? 4 : 0)
    }
  })

  test('is forgotten', async () => {
    const state = await open()
    keepWhole(state, numberedListing(1))
    await state.flush()
    state.forgetListing(2816)
    state.forgetListing(2880)
    expect(state.kept.size).toBe(0)
    await state.flush()
    expect(readdirSync(join(path, 'listings'))).toEqual([])
    expect((await reopen()).takeListings().size).toBe(0)
  })

  test('is what came after it was forgotten, and nothing of before', async () => {
    const state = await open()
    keepWhole(state, numberedListing(1))
    await state.flush()
    state.forgetListing(2816)
    keepWhole(state, listingOf([containerOf({ id: 'new' })]))
    const [, listing] = [...(await reopen()).takeListings()][0] ?? []
    expect(listing?.containers.map(({ id }) => id)).toEqual(['new'])
  })

  test("is a container's going, and what is new of its daemon", async () => {
    const state = await open()
    keepWhole(state, numberedListing(1))
    await state.flush()
    const moved = { network: 2816, daemon: '/run/moved.sock', outlived: true } as const
    state.keepListing(moved, new Map([['c0', undefined]]))
    await state.flush()
    const lines = readFileSync(join(path, 'listings/2816.jsonl'), 'utf8').trim().split('\n')
    expect(lines.slice(11)).toEqual([
      '{"format":2,"program":"0.1.0","network":2816,"daemon":"/run/moved.sock","outlived":true}',
      '{"gone":"c0"}',
    ])
    const listing = (await reopen()).takeListings().get(2816)
    expect(listing).toMatchObject(moved)
    expect(listing?.containers).toHaveLength(9)
  })

  test('is no line for containers that say the same as others before them', async () => {
    const state = await open()
    keepWhole(state, numberedListing(1))
    await state.flush()
    const file = join(path, 'listings/2816.jsonl')
    const before = readFileSync(file, 'utf8')
    keepWhole(state, numberedListing(1))
    await state.flush()
    expect(readFileSync(file, 'utf8')).toBe(before)
    keepWhole(state, numberedListing(2))
    await state.flush()
    expect(versionIn((await reopen()).takeListings().get(2816))).toBe(2)
  })

  test('is handed out once as it was read, and not held for ever', async () => {
    keepWhole(await open(), numberedListing(1))
    const state = await reopen()
    expect([state.takeListings().size, state.takeListings().size]).toEqual([1, 0])
    expect(state.kept.get(2816)?.size).toBe(10)
  })

  test('is a line for how long its daemon has not been heard, until it is', async () => {
    const state = await open()
    keepWhole(state, numberedListing(1))
    await state.flush()
    const facts = { network: 2816, daemon: '/run/docker-2816.sock' }
    state.keepListing({ ...facts, unheard: 60_000 }, new Map())
    await state.flush()
    const added = readFileSync(join(path, 'listings/2816.jsonl'), 'utf8').trim().split('\n').slice(11)
    expect(added).toEqual([
      '{"format":2,"program":"0.1.0","network":2816,"daemon":"/run/docker-2816.sock","unheard":60000}',
    ])
    const next = await reopen()
    expect(next.takeListings().get(2816)?.unheard).toBe(60_000)
    next.keepListing(facts, new Map())
    expect((await reopen()).takeListings().get(2816)).toEqual(numberedListing(1))
  })

  test.each([1_000, 20_000])('costs an event one line, beside %d containers and as many claims', async (size) => {
    const { fs, done, appended } = counted()
    const state = await open({ fs })
    const claim = { network: 2816, since: 1, away: 0 }
    const hosts = new Map(Array.from({ length: size }, (_, i) => [`${i}.example.com`, claim]))
    state.keepClaims({ ...NO_CHANGE, hosts })
    keepWhole(state, listingOf(Array.from({ length: size }, (_, i) => containerOf({ id: `c${i}` }))))
    await state.flush()
    const before = appended()
    done.length = 0
    state.keepClaims({ ...NO_CHANGE, hosts: new Map([['new.example.com', claim]]) })
    state.keepListing(listingOf([]), new Map([['new', containerOf({ id: 'new' })]]))
    await state.flush()
    expect(done.filter((name) => !name.includes('file'))).toEqual(['append claims.jsonl', 'append 2816.jsonl'])
    expect(appended() - before).toBe(226)
  })
})

const NO_CHANGE: LedgerChange = EMPTY_LEDGER

describe('a journal', () => {
  /** The hosts that claims are read for in the next run. */
  const hostsAgain = async (): Promise<readonly string[]> => [...(await reopen()).ledger.hosts.keys()]
  const host = (name: string, network = 64): LedgerChange => ({
    ...NO_CHANGE,
    hosts: new Map([[name, { network, since: 1, away: 0 }]]),
  })
  const released = (name: string): LedgerChange => ({ ...NO_CHANGE, hosts: new Map([[name, undefined]]) })
  /** More lines that count no more than a journal bears. */
  const wearOut = (state: State): void => {
    for (let i = 0; i < 60; i += 1) for (const network of [64, 128]) state.keepClaims(host('worn', network))
  }

  test('is written anew when more than half of it counts no more', async () => {
    const state = await open()
    wearOut(state)
    expect(readFileSync(claims, 'utf8').split('\n').length).toBeGreaterThan(120)
    await state.flush()
    expect(readFileSync(claims, 'utf8').split('\n')).toHaveLength(3)
    expect((await reopen()).ledger.hosts.get('worn')?.network).toBe(128)
  })

  test.each(['open file', 'write', 'sync file', 'close file', 'open folder', 'sync folder', 'close folder'])(
    'loses nothing that is added while it is written anew, at: %s',
    async (at) => {
      let state: State | undefined
      const fs = intercepted(async (name, _, perform) => {
        if (name === at) state?.keepClaims(host('before'))
        await perform()
        if (name === at) state?.keepClaims(host('after'))
      })
      state = await open({ fs })
      wearOut(state)
      state.keepClaims(host('going'))
      const flushed = state.flush()
      state.keepClaims(released('going'))
      await flushed
      state = undefined
      expect((await hostsAgain()).toSorted()).toEqual(['after', 'before', 'worn'])
    },
  )

  test('is as it was, and goes on, where it can not be written anew', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('ENOSPC', ['write'])
    wearOut(state)
    await state.flush()
    state.keepClaims(host('more'))
    expect([state.problem(), logged]).toEqual([undefined, []])
    expect(await hostsAgain()).toEqual(['worn', 'more'])
  })

  test('of a large listing is written in slices, and other things have their turn in between', async () => {
    let turns = 0
    let pieces = 0
    const fs = intercepted((name, _, perform) => {
      if (name === 'write') pieces += 1
      return perform()
    })
    const state = await open({ fs })
    keepWhole(state, listingOf(Array.from({ length: 5_000 }, (_, i) => containerOf({ id: `c${i}` }))))
    const turn = (): void => void (turns += 1)
    const ticking = setInterval(turn, 0)
    pieces = 0
    await state.flush()
    clearInterval(ticking)
    expect(pieces).toBeGreaterThan(10)
    expect(turns).toBeGreaterThan(0)
    expect((await reopen()).takeListings().get(2816)?.containers).toHaveLength(5_000)
  })

  test('that is cut off anywhere opens with every line that is whole', async () => {
    const state = await open()
    for (const name of ['a', 'b']) state.keepClaims(host(name))
    state.keepClaims(released('a'))
    keepWhole(state, listingOf([containerOf({ id: 'c' })]))
    await state.flush()
    state.keepListing(
      listingOf([]),
      new Map([
        ['d', containerOf({ id: 'd' })],
        ['c', undefined],
      ]),
    )
    await state.close()
    const listing = join(path, 'listings/2816.jsonl')
    const expected = {
      [claims]: [[], [], ['a'], ['a', 'b'], ['b']],
      [listing]: [undefined, [], ['c'], ['c', 'd'], ['d']],
    }
    for (const file of [claims, listing]) {
      const whole = readFileSync(file)
      for (let length = 1; length < whole.length; length += 1) {
        const cut = whole.subarray(0, length)
        writeFileSync(file, cut)
        const state = await reopen()
        const { ledger, findings } = state
        const listings = state.takeListings()
        const complete = cut.toString().split('\n').length - 1
        const isTorn = !cut.toString().endsWith('\n')
        const found = file === claims ? [...ledger.hosts.keys()] : listings.get(2816)?.containers.map(({ id }) => id)
        expect([length, found]).toEqual([length, expected[file]?.[complete]])
        expect(findings).toHaveLength(isTorn ? 1 : 0)
        if (length % 16 === 0) expect((await reopen()).findings).toEqual([])
      }
      writeFileSync(file, whole)
    }
  }, 60_000)
})

describe('when it can not be saved', () => {
  test.each([
    ['ENOSPC', 'the disk is full', 'Free some space on its file system.'],
    ['EROFS', 'its file system is read-only', 'Mount it writable.'],
    [
      'EACCES',
      "this user isn't allowed to write there",
      'Give the state directory to the user that the route server runs as.',
    ],
    ['EIO', 'the disk reports an error', 'Check the disk and its cables, and the kernel log.'],
    ['EXYZ', 'it fails with EXYZ', 'Check its file system.'],
  ])('nothing throws, and it is said why, what it means and what to do (%s)', async (code, why, cure) => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    state.keepClaims(ledgerOf(1))
    await state.flush()
    const before = readFileSync(claims, 'utf8')
    refuse(code)
    state.keepClaims(ledgerOf(2))
    const said = `Claims can't be saved in ${claims}: ${why}. Those made or released since T would be lost at a restart. ${cure} It is tried again at least every half minute.`
    expect(state.problem()?.replace(/\d{4}-[^ ]*Z/, 'T')).toBe(said)
    await state.flush()
    expect(state.problem()?.replace(/\d{4}-[^ ]*Z/, 'T')).toBe(said)
    expect(readFileSync(claims, 'utf8').startsWith(before)).toBe(true)
    expect(readdirSync(path).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  test('it is tried again until it works, and said once each', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('ENOSPC', ['write', 'append'])
    state.keepClaims(ledgerOf(2))
    keepWhole(state, numberedListing(2))
    await until(() => state.problem()?.includes('listing of network 2816') ?? false)
    await state.flush()
    await state.flush()
    refuse(undefined)
    await until(() => state.problem() === undefined)
    expect(logged).toEqual([
      expect.stringContaining('the disk is full'),
      `Everything is saved in the state directory ${path} again.`,
    ])
    const again = await reopen()
    expect([versionOf(again.ledger), versionIn(again.takeListings().get(2816))]).toEqual([2, 2])
  })

  test('several listings make one sentence', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('EIO', ['rename'])
    for (const network of [64, 128, 192]) keepWhole(state, listingOf([], network))
    await state.flush()
    expect(state.problem()).toMatch(/^The last listing of 3 networks can't be saved in .*: the disk reports an error\./)
    refuse(undefined)
    await state.flush()
    expect(state.problem()).toBeUndefined()
  })

  test.each(['sync file', 'sync folder'])(
    'what was brought to the disk only in part is written again (%s)',
    async (at) => {
      const { fs, refuse } = refusing()
      const state = await open({ fs })
      refuse('EIO', [at])
      state.keepClaims(ledgerOf(1))
      keepWhole(state, numberedListing(1))
      await state.flush()
      expect(state.problem()).toContain('the disk reports an error')
      refuse(undefined)
      await state.flush()
      expect(state.problem()).toBeUndefined()
    },
  )

  test("a claim that can't be added while others are brought to the disk stays a problem until it is there", async () => {
    let isFull = false
    let state: State | undefined
    const fs = intercepted(
      async (name, _, perform) => {
        if (name === 'sync file' && isFull) state?.keepClaims(ledgerOf(2))
        await perform()
      },
      (name) => {
        if (name !== 'append' || !isFull) return undefined
        const end = (): never => {
          throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
        }
        return { at: 'before', end }
      },
    )
    state = await open({ fs })
    state.keepClaims(ledgerOf(1))
    isFull = true
    await until(() => state?.problem() !== undefined)
    expect(logged).toHaveLength(1)
    isFull = false
    await until(() => state?.problem() === undefined)
    expect(logged).toHaveLength(2)
    state = undefined
    expect((await reopen()).ledger).toEqual(ledgerOf(2))
  })

  test('half a line that a full disk took is no damage once there is room', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('ENOSPC', ['append'])
    state.keepClaims(ledgerOf(1))
    refuse(undefined)
    state.keepClaims(ledgerOf(2))
    await until(() => state.problem() === undefined)
    const again = await reopen()
    expect([again.findings, again.ledger]).toEqual([[], ledgerOf(2)])
  })

  test('closing ends, and leaves the directory to others', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('ENOSPC', ['write', 'append'])
    state.keepClaims(ledgerOf(1))
    await state.close()
    state.keepClaims(ledgerOf(2))
    keepWhole(state, numberedListing(2))
    expect(logged).toEqual([expect.stringContaining('the disk is full')])
    expect((await reopen()).findings).toEqual([
      expect.stringContaining(`The last line of ${claims} was begun and not ended`),
    ])
  })
})

describe('a directory in the first format', () => {
  const files = (version: number) => ({
    'claims.json': firstClaims(ledgerOf(version)),
    'listings/2816.json': firstListing(numberedListing(version)),
  })
  const names = (): readonly string[] =>
    [...readdirSync(path), ...readdirSync(join(path, 'listings'))].filter((name) => name.includes('json')).sort()

  test('is carried over, once', async () => {
    plant(files(3))
    const state = await open()
    expect([state.findings, state.ledger, state.takeListings().get(2816)]).toEqual([
      [],
      ledgerOf(3),
      numberedListing(3),
    ])
    expect(names()).toEqual(['2816.jsonl', 'claims.json', 'claims.jsonl'])
    const { fs, done } = counted()
    for (const each of opened.splice(0)) await each.close()
    const again = await open({ fs })
    expect([again.ledger, again.takeListings().get(2816), done]).toEqual([ledgerOf(3), numberedListing(3), []])
  })

  test('leaves what keeps an older program from starting without claims', async () => {
    plant(files(3))
    await open()
    expect(readFileSync(join(path, 'claims.json'), 'utf8')).toBe('{"format":2,"program":"0.1.0"}\n')
  })

  test('that an older program wrote since is the newer one', async () => {
    await open()
    opened[0]?.keepClaims(ledgerOf(1))
    for (const each of opened.splice(0)) await each.close()
    plant(files(3))
    const state = await open()
    expect([versionOf(state.ledger), versionIn(state.takeListings().get(2816))]).toEqual([3, 3])
  })

  test('is served and tried again where the disk is full', async () => {
    plant(files(3))
    const { fs, refuse } = refusing()
    refuse('ENOSPC', ['write'])
    const state = await open({ fs })
    expect([versionOf(state.ledger), versionIn(state.takeListings().get(2816))]).toEqual([3, 3])
    expect(state.problem()).toContain('the disk is full')
    expect(names()).toEqual(['2816.json', 'claims.json'])
    refuse(undefined)
    await until(() => state.problem() === undefined)
    expect(names()).toEqual(['2816.jsonl', 'claims.json', 'claims.jsonl'])
  })
})

function mounted(at: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', at], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const probe = mkdtempSync(join(tmpdir(), 'mount-'))
const canMount = mounted(probe)
if (canMount) execFileSync('umount', [probe])
rmSync(probe, { recursive: true })

describe(`a real disk${canMount ? '' : ' (skipped: only root can mount one)'}`, () => {
  const onDisk = canMount ? test : test.skip
  beforeEach(() => {
    mkdirSync(path)
    if (canMount) mounted(path)
  })
  afterEach(async () => {
    for (const state of opened.splice(0)) await state.close()
    if (canMount) execFileSync('umount', [path])
  })

  onDisk('that is full keeps what was there, and gets the rest when there is room', async () => {
    const state = await open()
    state.keepClaims(ledgerOf(1))
    await state.flush()
    const filler = join(path, 'filler')
    expect(() => writeFileSync(filler, Buffer.alloc(70_000))).toThrow('ENOSPC')
    state.keepClaims(ledgerOf(2))
    await state.flush()
    expect(state.problem()).toContain('the disk is full')
    expect(readdirSync(path).filter((name) => name.endsWith('.new'))).toEqual([])
    const copy = join(folder, 'copy')
    mkdirSync(copy, { mode: 0o700 })
    for (const name of ['claims.json', 'claims.jsonl']) writeFileSync(join(copy, name), readFileSync(join(path, name)))
    const killed = await openState(copy, { chosen: true, program: '0.1.0', control: createServer(), log })
    // A part of the second version may have found room.
    expect(killed.ledger.hosts.size).toBe(ledgerOf(1).hosts.size)
    await killed.close()
    rmSync(filler)
    await until(() => state.problem() === undefined)
    expect((await reopen()).ledger).toEqual(ledgerOf(2))
  })

  onDisk('that is read-only from now on is said, and refused at the next start', async () => {
    const state = await open()
    state.keepClaims(ledgerOf(1))
    await state.flush()
    execFileSync('mount', ['-o', 'remount,ro', path])
    state.keepClaims(ledgerOf(2))
    state.forgetListing(2816)
    await state.flush()
    expect(state.problem()).toContain('its file system is read-only')
    await expect(open()).rejects.toThrow(
      `The state directory ${path} can't be written to: its file system is read-only. Mount it writable, or choose another with --state-dir.`,
    )
    execFileSync('mount', ['-o', 'remount,rw', path])
    await until(() => state.problem() === undefined)
    expect(versionOf((await reopen()).ledger)).toBe(2)
  })
})

/** Whatever its format is. */
describe.each(['claims.jsonl', 'claims.json'])('a damaged file of claims, %s,', (name) => {
  let file: string
  beforeEach(() => {
    file = join(path, name)
  })
  test.each([
    ['is empty', '', 'it is empty'],
    ['is cut off', '{"format": 2, "hosts": [\n', "it isn't JSON, or ends too early"],
    ['has no whole line', '{"format": 2, "hosts": [', 'ends'],
    ['is no JSON, and its secrets stay secret', '{ "a": s3cret\n', "it isn't JSON, or ends too early"],
    ['holds zeros', `${'\0'.repeat(100)}\n`, "it isn't JSON"],
    ['holds something else', '[]\n', "it isn't a JSON object"],
    ['has a format that is none', '{"format":"1"}\n', "its format isn't a number from 1"],
    ['has a format before the first', '{"format":0}\n', "its format isn't a number from 1"],
  ])('that %s is set aside and said', async (_, text, why) => {
    plant({ [name]: text })
    const state = await open()
    expect(versionOf(state.ledger)).toBe(0)
    expect(state.findings).toEqual([expect.stringContaining(why)])
    expect(state.findings[0]).toContain(`The file was set aside as ${name}.damaged-1`)
    expect(state.findings[0]).not.toContain('s3cret')
    expect(logged).toEqual(state.findings)
    expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe(text)
    expect((await reopen()).findings).toEqual([])
  })

  test.each([
    ['a folder', () => mkdirSync(file), "it isn't a plain file"],
    ['a link', () => symlinkSync('/etc/hostname', file), "it isn't a plain file"],
    ['a pipe', () => execFileSync('mkfifo', [file]), "it isn't a plain file"],
    ['other than text', () => writeFileSync(file, Buffer.of(0x22, 0xff, 0x22, 0x0a)), "it isn't text in UTF-8"],
    [
      'huge',
      () => {
        writeFileSync(file, '')
        truncateSync(file, 2 ** 28 + 1)
      },
      'it is larger than 256 MiB',
    ],
  ])('that is %s is set aside and said', async (_, make, why) => {
    plant({})
    make()
    const state = await open()
    expect(state.findings).toEqual([expect.stringContaining(why)])
    state.keepClaims(ledgerOf(3))
    const again = await reopen()
    expect([again.findings, versionOf(again.ledger)]).toEqual([[], 3])
  })

  test('is kept three times, the newest', async () => {
    for (let times = 1; times <= 5; times += 1) {
      plant({ [name]: `${times}\n` })
      await reopen()
      for (const each of opened.splice(0)) await each.close()
    }
    const kept = readdirSync(path)
      .filter((found) => found.includes('damaged'))
      .sort()
    expect(kept).toEqual([3, 4, 5].map((n) => `${name}.damaged-${n}`))
    expect(readFileSync(`${file}.damaged-5`, 'utf8')).toBe('5\n')
  })

  test('of which a part makes sense keeps that part, and its copy', async () => {
    const whole = name === 'claims.json' ? firstClaims(ledgerOf(1)) : journalOf(ledgerOf(1))
    const text = whole.replace('"other-7.example.com"', '"Other-7.example.com"')
    plant({ [name]: text })
    const state = await open()
    expect(state.ledger.hosts.size).toBe(ledgerOf(1).hosts.size - 1)
    const where = name === 'claims.json' ? '' : 'line 10: '
    expect(state.findings).toEqual([
      `Some claims in ${file} can't be used and were left out: ${where}hosts "Other-7.example.com": its key doesn't fit. The others are in force; ` +
        `the file as it was is kept as ${name}.damaged-1.`,
    ])
    expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe(text)
    const again = await reopen()
    expect([again.findings, again.ledger]).toEqual([[], state.ledger])
  })

  test('that is merely newer stops the start, because forgetting it would hand out hosts', async () => {
    plant({ [name]: '{"format":3,"program":"9.0.0"}\n' })
    const before = readFileSync(file, 'utf8')
    await expect(open()).rejects.toThrow(
      `The claims in ${file} were written by route-server 9.0.0 in format 3; this version knows up to format 2. ` +
        'Without them hosts and ports would go to strangers, so it does not start. Run that version or a newer one, or move the file ' +
        'away to begin without claims.',
    )
    expect(readFileSync(file, 'utf8')).toBe(before)
    rmSync(file)
    expect((await open()).findings).toEqual([])
  })
})

test('a damaged line in the middle of the claims costs itself, whatever stands in it', async () => {
  const lines = journalOf(ledgerOf(1)).split('\n')
  const broken = [...lines.slice(0, 9), '\0\0\0', '{"hosts":{"other-', ...lines.slice(10)].join('\n')
  plant({ 'claims.jsonl': broken, 'claims.json': '{"format":2}' })
  const state = await open()
  expect(state.findings).toEqual([
    expect.stringContaining("line 10: it isn't JSON, or ends too early; line 11: it isn't"),
  ])
  expect(state.ledger.hosts.size).toBe(ledgerOf(1).hosts.size - 1)
  expect(readFileSync(`${claims}.damaged-1`, 'utf8')).toBe(broken)
})

describe('a damaged listing', () => {
  test('costs itself alone', async () => {
    const [facts = '', ...containers] = listingJournalOf(numberedListing(1)).split('\n')
    plant({
      'claims.json': firstClaims(ledgerOf(1)),
      'listings/2816.json': '{"format":1,"network":2816',
      'listings/2880.json': firstListing(listingOf([containerOf({ network: 2880 })], 2880)),
      'listings/2944.jsonl': listingJournalOf(listingOf([], 2880)),
      'listings/3008.jsonl': listingJournalOf(listingOf([], 3008)).replace('"format":2', '"format":3'),
      'listings/3009.json': '',
      'listings/3136.jsonl': [facts.replace('2816', '3136'), '{"id":"c0"}', ...containers.slice(1)].join('\n'),
      'listings/notes\u001b.txt': '',
    })
    mkdirSync(join(path, 'listings/3072.json'))
    const state = await open()
    expect(versionOf(state.ledger)).toBe(1)
    expect([...state.takeListings()].map(([network, { containers }]) => [network, containers.length])).toEqual([
      [2880, 1],
      [3136, 9],
    ])
    const at = join(path, 'listings')
    expect(state.findings).toEqual([
      `The file ${at}/3009.json was ignored: it isn't named after a network, such as 2816.jsonl. Move it away.`,
      `The file ${at}/notes\\u{1b}.txt was ignored: it isn't named after a network, such as 2816.jsonl. Move it away.`,
      `The last listing of network 2816 in ${at}/2816.json can't be used: it isn't JSON, or ends too early. The file was set aside as 2816.json.damaged-1; the network's routes come back when its daemon answers.`,
      `The last listing of network 2944 in ${at}/2944.jsonl can't be used: it is about network 2880. The file was set aside as 2944.jsonl.damaged-1; the network's routes come back when its daemon answers.`,
      `The last listing of network 3008 in ${at}/3008.jsonl was ignored: it is in format 3, and this version knows up to format 2. The network's routes come back when its daemon answers, and the file is replaced then.`,
      `The last listing of network 3072 in ${at}/3072.json can't be used: it isn't a plain file. The file was set aside as 3072.json.damaged-1; the network's routes come back when its daemon answers.`,
      `Some of the last listing of network 3136 in ${at}/3136.jsonl can't be used and was left out: line 2: name: expected string, received undefined. The file as it was is kept as 3136.jsonl.damaged-1; what is missing comes back when its daemon answers.`,
    ])
    for (const network of [2816, 3008]) keepWhole(state, listingOf([], network))
    const again = await reopen()
    expect([...again.takeListings().keys()].toSorted()).toEqual([2816, 2880, 3008, 3136])
    expect(again.findings).toHaveLength(2)
  })

  test('is told apart from what a killed run left, which is removed without a word', async () => {
    plant({
      'claims.jsonl.0123456789ab.new': '{',
      'listings/2816.jsonl.0123456789ab.new': '',
      'claims.json.0123456789ab.new': '{',
    })
    expect((await open()).findings).toEqual([])
    expect(
      [...readdirSync(path), ...readdirSync(join(path, 'listings'))].filter((name) => name.endsWith('.new')),
    ).toEqual([])
  })
})

test('a second route server on the directory is refused, and changes nothing in it', async () => {
  const state = await open()
  state.keepClaims(ledgerOf(1))
  await state.flush()
  plant({ 'claims.json.0123456789ab.new': 'being written', 'listings/2816.json': 'damaged' })
  const before = [...readdirSync(path), ...readdirSync(join(path, 'listings'))]
  await expect(open()).rejects.toThrow(
    `The state directory ${path} is held by another route server (process ${process.pid}).`,
  )
  expect([...readdirSync(path), ...readdirSync(join(path, 'listings'))]).toEqual(before)
})

const asRoot = process.geteuid?.() === 0 ? test : test.skip

asRoot('a user who may not write to the directory, or not read the claims, is refused in a sentence', async () => {
  const nobody = 65_534
  chmodSync(folder, 0o755)
  const program = bundleChild(folder)
  const answer = async (): Promise<readonly string[]> => {
    const { ended, lines } = run(program, ['open', path], { uid: nobody })
    await ended
    return lines
  }
  plant({ 'claims.jsonl': '{}\n' })
  chmodSync(path, 0o755)
  expect(await answer()).toEqual([
    `StateError: The state directory ${path} can't be written to by this user. Choose another with --state-dir.`,
  ])
  execFileSync('chown', ['-R', `${nobody}`, path])
  execFileSync('chown', ['0', claims])
  chmodSync(claims, 0o600)
  expect(await answer()).toEqual([
    `StateError: The claims in ${claims} can't be read: this user isn't allowed to. Without them hosts and ports would go to strangers, so the ` +
      'route server does not start. Give the state directory, with what is in it, to the user that the route server runs as.',
  ])
  // Nobody but its owner can tell whether it is alive.
  const other = createServer()
  const socket = join(path, 'control-1-abcdef.sock')
  await new Promise<void>((ready) => other.listen(socket, ready))
  chmodSync(socket, 0o600)
  expect(await answer()).toEqual([
    `StateError: The socket control.sock can't be made in the state directory ${path}: this user isn't allowed to write there. ` +
      'Give the state directory to the user that the route server runs as.',
  ])
  await new Promise((closed) => other.close(closed))
  chmodSync(path, 0o500)
  expect(await answer()).toEqual([
    `StateError: The state directory ${path} can't be written to by this user. Choose another with --state-dir.`,
  ])
})
