import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { apiOf, whyUntrusted } from './api-at.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

interface Socket {
  /** As the kernel writes it: `0100007F:1F92`. */
  readonly local: string
  readonly uid?: number
  readonly pid?: number
}

/** What the kernel shows where these listen. */
function procWith(sockets: readonly Socket[]): string {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'))
  folders.push(proc)
  const rows = sockets.map(
    ({ local, uid = 0 }, at) =>
      `   0: ${local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  ${uid}  0 ${100 + at} 1`,
  )
  const table = ['  sl  local_address …', ...rows].join('\n')
  for (const pid of ['self', '1', '77']) {
    mkdirSync(join(proc, pid, 'net'), { recursive: true })
    mkdirSync(join(proc, pid, 'fd'))
    writeFileSync(join(proc, pid, 'net', 'tcp'), table)
  }
  for (const [at, { pid = 77 }] of sockets.entries())
    symlinkSync(`socket:[${100 + at}]`, join(proc, String(pid), 'fd', String(at)))
  return proc
}

const PORT_8082 = '0100007F:1F92'
const INSTALLED = apiOf(undefined, () => 's3cret')
const GIVEN = apiOf('http://me:s3cret@localhost:8082')

test('where the API is, and what is shown there', () => {
  const none = (): undefined => undefined
  expect(apiOf(undefined, none)).toEqual({ url: 'http://127.0.0.1:8080', isInstalled: false })
  expect(INSTALLED).toEqual({ url: 'http://127.0.0.1:8082', user: 'rediacc', password: 's3cret', isInstalled: true })
  expect(apiOf('http://127.0.0.1:8082', () => 's3cret')).toEqual(INSTALLED)
  expect(apiOf('http://127.0.0.1:9000', () => 's3cret')).toEqual({ url: 'http://127.0.0.1:9000', isInstalled: false })
})

test.each([
  ['systemd listens for Traefik', INSTALLED, [{ local: PORT_8082, pid: 1 }], undefined],
  ['a container does, as root', INSTALLED, [{ local: PORT_8082 }], /isn't held by rediacc-traefik-private\.socket/],
  ['a container does, at every address', INSTALLED, [{ local: '00000000:1F92' }], /somebody else may listen there/],
  ['nobody does', INSTALLED, [], undefined],
  ['root listens where the user said', GIVEN, [{ local: PORT_8082 }], undefined],
  ['whoever asks does', GIVEN, [{ local: PORT_8082, uid: 1000 }], undefined],
  ['another user does', GIVEN, [{ local: PORT_8082, uid: 1001 }], /^the user 1001 listens on localhost:8082/],
  ['there is no password to show', apiOf('http://127.0.0.1:9000'), [{ local: '0100007F:2328', uid: 1001 }], undefined],
])('%s', (_, api, sockets, why) => {
  const said = whyUntrusted(api, { proc: procWith(sockets), uid: 1000 })
  expect(said).toEqual(why === undefined ? undefined : expect.stringMatching(why))
})
