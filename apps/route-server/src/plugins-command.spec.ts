import { Command } from 'commander'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createControlServer } from '@route-server/server'
import type { PluginView } from '@route-server/server'
import { addPlugins } from './plugins-command.ts'

let folder: string
let server: Server | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugins-'))
})
afterEach(() => {
  server?.close()
  rmSync(folder, { recursive: true })
})

const INTEGRITY = `sha512-${'a'.repeat(86)}==`

const PLUGINS: readonly PluginView[] = [
  {
    name: 'http',
    source: 'built-in',
    labels: { 'traefik.http.routers.{name}': 'A router.', 'traefik.http.services.{name}': 'A service.' },
    state: 'ok',
    waiting: 0,
    setAside: [],
    calls: 20,
    totalMilliseconds: 1.5,
    longestMilliseconds: 0.25,
    waitedMilliseconds: 1.5,
  },
  {
    name: 'grpc',
    source: '/etc/route-server/node_modules/acme-grpc',
    version: '1.2.3',
    labels: { 'acme.port\u001b[31m': 'A port.' },
    state: 'set-aside',
    waiting: 3,
    setAside: [
      { network: 2816, container: 'web-1', why: 'was ended after 1 s', until: '2026-01-02T03:04:05.000Z' },
      { network: 2880, container: 'api-1', why: 'was ended after 1 s', until: '2026-01-02T03:04:09.000Z' },
    ],
    calls: 20,
    totalMilliseconds: 2_010,
    longestMilliseconds: 1_000,
    waitedMilliseconds: 100.5,
    memoryBytes: 54_525_952,
    integrity: INTEGRITY,
    pinned: false,
  },
]

async function serve(plugins: readonly PluginView[]): Promise<void> {
  const control = { plugins: () => plugins, list: () => [], release: () => undefined, assign: () => undefined }
  server = createControlServer(control)
  await once(server.listen(join(folder, 'control.sock')), 'listening')
}

/** What the command prints. */
async function run(...words: string[]): Promise<string> {
  let printed = ''
  const program = new Command().exitOverride()
  addPlugins(program, (text) => (printed += text))
  await program.parseAsync(['plugins', ...words], { from: 'user' })
  return printed
}

describe('route-server plugins', () => {
  test('prints a table of those that run, and what there is to know of strangers', async () => {
    await serve(PLUGINS)
    expect(await run('--state-dir', folder))
      .toBe(`NAME  VERSION  STATE                                CALLS  TIME     LONGEST  WAITED    MEMORY  SOURCE                                    LABELS
http  -        ok                                   20     1.5 ms   0.25 ms  1.5 ms    -       built-in                                  traefik.http.routers.{name}, traefik.http.services.{name}
grpc  1.2.3    set aside for 2 networks, 3 waiting  20     2010 ms  1000 ms  100.5 ms  52 MiB  /etc/route-server/node_modules/acme-grpc  acme.port\\u001b[31m
grpc was ended after 1 s on web-1 of network 2816; it is tried again at 2026-01-02T03:04:05.000Z
grpc was ended after 1 s on api-1 of network 2880; it is tried again at 2026-01-02T03:04:09.000Z
grpc can be pinned by ${INTEGRITY}
`)
  })

  test('prints JSON for programs', async () => {
    await serve(PLUGINS)
    expect(JSON.parse(await run('--state-dir', folder, '--json'))).toEqual(PLUGINS)
  })

  test('JSON has no characters that a terminal obeys', async () => {
    const [first] = PLUGINS
    await serve([{ ...first, name: 'mine\u009b31m\u202e' } as PluginView])
    const printed = await run('--state-dir', folder, '--json')
    expect(printed).toContain('mine\\u009b31m\\u202e')
    expect(printed).not.toMatch(/[\u0080-\u009f\u202e]/)
  })

  test('says that no server runs', async () => {
    await expect(run('--state-dir', folder)).rejects.toThrow('No route server runs on')
  })

  test('runs nothing that is pinned as something else, and shows what to pin', async () => {
    writeFileSync(
      join(folder, 'mine.cjs'),
      `require('fs').writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')
      exports.plugin = {
        apiVersion: 1, name: 'mine', labels: { 'acme.port': 'A port.' }, contribute() {},
        options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
      }`,
    )
    const file = join(folder, 'config.yaml')
    writeFileSync(file, `plugins: [http, { name: ./mine.cjs, integrity: ${INTEGRITY} }]`)
    const shown = JSON.parse(await run('--configured', '--config', file, '--json')) as readonly PluginView[]
    expect(shown).toMatchObject([
      { name: 'http', source: 'built-in' },
      { name: join(folder, 'mine.cjs'), source: join(folder, 'mine.cjs'), state: 'refused', calls: 0, pinned: false },
    ])
    expect(existsSync(join(folder, 'ran'))).toBe(false)
    expect(await run('--configured', '--config', file)).toContain('not run: not what it is pinned as')
    const { integrity } = shown[1] ?? {}
    expect(integrity).toMatch(/^sha512-/)
    writeFileSync(file, `plugins: [http, { name: ./mine.cjs, integrity: ${integrity ?? ''} }]`)
    expect(await run('--configured', '--config', file)).toContain(`mine is pinned by ${integrity ?? ''}\n`)
    expect(existsSync(join(folder, 'ran'))).toBe(true)
  })
})
