import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { commandLine } from '../command-line.ts'
import { bundleRdc } from '../testing/run-rdc.ts'
import { complete } from './complete.ts'

const found = (line: string): readonly string[] => complete(commandLine(), line.split(' '), ['server-1', 'staging'])

describe('completes', () => {
  test.each([
    ['c', ['context', 'completion']],
    ['context set', ['set-infra']],
    ['context show ', ['server-1', 'staging']],
    ['context show st', ['staging']],
    ['context show server-1 ', []],
    ['context show server-1 --js', ['--json']],
    ['context set-infra server-1 --tcp-ports 25 --remove-t', ['--remove-tcp-ports']],
    ['context set-infra --tcp-ports 25 s', ['server-1', 'staging']],
    ['context set-infra server-1 --tcp-ports ', []],
    ['context set-infra server-1 --cf-dns-token-file ', [':files']],
    ['context set-infra server-1 --json --js', []],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['_', []],
  ])('%j', (line, expected) => {
    expect(found(line)).toEqual(expected)
  })

  test('every command, and no hidden one', () => {
    expect(found('')).toEqual(expect.arrayContaining(['context', 'completion', 'help']))
    expect(found('')).not.toContain('__complete')
  })
})

describe('in the shell itself', () => {
  let folder: string
  let env: NodeJS.ProcessEnv
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'completion-'))
    const program = bundleRdc(folder)
    env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}`, REDIACC_CONFIG_DIR: folder, HOME: folder }
    execFileSync(program, ['context', 'add-machine', 'server-1', '--ip', '203.0.113.50'], { env })
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  const where = (shell: string) => (spawnSync(shell, ['--version']).status === 0 ? test : test.skip)
  const lines = (shell: string, script: string): readonly string[] =>
    execFileSync(shell, ['-c', script], { env, cwd: folder, encoding: 'utf8' }).split('\n').filter(Boolean)

  const bash = (...words: readonly string[]): readonly string[] =>
    lines(
      'bash',
      `source <(rdc completion bash); COMP_WORDS=(rdc ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _rdc; printf '%s\\n' "\${COMPREPLY[@]}"`,
    )

  where('bash')('bash', () => {
    expect(bash('context', 'set-i')).toEqual(['set-infra'])
    expect(bash('context', 'show', '')).toEqual(['server-1'])
    expect(bash('context', 'set-infra', 'server-1', '--tcp')).toEqual(['--tcp-ports'])
    expect(bash('context', 'set-infra', 'server-1', '--acme-root', 'mach')).toEqual(['machines.yaml'])
  })

  where('fish')('fish', () => {
    const fish = (line: string) => lines('fish', `rdc completion fish | source; complete -C '${line}'`)
    expect(fish('rdc context set-i')).toEqual(['set-infra'])
    expect(fish('rdc context show ')).toEqual(['server-1'])
    expect(fish('rdc context set-infra server-1 --tcp')).toEqual(['--tcp-ports'])
    expect(fish('rdc context set-infra server-1 --acme-root mach')).toEqual(['machines.yaml'])
  })

  where('zsh')('zsh', () => {
    // Its completion only works inside the line editor: the functions that add candidates are replaced by ones that print them.
    const zsh = (...words: readonly string[]) =>
      lines(
        'zsh',
        `compdef() { :; }; compadd() { shift; print -l -- \${(P)1}; }; _files() { print FILES; }; source <(rdc completion zsh); ` +
          `words=(rdc ${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length + 1}; _rdc`,
      )
    expect(zsh('context', 'set-i')).toEqual(['set-infra'])
    expect(zsh('context', 'show', '')).toEqual(['server-1'])
    expect(zsh('context', 'set-infra', 'server-1', '--acme-root', 'mach')).toEqual(['FILES'])
  })
})
