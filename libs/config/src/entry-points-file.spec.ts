import { afterAll, describe, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, loadConfig, type Config } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'entry-points-'))
afterAll(() => rmSync(folder, { recursive: true }))

function load(entryPoints: string | undefined): Config {
  rmSync(join(folder, 'list.yaml'), { force: true })
  if (entryPoints !== undefined) writeFileSync(join(folder, 'list.yaml'), entryPoints)
  writeFileSync(join(folder, 'config.yaml'), 'entryPointsFile: list.yaml\n')
  return loadConfig({ file: join(folder, 'config.yaml') })
}

function problems(entryPoints: string | undefined): readonly string[] {
  try {
    load(entryPoints)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replace(`${folder}/`, ''))
    throw error
  }
  return []
}

describe('the file of entry points', () => {
  test.each<[string, string, readonly string[]]>([
    ['names', '[web, websecure]', ['web', 'websecure']],
    [
      'names and mappings',
      '- web\n- { name: tcp-25, protocol: tcp, port: 25 }\n- { name: mail, protocol: tcp, port: 587 }\n- { name: udp-53 }',
      ['web', 'tcp-25', 'mail', 'udp-53'],
    ],
  ])('with %s becomes the entry points', (_, text, expected) => {
    expect(load(text).entryPoints).toEqual(expected)
  })

  test.each<[string, string | undefined, readonly string[]]>([
    [
      "that isn't there",
      undefined,
      ['list.yaml: there is no such file. Write it with rdc context push-infra, or leave entryPointsFile out.'],
    ],
    ['with settings', 'entryPoints: [web]', ['list.yaml:1:1: expected a list of entry points, got a mapping']],
    ['without any', '[]', ['list.yaml:1:1: expected at least one entry point, got an empty list']],
    ['with one twice', '- web\n- web', ['list.yaml:1:1: expected each entry point once, got a list']],
    [
      'with mistakes',
      '- web,websecure\n- name: a\n  protocol: sctp\n- { name: b, port: 65536 }\n- { port: 1 }\n- { name: c, prot: tcp }\n- 7',
      [
        'list.yaml:1:3 [0]: expected the name of an entry point such as websecure, got "web,websecure"',
        'list.yaml:3:13 [1].protocol: expected one of http, tcp, udp, got "sctp"',
        'list.yaml:4:20 [2].port: expected a port from 1 to 65535, got 65536',
        'list.yaml:5:3 [3].name: expected the name of an entry point such as websecure, got nothing',
        'list.yaml:6:14 [4].prot: unknown key; did you mean "port"?',
        'list.yaml:7:3 [5]: expected a mapping with name, protocol, port, got 7',
      ],
    ],
    [
      'with names that tell something else',
      '- { name: tcp-25, port: 2525 }\n- { name: udp-53, protocol: tcp }',
      ['1', '2'].map(
        (line) =>
          `list.yaml:${line}:3 [${Number(line) - 1}]: expected the protocol and the port that its name tells: tcp-25 is port 25 of TCP, got a mapping`,
      ),
    ],
  ])('%s is refused', (_, text, expected) => {
    expect(problems(text)).toEqual(expected)
  })

  test('that is broken is refused with the place', () => {
    expect(problems('- web\n- [')[0]).toMatch(/^list\.yaml:\d:\d: not valid YAML: /)
  })
})
