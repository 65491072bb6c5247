import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EMPTY_INFRA, openMachines, type Machine } from './index.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'machines-'))
  file = join(folder, 'machines.yaml')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const MACHINE: Machine = {
  name: 'server-1',
  ssh: { host: '203.0.113.50', user: 'deploy' },
  infra: { ...EMPTY_INFRA, baseDomain: 'example.com', tcpPorts: [25, 10000, 10001, 10002], http3: true },
}

const put = (machine: Machine) => openMachines(folder).change(machine.name, () => machine)

test('a machine is there again as it was put, in a private file', async () => {
  rmSync(folder, { recursive: true })
  await put(MACHINE)
  expect(await openMachines(folder).find('server-1')).toEqual(MACHINE)
  expect([statSync(file).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700])
  expect(readFileSync(file, 'utf8').replace(/^#.*\n/gm, '')).toBe(
    [
      'machines:',
      '  server-1:',
      '    ssh:',
      '      host: 203.0.113.50',
      '      user: deploy',
      '    infra:',
      '      baseDomain: example.com',
      '      tcpPorts: [25, 10000-10002]',
      '      http3: true',
      '',
    ].join('\n'),
  )
})

test('nothing is known where there is no file, and none is made for that', async () => {
  expect(await openMachines(folder).list()).toEqual([])
  await openMachines(folder).change('server-1', () => undefined)
  expect(existsSync(file)).toBe(false)
})

test("the user's comments, order and quotes stay", async () => {
  const text = [
    '# mine',
    'machines:',
    '  # the old one',
    '  old:',
    '    infra: { baseDomain: "old.example" } # by hand',
    '    ssh:',
    "      host: '198.51.100.1' # rented",
    '',
    '  server-1:',
    '    ssh: { host: 203.0.113.50, user: deploy }',
    '    infra:',
    '      # mail',
    '      tcpPorts: [ 25 ] # SMTP',
    '      baseDomain: example.com',
    '',
  ].join('\n')
  writeFileSync(file, text)
  await openMachines(folder).change('server-1', (before = MACHINE) => ({
    ...before,
    infra: { ...before.infra, tcpPorts: [25, 993] },
  }))
  expect(readFileSync(file, 'utf8')).toBe(text.replace('[ 25 ]', '[ 25, 993 ]'))
  await openMachines(folder).change('server-1', () => undefined)
  expect(readFileSync(file, 'utf8')).toContain('# by hand')
  expect((await openMachines(folder).list()).map(({ name }) => name)).toEqual(['old'])
})

test('what a write that was killed left behind goes', async () => {
  await put(MACHINE)
  writeFileSync(`${file}.0123456789ab.new`, 'half')
  await put({ ...MACHINE, ssh: { host: '203.0.113.51' } })
  expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([])
})

test('a folder that can not be written to is told', async () => {
  writeFileSync(join(folder, 'no-folder'), '')
  await expect(openMachines(join(folder, 'no-folder/rediacc')).change('a', () => MACHINE)).rejects.toThrow(
    "can't be written to: ENOTDIR. Choose another folder with REDIACC_CONFIG_DIR.",
  )
})

test('a link to a file elsewhere stays one', async () => {
  mkdirSync(join(folder, 'dotfiles'))
  symlinkSync('dotfiles/m.yaml', file)
  writeFileSync(join(folder, 'dotfiles/m.yaml'), 'machines:\n')
  await put(MACHINE)
  expect(lstatSync(file).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(folder, 'dotfiles/m.yaml'), 'utf8')).toContain('server-1')
})

test('what would change more than the one machine is refused', async () => {
  const text = 'machines:\n  a: &a { ssh: { host: a }, infra: { tcpPorts: [25] } }\n  b: *a\n'
  writeFileSync(file, text)
  await expect(
    openMachines(folder).change('b', (before = MACHINE) => ({ ...before, infra: { ...before.infra, tcpPorts: [26] } })),
  ).rejects.toThrow('keep rdc from changing `b` alone')
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('one that is not known is told with the one that was meant', async () => {
  await put(MACHINE)
  await expect(openMachines(folder).find('servr-1')).rejects.toThrow('no machine `servr-1`; did you mean `server-1`?')
  await expect(openMachines(folder).find('web')).rejects.toThrow(
    'no machine `web`; add it with: rdc context add-machine web --ip ADDRESS',
  )
})

describe('a damaged file is told with the place, and never written to', () => {
  test.each([
    ['machines:\n  a: {ssh: {host: a}\n', /machines\.yaml:\d+:\d+: not valid YAML/],
    [
      'machines:\n  a:\n    ssh: { hots: a }\n',
      /machines\.yaml:3:12 machines\.a\.ssh\.hots: unknown key; did you mean "host"\?/,
    ],
    [
      'machines:\n  a:\n    ssh: { host: a }\n    infra:\n      publicIpv4: 127.0.0.1\n',
      /machines\.yaml:5:19 machines\.a\.infra\.publicIpv4: a loopback address/,
    ],
    [
      'machines:\n  a:\n    ssh: { host: a, port: 2222 }\n    infra: { tcpPorts: [25, 2222] }\n',
      /machines\.yaml:4:24 machines\.a\.infra\.tcpPorts: 2222 can't be an entry point/,
    ],
    [
      'machines:\n  a:\n    ssh: { host: a }\n    infra: { tcpPorts: [25, x] }\n',
      /machines\.yaml:4:24 .*expected ports from 1 to 65535/,
    ],
    ['machines:\n  A b: { ssh: { host: a } }\n', /machines\.yaml:2:3 machines\.A b: expected a name/],
    ['machines:\n  a: {}\n', /machines\.yaml:2:6 machines\.a.ssh: expected a mapping with host/],
    ['- a\n', /machines\.yaml:1:1: expected a mapping with machines/],
  ])('%j', async (text, message) => {
    writeFileSync(file, text)
    await expect(openMachines(folder).list()).rejects.toThrow(message)
    await expect(put(MACHINE)).rejects.toThrow(message)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

test('many processes at once lose nothing', async () => {
  const program = join(folder, 'child.mjs')
  const esbuild = fileURLToPath(new URL('../../../node_modules/esbuild/bin/esbuild', import.meta.url))
  execFileSync(process.execPath, [
    esbuild,
    fileURLToPath(new URL('testing/child.ts', import.meta.url)),
    ...['--bundle', '--platform=node', '--format=esm', '--target=node20', '--log-level=warning'],
    '--conditions=@route-server/source',
    "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    `--outfile=${program}`,
  ])
  const ports = Array.from({ length: 8 }, (_, child) => Array.from({ length: 6 }, (_, i) => 20_000 + child * 10 + i))
  const codes = ports.map(async (own) => {
    const [code] = (await once(
      spawn(process.execPath, [program, folder, ...own.map(String)], { stdio: ['ignore', 'inherit', 'inherit'] }),
      'exit',
    )) as [number]
    return code
  })
  expect(await Promise.all(codes)).toEqual(ports.map(() => 0))
  expect((await openMachines(folder).find('server-1')).infra.tcpPorts).toEqual(ports.flat())
  expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([])
}, 120_000)
