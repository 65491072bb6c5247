import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { composePath, describeCompose } from '@route-server/testbed'
import { bundleRenet, start } from './testing/run-renet.ts'

const GOLDEN = join(import.meta.dirname, '../golden')
const EXPECTED = 'expected.txt'
/** `UPDATE_GOLDEN=1` writes what comes out; look at the difference before you commit it. */
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'

const CASES = readdirSync(GOLDEN).sort()

describeCompose('compose files of the usual kinds become routed ones', () => {
  let folder: string
  let program: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'golden-'))
    program = bundleRenet(folder)
    mkdirSync(join(folder, 'docker/cli-plugins'), { recursive: true })
    symlinkSync(composePath(), join(folder, 'docker/cli-plugins/docker-compose'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  test('there are enough of them', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(25)
  })

  test.each(CASES)('%s', async (name) => {
    const cwd = join(folder, name)
    cpSync(join(GOLDEN, name), cwd, { recursive: true })
    rmSync(join(cwd, EXPECTED), { force: true })
    const flags = existsSync(join(cwd, 'arguments'))
      ? readFileSync(join(cwd, 'arguments'), 'utf8').trim().split(' ')
      : []
    const { status, stdout, stderr } = await start(
      program,
      ['compose', '--network-id', '2816', '--dry-run', '--', ...flags, 'config'],
      { cwd, env: { DOCKER_CONFIG: join(folder, 'docker'), HOME: folder } },
    ).ended
    const words = [stdout, ...stderr.split('\n').map((line) => (line === '' ? '' : `#! ${line}\n`))]
      .join('')
      .replaceAll(cwd, '/srv/app')
      // The machine's own name; libs/compose has its tests.
      .replaceAll(new RegExp(`^ +- ${hostname()}=.*\n`, 'gm'), '')
      .replace(/time="[^"]*"/g, 'time="…"')
    expect(status).toBe(0)
    if (isUpdate) writeFileSync(join(GOLDEN, name, EXPECTED), words)
    expect(words).toBe(readFileSync(join(GOLDEN, name, EXPECTED), 'utf8'))
    // A dry run writes nothing.
    expect(existsSync(join(cwd, '.rediacc.json'))).toBe(false)
  })
})
