import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { bundleRenet, start, type Ended } from './testing/run-renet.ts'

// Each is a dozen programs one after the other.
jest.setTimeout(120_000)

let folder: string
let program: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'repo-'))
  program = bundleRenet(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A machine without systemd: its state is a file, and starting the daemon makes what its runtime folder has. */
const SYSTEMCTL = `#!/bin/sh
case "$*" in
  show*containerd*) echo inactive ;;
  show*) cat "$STATE" 2>/dev/null || echo inactive ;;
  enable*) echo active > "$STATE" ;;
  disable*) echo inactive > "$STATE" ;;
esac
`

let count = 0
let at: string
let env: Record<string, string>
beforeEach(() => {
  count += 1
  at = join(folder, String(count))
  for (const [name, text] of [
    ['systemctl', SYSTEMCTL],
    ['docker', '#!/bin/sh\nexit 0\n'],
  ] as const) {
    mkdirSync(join(at, 'bin'), { recursive: true })
    writeFileSync(join(at, 'bin', name), text)
    chmodSync(join(at, 'bin', name), 0o755)
  }
  env = {
    PATH: [join(at, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    STATE: join(at, 'state'),
    REDIACC_STORE: join(at, 'store'),
    REDIACC_NETWORKS: join(at, 'networks'),
    // Not there yet, as after a boot.
    REDIACC_SOCKETS: join(at, 'run'),
  }
})

const renet = (args: readonly string[], input = ''): Promise<Ended> =>
  start(program, ['repo', ...args], { cwd: folder, env, input }).ended
const files = (): string => join(at, 'store/my-app/my-app')
function write(path: string, text: string): void {
  mkdirSync(dirname(join(files(), path)), { recursive: true })
  writeFileSync(join(files(), path), text, { mode: 0o644 })
}
const entry = (text: string): object => ({
  sha256: createHash('sha256').update(text).digest('hex'),
  mode: 0o644,
  bytes: text.length,
})
/** As if these had been sent. */
function sent(paths: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(paths)) write(path, text)
  const entries = Object.fromEntries(Object.entries(paths).map(([path, text]) => [path, entry(text)] as const))
  writeFileSync(join(at, 'store/my-app/.sent.json'), JSON.stringify({ sent: entries, sending: [] }))
}
const says = (word: string): string =>
  ['prep', 'up', 'down'].map((name) => `${name}() { echo ${name} ${word}; }\n`).join('')

test('a reader who has seen enough is no error', () => {
  const { status, stderr } = spawnSync('sh', [
    '-c',
    `"$0" "$1" repo --help | true; echo done >&2`,
    process.execPath,
    program,
  ])
  expect([status, String(stderr)]).toEqual([0, 'done\n'])
})

test('root runs what was sent, and nothing that came into being on the machine', async () => {
  await renet(['create', 'my-app'])
  sent({ Rediaccfile: says('main'), 'api/Rediaccfile': says('api') })
  write('data/Rediaccfile', says('evil'))
  const up = await renet(['up', 'my-app'])
  expect(up.stdout).toContain('up | up main\napi/up | up api\n')
  expect(up.stderr).toContain("data/Rediaccfile isn't run: it wasn't sent")
  write('api/Rediaccfile', says('evil'))
  expect(await renet(['up', 'my-app'])).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('api/Rediaccfile: changed on the machine since it was sent'),
  })
  const down = await renet(['down', 'my-app'])
  expect(down).toMatchObject({ status: 0, stdout: 'down | down main\nmy-app is down.\n' })
  expect(down.stderr).toContain("api/Rediaccfile isn't run: it isn't what was sent")
})

