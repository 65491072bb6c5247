import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
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
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { writeClaims } from './claims-file.ts'
import { writeListing } from './listing-file.ts'
import { openState, type State, type StateOptions } from './state.ts'
import { intercepted, refusing } from '@route-server/disk/testing'
import { bundleChild, run } from './testing/run-child.ts'
import { containerOf, ledgerOf, listingOf, numberedListing, versionIn, versionOf } from './testing/samples.ts'

let folder: string
let path: string
let claims: string
let logged: string[]
let opened: State[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'))
  path = join(folder, 'state')
  claims = join(path, 'claims.json')
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

/** A directory with the given files in it. */
function plant(files: Readonly<Record<string, string>>): void {
  mkdirSync(join(path, 'listings'), { recursive: true })
  chmodSync(path, 0o700)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
}

describe('what is kept', () => {
  test('is there in the next run', async () => {
    const state = await open()
    expect([versionOf(state.ledger), state.listings.size, state.findings]).toEqual([0, 0, []])
    state.keepLedger(ledgerOf(7))
    state.keepListing(numberedListing(8))
    state.keepListing(listingOf([], 2880))
    const again = await reopen()
    expect(again.ledger).toEqual(ledgerOf(7))
    expect([...again.listings]).toEqual([
      [2816, numberedListing(8)],
      [2880, listingOf([], 2880)],
    ])
  })

  test('is private', async () => {
    const umask = process.umask(0)
    const state = await open()
    state.keepLedger(ledgerOf(1))
    state.keepListing(numberedListing(1))
    await state.flush()
    process.umask(umask)
    const modes = ['.', 'claims.json', 'listings', 'listings/2816.json', 'control.sock'].map(
      (name) => statSync(join(path, name)).mode & 0o777,
    )
    expect(modes).toEqual([0o700, 0o600, 0o700, 0o600, 0o600])
  })

  test('is saved without being asked, the newest of several', async () => {
    let writes = 0
    const fs = intercepted((name, _, perform) => {
      if (name === 'write') writes += 1
      return perform()
    })
    const state = await open({ fs })
    for (let version = 1; version <= 100; version += 1) state.keepLedger(ledgerOf(version))
    await until(() => writes > 0)
    await state.flush()
    expect(writes).toBe(1)
    expect(versionOf((await reopen()).ledger)).toBe(100)
  })

  test("isn't written again when it is on disk already, in the next run neither", async () => {
    let writes = 0
    const fs = intercepted((name, _, perform) => {
      if (name === 'write') writes += 1
      return perform()
    })
    for (let run = 0; run < 2; run += 1) {
      const state = await open({ fs })
      for (let times = 0; times < 2; times += 1) {
        state.keepLedger(ledgerOf(1))
        state.keepListing(numberedListing(1))
        await state.flush()
      }
      await opened.pop()?.close()
    }
    expect(writes).toBe(2)
  })

  test('is saved at once if it is claims, and in its time if it is a listing', async () => {
    const state = await open({ timing: { pace: 1_000_000 } })
    const listing = join(path, 'listings/2816.json')
    const saved = (file: string, text: string): boolean => existsSync(file) && readFileSync(file, 'utf8') === text
    const [first, second] = [1, 2].map((version) => writeListing(numberedListing(version), '0.1.0'))
    state.keepListing(numberedListing(1))
    await until(() => saved(listing, first ?? ''))
    state.keepListing(numberedListing(2))
    for (const version of [1, 2]) {
      state.keepLedger(ledgerOf(version))
      await until(() => saved(claims, writeClaims(ledgerOf(version), '0.1.0')))
    }
    expect(saved(listing, first ?? '')).toBe(true)
    await state.flush()
    expect(saved(listing, second ?? '')).toBe(true)
  })

  test('is forgotten', async () => {
    const state = await open()
    state.keepListing(numberedListing(1))
    await state.flush()
    state.forgetListing(2816)
    state.forgetListing(2880)
    await state.flush()
    expect(readdirSync(join(path, 'listings'))).toEqual([])
    expect((await reopen()).listings.size).toBe(0)
  })

  test('is saved when it comes while another version is being saved', async () => {
    let state: State | undefined
    const fs = intercepted((name, _, perform) => {
      if (name === 'rename') state?.keepLedger(ledgerOf(2))
      return perform()
    })
    state = await open({ fs })
    state.keepLedger(ledgerOf(1))
    await state.flush()
    await state.flush()
    state = undefined
    expect(versionOf((await reopen()).ledger)).toBe(2)
  })
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
    state.keepLedger(ledgerOf(1))
    await state.flush()
    refuse(code)
    state.keepLedger(ledgerOf(2))
    await state.flush()
    expect(state.problem()?.replace(/\d{4}-[^ ]*Z/, 'T')).toBe(
      `Claims can't be saved in ${claims}: ${why}. Those made or released since T would be lost at a restart. ` +
        `${cure} It is tried again at least every half minute.`,
    )
    expect(readFileSync(claims, 'utf8')).toBe(writeClaims(ledgerOf(1), '0.1.0'))
    expect(readdirSync(path).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  test('it is tried again until it works, and said once each', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('ENOSPC', ['write'])
    state.keepLedger(ledgerOf(2))
    state.keepListing(numberedListing(2))
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
    expect([versionOf(again.ledger), versionIn(again.listings.get(2816))]).toEqual([2, 2])
  })

  test('several listings make one sentence', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('EIO', ['rename'])
    for (const network of [64, 128, 192]) state.keepListing(listingOf([], network))
    await state.flush()
    expect(state.problem()).toMatch(/^The last listing of 3 networks can't be saved in .*: the disk reports an error\./)
    refuse(undefined)
    await state.flush()
    expect(state.problem()).toBeUndefined()
  })

  test('what was synced only in part is written again', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('EIO', ['sync folder'])
    state.keepLedger(ledgerOf(1))
    await state.flush()
    expect(state.problem()).toContain('the disk reports an error')
    refuse(undefined)
    await state.flush()
    expect(state.problem()).toBeUndefined()
  })

  test('closing ends, and leaves the directory to others', async () => {
    const { fs, refuse } = refusing()
    const state = await open({ fs })
    refuse('ENOSPC', ['write'])
    state.keepLedger(ledgerOf(1))
    await state.close()
    state.keepLedger(ledgerOf(2))
    expect(logged).toEqual([expect.stringContaining('the disk is full')])
    expect((await reopen()).findings).toEqual([])
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

  onDisk('that is full keeps the old version, and gets the new one when there is room', async () => {
    const state = await open()
    state.keepLedger(ledgerOf(1))
    await state.flush()
    const filler = join(path, 'filler')
    expect(() => writeFileSync(filler, Buffer.alloc(70_000))).toThrow('ENOSPC')
    state.keepLedger(ledgerOf(2))
    await state.flush()
    expect(state.problem()).toContain('the disk is full')
    expect(readFileSync(claims, 'utf8')).toBe(writeClaims(ledgerOf(1), '0.1.0'))
    expect(readdirSync(path).filter((name) => name.endsWith('.new'))).toEqual([])
    rmSync(filler)
    await until(() => state.problem() === undefined)
    expect(versionOf((await reopen()).ledger)).toBe(2)
  })

  onDisk('that is read-only from now on is said, and refused at the next start', async () => {
    const state = await open()
    state.keepLedger(ledgerOf(1))
    await state.flush()
    execFileSync('mount', ['-o', 'remount,ro', path])
    state.keepLedger(ledgerOf(2))
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

describe('a damaged claims file', () => {
  const whole = writeClaims(ledgerOf(1), '0.1.0')
  test.each([
    ['is empty', '', 'it is empty'],
    ['is cut off', whole.slice(0, whole.length / 2), "it isn't JSON"],
    ['is no JSON, and its secrets stay secret', '{\n"a": s3cret', "it isn't JSON, or ends too early"],
    ['holds zeros', '\0'.repeat(100), "it isn't JSON"],
    ['holds something else', '[]', "it isn't a JSON object"],
    ['holds no claims', '{}', "hosts: isn't an object"],
    ['has a format that is none', '{"format":"1"}', "its format isn't a number from 1"],
    ['has a format before the first', '{"format":0}', "its format isn't a number from 1"],
  ])('that %s is set aside and said', async (_, text, why) => {
    plant({ 'claims.json': text })
    const state = await open()
    expect(versionOf(state.ledger)).toBe(0)
    expect(state.findings).toEqual([expect.stringContaining(why)])
    expect(state.findings[0]).toContain('The file was set aside as claims.json.damaged-1')
    expect(state.findings[0]).not.toContain('s3cret')
    expect(logged).toEqual(state.findings)
    expect(readFileSync(`${claims}.damaged-1`, 'utf8')).toBe(text)
    expect((await reopen()).findings).toEqual([])
  })

  test.each([
    ['a folder', () => mkdirSync(claims), "it isn't a plain file"],
    ['a link', () => symlinkSync('/etc/hostname', claims), "it isn't a plain file"],
    ['a pipe', () => execFileSync('mkfifo', [claims]), "it isn't a plain file"],
    ['other than text', () => writeFileSync(claims, Buffer.of(0x22, 0xff, 0x22)), "it isn't text in UTF-8"],
    [
      'huge',
      () => {
        writeFileSync(claims, '')
        truncateSync(claims, 2 ** 28 + 1)
      },
      'it is larger than 256 MiB',
    ],
  ])('that is %s is set aside and said', async (_, make, why) => {
    plant({})
    make()
    const state = await open()
    expect(state.findings).toEqual([expect.stringContaining(why)])
    state.keepLedger(ledgerOf(3))
    const again = await reopen()
    expect([again.findings, versionOf(again.ledger)]).toEqual([[], 3])
  })

  test('is kept three times, the newest', async () => {
    for (let times = 1; times <= 5; times += 1) {
      plant({ 'claims.json': `${times}` })
      await reopen()
    }
    const kept = readdirSync(path)
      .filter((name) => name.includes('damaged'))
      .sort()
    expect(kept).toEqual([3, 4, 5].map((n) => `claims.json.damaged-${n}`))
    expect(readFileSync(`${claims}.damaged-5`, 'utf8')).toBe('5')
  })

  test('of which a part makes sense keeps that part, and its copy', async () => {
    const text = whole.replace('"other-7.example.com"', '"Other-7.example.com"')
    plant({ 'claims.json': text })
    const state = await open()
    expect(state.ledger.hosts.size).toBe(ledgerOf(1).hosts.size - 1)
    expect(state.findings).toEqual([
      `Some claims in ${claims} can't be used and were left out: hosts "Other-7.example.com": its key doesn't fit. The others are in force; ` +
        'the file as it was is kept as claims.json.damaged-1.',
    ])
    await state.flush()
    expect(readFileSync(`${claims}.damaged-1`, 'utf8')).toBe(text)
    const again = await reopen()
    expect([again.findings, again.ledger]).toEqual([[], state.ledger])
  })

  test('that is merely newer stops the start, because forgetting it would hand out hosts', async () => {
    plant({ 'claims.json': whole.replace('"format": 1', '"format": 2').replace('0.1.0', '9.0.0') })
    const before = readFileSync(claims, 'utf8')
    await expect(open()).rejects.toThrow(
      `The claims in ${claims} were written by route-server 9.0.0 in format 2; this version knows up to format 1. ` +
        'Without them hosts and ports would go to strangers, so it does not start. Run that version or a newer one, or move the file ' +
        'away to begin without claims.',
    )
    expect(readFileSync(claims, 'utf8')).toBe(before)
    rmSync(claims)
    expect((await open()).findings).toEqual([])
  })
})

describe('a damaged listing', () => {
  test('costs itself alone', async () => {
    plant({
      'claims.json': writeClaims(ledgerOf(1), '0.1.0'),
      'listings/2816.json': '{"format":1,"network":2816',
      'listings/2880.json': writeListing(listingOf([containerOf({ network: 2880 })], 2880), '0.1.0'),
      'listings/2944.json': writeListing(listingOf([], 2880), '0.1.0'),
      'listings/3008.json': writeListing(listingOf([], 3008), '9.0.0').replace('"format": 1', '"format": 2'),
      'listings/3009.json': '',
      'listings/notes\u001b.txt': '',
    })
    mkdirSync(join(path, 'listings/3072.json'))
    const state = await open()
    expect(versionOf(state.ledger)).toBe(1)
    expect([...state.listings.keys()]).toEqual([2880])
    const at = join(path, 'listings')
    expect(state.findings).toEqual([
      `The last listing of network 2816 in ${at}/2816.json can't be used: it isn't JSON, or ends too early (line 1). The file was set aside as 2816.json.damaged-1; the network's routes come back when its daemon answers.`,
      `The last listing of network 2944 in ${at}/2944.json can't be used: it is about network 2880. The file was set aside as 2944.json.damaged-1; the network's routes come back when its daemon answers.`,
      `The last listing of network 3008 in ${at}/3008.json was ignored: it is in format 2, and this version knows up to format 1. The network's routes come back when its daemon answers, and the file is replaced then.`,
      `The file ${at}/3009.json was ignored: it isn't named after a network, such as 2816.json. Move it away.`,
      `The last listing of network 3072 in ${at}/3072.json can't be used: it isn't a plain file. The file was set aside as 3072.json.damaged-1; the network's routes come back when its daemon answers.`,
      `The file ${at}/notes\\u{1b}.txt was ignored: it isn't named after a network, such as 2816.json. Move it away.`,
    ])
    for (const network of [2816, 3008]) state.keepListing(listingOf([], network))
    expect([...(await reopen()).listings.keys()]).toEqual([2816, 2880, 3008])
  })

  test('is told apart from what a killed run left, which is removed without a word', async () => {
    plant({ 'claims.json.0123456789ab.new': '{', 'listings/2816.json.0123456789ab.new': '' })
    expect((await open()).findings).toEqual([])
    expect(
      [...readdirSync(path), ...readdirSync(join(path, 'listings'))].filter((name) => name.endsWith('.new')),
    ).toEqual([])
  })
})

test('a second route server on the directory is refused, and changes nothing in it', async () => {
  const state = await open()
  state.keepLedger(ledgerOf(1))
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
  plant({ 'claims.json': '{}' })
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
