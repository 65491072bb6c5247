import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bundleRdc, start } from '../testing/run-rdc.ts'

let folder: string
let program: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terminal-'))
  program = bundleRdc(folder, 'testing/terminal-child.ts')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('without a terminal', () => {
  test('steps are plain lines, and a question is an error', async () => {
    expect(await start(program, []).ended).toEqual({
      status: 0,
      stdout: '',
      stderr:
        'looking\nuploading 3 MB\nrdc: there is no terminal to ask at: "Go on?" Give --yes to answer it beforehand. Nothing was done.\n',
    })
  })

  test('--yes answers it, CI or not', async () => {
    expect(await start(program, ['--yes'], { env: { CI: 'true' } }).ended).toEqual({
      status: 0,
      stdout: 'agreed\n',
      stderr: 'looking\nuploading 3 MB\nswitching\n',
    })
  })
})

// util-linux has it; elsewhere it takes other flags.
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout.includes('util-linux')

;(hasScript ? describe : describe.skip)('on a terminal', () => {
  /** Types the keys once the question is there. */
  async function typed(
    keys: string,
    args = '',
    env: Readonly<Record<string, string>> = {},
    columns = 100,
  ): Promise<string> {
    const child = spawn('script', ['-qec', `stty cols ${columns}; ${program} ${args}`, '/dev/null'], {
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...env },
    })
    let shown = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const before = shown.includes('Go on?')
      shown += chunk.toString()
      if (!before && shown.includes('Go on?')) child.stdin.write(keys)
    })
    const patience = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await new Promise((done) => child.once('close', done))
    clearTimeout(patience)
    return shown
  }

  test('steps end with a mark, and the answer counts', async () => {
    const shown = await typed('y\r')
    expect(shown).toMatch(/✔.*looking/)
    expect(shown.match(/✔.*uploading.*/g)).toEqual([expect.stringContaining('4 MB')])
    expect(shown).toMatch(/✔.*switching/)
    expect(shown).toContain('\u001b[32magreed')
    expect(await typed('\r')).toContain('refused')
  })

  test('Ctrl-C at a question is no crash', async () => {
    expect(await typed('\u0003')).toContain('rdc: nothing was done')
  })

  test('a step that failed has another mark', async () => {
    const shown = await typed('', '--yes --fail')
    expect(shown).toMatch(/✖.*switching/)
    expect(shown).toContain('rdc: the disk is full')
  })

  test('one without columns gets lines', async () => {
    expect(await typed('', '--yes', {}, 0)).toMatch(/^looking\r\nuploading/)
  })

  test('NO_COLOR keeps every colour away', async () => {
    const shown = await typed('y\r', '', { NO_COLOR: '1' })
    // Colours and bold; moving the cursor is none.
    expect(shown.match(/\u001b\[[\d;]*m/g) ?? []).toEqual([])
    expect(shown).toContain('agreed')
  })
})
