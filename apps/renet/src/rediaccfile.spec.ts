import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { bundleRenet, start, type Ended, type Started } from './testing/run-renet.ts'

let folder: string
let program: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediaccfile-'))
  program = bundleRenet(folder)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let count = 0
let cwd: string
beforeEach(() => {
  count += 1
  cwd = join(folder, `repository-${count}`)
  mkdirSync(cwd)
  writeFileSync(join(cwd, '.rediacc.json'), '{"networkId":2816,"services":{"postgres":{"slot":4}}}')
})

function write(text: string, below = '.'): void {
  const file = join(cwd, below, 'Rediaccfile')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
const begin = (...args: string[]): Started => start(program, args, { cwd })
const run = (...args: string[]): Promise<Ended> => begin(...args).ended

/** Whether a process of this number is there, and not just waiting for its parent. */
function isRunning(pid: string): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

test('a function runs beside its file, in the environment of the repository', async () => {
  write(
    'prep() { mkdir -p data/postgres; echo "$PWD $POSTGRES_IP $REDIACC_NETWORK_ID $REDIACC_REPO $DOCKER_HOST"; renet slots; }',
  )
  expect(await run('prep')).toMatchObject({
    status: 0,
    stdout: [
      `prep | ${cwd} 127.0.11.6 2816 repository-${count} unix:///var/run/rediacc/docker-2816.sock\n`,
      'prep | SLOT  SERVICE   IP          VARIABLE\n',
      'prep | 4     postgres  127.0.11.6  POSTGRES_IP\n',
    ].join(''),
    stderr: '',
  })
  expect(existsSync(join(cwd, 'data/postgres'))).toBe(true)
})

describe('a command that fails ends the function, and is told with its place', () => {
  test.each<[what: string, text: string, status: number, line: number]>([
    ['in the function', 'up() {\n  false\n  echo later\n}', 1, 2],
    ['in a function that it calls', 'below() {\n  (exit 7)\n  echo later\n}\nup() {\n  below\n  echo later\n}', 7, 2],
    ['in a pipe', 'up() {\n  false | cat\n  echo later\n}', 1, 2],
    ['in a substitution', 'up() {\n  x=$(\n    exit 9\n  )\n  echo later\n}', 9, 4],
    ['in a subshell', 'up() {\n  (\n    false\n    echo later\n  )\n}', 1, 3],
    ['outside of functions', 'false\nup() { echo later; }', 1, 1],
    ['that is not there', 'up() {\n  no-such-command\n  echo later\n}', 127, 2],
  ])('%s', async (_, text, status, line) => {
    write(text)
    const ended = await run('up')
    expect(ended.stdout).not.toContain('later')
    expect(ended.stderr).toContain(`renet: up failed with status ${status} at ${cwd}/Rediaccfile:${line}.\n`)
    expect(ended.status).toBe(status)
  })

  test('one that is asked about does not', async () => {
    write('up() { if false; then :; fi; false || echo on; }')
    expect(await run('up')).toMatchObject({ status: 0, stdout: 'up | on\n' })
  })

  test('a variable that is not set', async () => {
    write('up() { echo "$NO_SUCH"; echo later; }')
    const ended = await run('up')
    expect(ended.stderr).toContain('NO_SUCH: unbound variable')
    expect(ended).toMatchObject({ status: 1, stdout: '' })
  })
})

test('several files run in the order of their names, down in reverse', async () => {
  const text = 'up() { echo "${PWD##*/}"; }\ndown() { echo "${PWD##*/}"; }'
  for (const below of ['.', 'b', 'a']) write(text, below)
  expect((await run('up')).stdout).toBe(`up | repository-${count}\na/up | a\nb/up | b\n`)
  expect((await run('down')).stdout).toBe(`b/down | b\na/down | a\ndown | repository-${count}\n`)
})

test('up stops at the first that fails; down goes on', async () => {
  write('up() { exit 3; }\ndown() { echo down; }')
  write('up() { echo never; }\ndown() { exit 4; }', 'a')
  expect(await run('up')).toMatchObject({ status: 3, stdout: '' })
  expect(await run('down')).toMatchObject({ status: 4, stdout: 'down | down\n' })
})

test('what is not there is said', async () => {
  expect(await run('up')).toMatchObject({ status: 1, stderr: expect.stringContaining(`${cwd} has no Rediaccfile`) })
  write('up() { :; }')
  expect((await run('down')).stderr).toContain('there is no function down.')
  expect(await run('info')).toMatchObject({ status: 0, stdout: '', stderr: '' })
})

test('one that hangs is ended with everything it started', async () => {
  write('up() { sleep 1000 & echo "$!" >pid; wait; }')
  const ended = await run('up', '--timeout', '500ms')
  expect(ended.stderr).toContain(
    `up of ${cwd}/Rediaccfile ran longer than 0.5 s. It was ended, with everything that it had started.`,
  )
  expect(ended.status).toBe(124)
  expect(isRunning(readFileSync(join(cwd, 'pid'), 'utf8').trim())).toBe(false)
})

test('a signal reaches everything, also what ignores it', async () => {
  write('up() { (trap "" INT; exec sleep 1000) & echo "$!" >pid; echo ready; wait; }')
  const { child, said, ended } = begin('up')
  await said('ready')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 130, stderr: expect.stringContaining('was ended by SIGINT') })
  expect(isRunning(readFileSync(join(cwd, 'pid'), 'utf8').trim())).toBe(false)
})