test('a link in a folder that a container may write makes nothing run there, and hinders nobody', async () => {
  await renet(['create', 'my-app'])
  sent({ Rediaccfile: says('main') })
  mkdirSync(join(files(), 'data'))
  for (const target of ['../Rediaccfile', '..', '../..', '/etc/passwd', 'nowhere']) {
    rmSync(join(files(), 'data/Rediaccfile'), { force: true })
    symlinkSync(target, join(files(), 'data/Rediaccfile'))
    expect((await renet(['up', 'my-app'])).stdout).not.toContain('data/up')
    expect((await renet(['down', 'my-app'])).stdout).toBe('down | down main\nmy-app is down.\n')
  }
  writeFileSync(join(at, 'store/my-app/.sent.json'), '{')
  await renet(['up', 'my-app'])
  writeFileSync(join(at, 'state'), 'active')
  expect(await renet(['down', 'my-app'])).toMatchObject({
    status: 1,
    stdout: 'my-app is down.\n',
    stderr: expect.stringContaining("its Rediaccfile isn't run, and what runs is ended anyway"),
  })
})

test('what the first releases have written of what was sent is read', async () => {
  await renet(['create', 'my-app'])
  write('Rediaccfile', says('main'))
  writeFileSync(join(at, 'store/my-app/.sent.json'), JSON.stringify({ Rediaccfile: entry(says('main')) }))
  expect((await renet(['up', 'my-app'])).stdout).toContain('up | up main\n')
})

test('a fork of itself, or to one that is there, waits for nobody', async () => {
  await renet(['create', 'my-app'])
  await renet(['create', 'other'])
  for (const fork of ['my-app', 'other'])
    expect((await renet(['fork', 'my-app', fork])).stderr).toBe(`renet: There is a repository ${fork} already.\n`)
})

test('one that is not at its end is not removed, and one that is leaves nothing', async () => {
  await renet(['create', 'my-app'])
  for (const state of ['active', 'activating', 'deactivating']) {
    writeFileSync(join(at, 'state'), state)
    expect((await renet(['remove', 'my-app'])).stderr).toContain('is up, and was not removed')
  }
  writeFileSync(join(at, 'state'), 'failed')
  mkdirSync(join(at, 'run/exec-2816'), { recursive: true })
  expect((await renet(['remove', 'my-app'])).stderr).toContain('is up, and was not removed')
  rmSync(join(at, 'run'), { recursive: true })
  expect((await renet(['down', 'my-app'])).stdout).toBe('my-app is down.\n')
  expect((await renet(['remove', 'my-app'])).status).toBe(0)
  expect([existsSync(join(at, 'store/my-app')), existsSync(join(at, 'networks/2816'))]).toEqual([false, false])
})

test('one whose making was cut off is not used, and is made anew or removed', async () => {
  await renet(['create', 'other'])
  const file = join(at, 'store/repositories.json')
  const content = JSON.parse(readFileSync(file, 'utf8')) as {
    next: number
    repositories: Record<string, unknown>
  }
  content.repositories['my-app'] = { networkId: content.next, volume: 'folder', isWhole: false }
  content.next += 64
  writeFileSync(file, JSON.stringify(content))
  write('data/half', 'x')
  for (const args of [
    ['up', 'my-app'],
    ['exec', 'my-app', '--', 'true'],
    ['fork', 'my-app', 'copy'],
  ])
    expect(await renet(args)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("my-app isn't there yet: it is being made, or its making was cut off"),
    })
  expect((await renet(['list'])).stdout).toMatch(/my-app +2880 +folder +unfinished/)
  expect((await renet(['create', 'my-app', '--if-missing'])).stdout).toContain('my-app has network 2880')
  expect(existsSync(join(files(), 'data/half'))).toBe(false)
})

test('a sync does what was agreed to, as things are when it is put in place', async () => {
  await renet(['create', 'my-app'])
  const header = { entries: { a: entry('new') }, plan: { send: ['a'], remove: [], conflicts: [] }, slots: {} }
  write('a', 'came into being meanwhile')
  const empty = join(at, 'empty')
  mkdirSync(empty)
  writeFileSync(join(empty, 'a'), 'new')
  const archive = execFileSync('tar', ['-czf', '-', '-C', empty, 'a'])
  const input = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), archive])
  const child = start(program, ['repo', 'sync', 'my-app'], { cwd: folder, env, input })
  expect(await child.ended).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('Files on the machine changed while others were sent'),
  })
  expect(readFileSync(join(files(), 'a'), 'utf8')).toBe('came into being meanwhile')
})
