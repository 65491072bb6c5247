import { describe, expect, test } from '@jest/globals'
import type { InstalledFile, Installation } from '@route-server/installation'
import { manifestOf, readManifest, sha256 } from './manifest.ts'
import { compare, restartsInWords } from './plan.ts'
import type { Installed } from './survey.ts'

const file = (path: string, text: string, more: Partial<InstalledFile> = {}): InstalledFile => ({
  path,
  text,
  mode: 0o644,
  effect: 'reload-router',
  ...more,
})
const installation = (...files: readonly InstalledFile[]): Installation => ({
  files,
  units: [],
  users: [],
  folders: [],
})
const program = (hash: string, version: string) =>
  ({ name: 'traefik', file: '/t', sha256: hash, bytes: 1, version }) as const

/** What stands on a machine after it was put there. */
function installedOf(next: Installation, programs: readonly ReturnType<typeof program>[] = []): Installed {
  const manifest = manifestOf(next, programs)
  const open = next.files.filter(({ secret }) => secret !== true)
  return {
    version: manifest.version,
    manifest: readManifest(JSON.stringify(manifest)),
    files: new Map(open.map(({ path, text }) => [path, text])),
    sealed: new Map(next.files.filter(({ secret }) => secret).map(({ path, text }) => [path, sha256(text)])),
  }
}

const compared = (before: Installation | undefined, after: Installation) =>
  compare(after, manifestOf(after, []), before && installedOf(before))

test('what is as it was changes nothing', () => {
  const same = installation(file('a', 'text\n'), file('secrets/s', 'hidden', { secret: true }))
  expect(compared(same, same)).toEqual({ changes: [], restarts: { router: 'none', traefik: 'none' } })
})

test('each change is shown, and costs the least', () => {
  const before = installation(file('a', 'one\ntwo\n'), file('gone', 'bye\n', { effect: 'restart-traefik' }))
  const { changes, restarts } = compared(
    before,
    installation(file('a', 'one\nthree\n'), file('new', 'hi\n', { effect: 'none' })),
  )
  expect(changes.map(({ path, kind }) => `${path} ${kind}`)).toEqual(['a changed', 'new added', 'gone removed'])
  expect(changes[0]?.diff).toContain('-two\n+three\n')
  expect(restarts).toEqual({ router: 'reload', traefik: 'restart' })
  expect(restartsInWords(restarts)).toEqual([
    'rediacc-router.service is reloaded',
    'rediacc-traefik.service is restarted; connections in use go on',
  ])
})

describe('secrets', () => {
  test('are never shown, neither old nor new', () => {
    const secret = (token: string): InstalledFile => file('secrets/s', token, { secret: true, effect: 'restart-both' })
    const open = (token: string): InstalledFile => file('t.yml', `token: ${token}\nport: 1\n`, { masked: [token] })
    const { changes, restarts } = compared(
      installation(secret('old-secret')),
      installation(secret('new-secret'), open('new-secret')),
    )
    const shown = changes.map(({ diff }) => diff).join('')
    expect(shown).not.toMatch(/old-secret|new-secret/)
    expect(shown).toContain('secrets/s: a secret is changed')
    expect(shown).toContain('+token: ********')
    expect(restarts).toEqual({ router: 'restart', traefik: 'restart' })
  })
})

test('a program is told by its version, and restarts what runs it', () => {
  const empty = installation()
  const { changes, restarts } = compare(
    empty,
    manifestOf(empty, [program('b', '3.7.16')]),
    installedOf(empty, [program('a', '3.7.15')]),
  )
  expect(changes).toEqual([{ path: 'bin/traefik', kind: 'changed', diff: 'bin/traefik: 3.7.15 → 3.7.16\n' }])
  expect(restarts).toEqual({ router: 'none', traefik: 'restart' })
})

test('a version is named after all that it consists of', () => {
  const name = (...files: readonly InstalledFile[]): string => manifestOf(installation(...files), []).version
  expect(name(file('a', 'x'))).toMatch(/^[0-9a-f]{16}$/)
  expect(
    new Set([name(file('a', 'x')), name(file('a', 'y')), name(file('b', 'x')), name(file('a', 'x', { mode: 0o600 }))])
      .size,
  ).toBe(4)
  expect(readManifest('{"files":')).toBeUndefined()
})
