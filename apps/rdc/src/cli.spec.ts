import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { withLock } from '@route-server/disk'
import type { MachineView } from './machine-view.ts'
import { bundleRdc, start, type Ended } from './testing/run-rdc.ts'
import { VERSION } from './version.ts'

const TOKEN = 'verysecrettoken_0123456789-abcdefghij'

let folder: string
let program: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rdc-'))
  program = bundleRdc(folder)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let count = 0
let config: string
beforeEach(() => {
  count += 1
  config = join(folder, `config-${count}`)
})

interface Options {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

const begin = (line: string, { env = {}, input }: Options = {}) =>
  start(program, line.split(' '), {
    env: { REDIACC_CONFIG_DIR: config, ...env },
    ...(input !== undefined && { input }),
  })

const rdc = (line: string, options?: Options): Promise<Ended> => begin(line, options).ended

/** Runs it, and fails unless it is done. */
async function done(line: string, options?: Options): Promise<string> {
  const { status, stdout, stderr } = await rdc(line, options)
  expect([line, status, stderr]).toEqual([line, 0, ''])
  return stdout
}

const addServer = (): Promise<string> => done('context add-machine server-1 --ip 203.0.113.50 --user deploy')

const show = async (): Promise<MachineView> => JSON.parse(await done('context show server-1 --json')) as MachineView

const tokenFile = (): string => join(config, 'secrets/server-1.cf-dns-token')

test("the documentation's calls, as its readers type them", async () => {
  expect(await addServer()).toContain('Added server-1: ssh deploy@203.0.113.50')
  const first = await done(
    `context set-infra server-1 --public-ipv4 203.0.113.50 --base-domain example.com --cert-email admin@example.com --cf-dns-token ${TOKEN}`,
  )
  expect(first).toMatch(/base domain +example\.com/)
  expect(first).toContain('Changed:\n  public IPv4: 203.0.113.50\n  base domain: example.com')
  const second = await done('context set-infra server-1 --tcp-ports 25,143,465,587,993 --udp-ports 53')
  expect(second).toContain('own TCP ports: added 25, 143, 465, 587, 993')
  expect(second).toContain('Put this in force with: rdc context push-infra server-1')
  const third = await done('context set-infra server-1 --public-ipv6 2001:DB8::1 --remove-tcp-ports 6379,25')
  expect(third).toContain('public IPv6: 2001:db8::1')
  expect(third).toContain('own TCP ports: removed 25\n')

  expect(await show()).toMatchObject({
    ssh: { host: '203.0.113.50', user: 'deploy' },
    infra: { baseDomain: 'example.com', tcpPorts: [143, 465, 587, 993], withoutTcpPorts: [6379] },
    cloudflareToken: { isKept: true, file: tokenFile() },
    missing: [],
  })
  expect(await done('context machines')).toMatch(/server-1 +deploy@203\.0\.113\.50 +example\.com +ready to push/)
  expect(await done('context set-infra server-1 --udp-ports 53')).toContain('Nothing changed.')
})

test('what is still missing is told with its flag', async () => {
  await addServer()
  const told = await done('context set-infra server-1 --public-ipv4 203.0.113.50')
  expect(told).toContain('the base domain: --base-domain DOMAIN')
  expect(told).toContain('the Cloudflare token: --cf-dns-token-file FILE')
  const { missing } = await show()
  expect(missing.map(({ flag }) => flag.split(' ')[0])).toEqual([
    '--base-domain',
    '--cert-email',
    '--cf-dns-token-file',
  ])
})

test('a machine that lacks something is not pushed to, before anything is connected', async () => {
  await addServer()
  await done(`context set-infra server-1 --public-ipv4 203.0.113.50 --cf-dns-token ${TOKEN}`)
  expect(await rdc('context push-infra server-1 --yes')).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'rdc: server-1 lacks the base domain: rdc context set-infra server-1 --base-domain DOMAIN\n' +
      'rdc: server-1 lacks the e-mail address for certificates: rdc context set-infra server-1 --cert-email ADDRESS\n',
  })
})

test('a machine that is added again is reached as it was told last', async () => {
  await addServer()
  expect(await done('context add-machine server-1 --port 2222 --jump bastion')).toContain(
    'Known as server-1: ssh -J bastion -p 2222 deploy@203.0.113.50',
  )
  expect((await show()).ssh).toEqual({ host: '203.0.113.50', user: 'deploy', port: 2222, jump: 'bastion' })
  await done('context add-machine server-1 --no-jump --no-port')
  expect((await show()).ssh).toEqual({ host: '203.0.113.50', user: 'deploy' })
})

test('a machine is forgotten with its token, once somebody agrees', async () => {
  await addServer()
  await done(`context set-infra server-1 --cf-dns-token ${TOKEN}`)
  const asked = await rdc('context remove-machine server-1')
  expect([asked.status, asked.stderr]).toEqual([1, expect.stringContaining('no terminal to ask at')])
  expect((await show()).cloudflareToken.isKept).toBe(true)
  expect(await done('context remove-machine server-1 --yes')).toContain('The server itself stays as it is')
  expect(await done('context machines --json')).toBe('[]\n')
  expect(() => statSync(tokenFile())).toThrow('ENOENT')
})

describe('wrong usage ends with 2, and a sentence', () => {
  beforeEach(() => addServer())
  test.each([
    ['context set-infra server-1 --tcp-prots 25', 'Did you mean --tcp-ports?'],
    ['context set-infra', "missing required argument 'machine'"],
    ['context set-infra server-1 server-2', 'too many arguments'],
    ['context set-infra server-1 --tcp-ports', 'argument missing'],
    ['contxt show server-1', 'Did you mean context?'],
    ['completion tcsh', 'bash, zsh, fish'],
    ['context set-infra server-1 --tcp-ports 22', "--tcp-ports: 22 can't be an entry point"],
    ['context set-infra server-1 --acme-root /nowhere', '--acme-root: expected a file with a certificate'],
    ['context set-infra server-1 --cf-dns-token-file /nowhere', 'there is no such file'],
    ['context add-machine server-2', '--ip: expected'],
    ['context add-machine server-2 --ip 203.0.113.51 --identity /nowhere', '--identity: there is no file /nowhere'],
  ])('rdc %s', async (line, message) => {
    const { status, stdout, stderr } = await rdc(line)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^rdc: /)
    expect(stderr).toContain(message)
  })

  test('rdc alone shows the help', async () => {
    const { status, stderr } = await rdc('context')
    expect([status, stderr]).toEqual([2, expect.stringContaining('set-infra [options] <machine>')])
  })
})

test('everything that is wrong is said at once, and nothing is written', async () => {
  await addServer()
  const before = readFileSync(join(config, 'machines.yaml'), 'utf8')
  const { status, stderr } = await rdc(
    'context set-infra server-1 --public-ipv4 ::1 --base-domain com --cf-dns-token - --tcp-ports 1-70000',
    { input: 'two words' },
  )
  expect([status, stderr.split('\n').length]).toEqual([2, 5])
  expect(stderr).toContain('standard input: a token is one word')
  expect(stderr).not.toContain('two words')
  expect(readFileSync(join(config, 'machines.yaml'), 'utf8')).toBe(before)
})

test('a machine that is not known is told with the one that was meant', async () => {
  await addServer()
  for (const line of ['show servr-1', 'set-infra servr-1 --tcp-ports 25', 'remove-machine servr-1 --yes'])
    expect(await rdc(`context ${line}`)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'rdc: no machine `servr-1`; did you mean `server-1`?\n',
    })
})

test('a damaged file is told with the line, by every command', async () => {
  mkdirSync(config)
  writeFileSync(
    join(config, 'machines.yaml'),
    'machines:\n  server-1:\n    ssh: { host: 203.0.113.50 }\n    infra: { tcpPort: [25] }\n',
  )
  for (const line of [
    'show server-1',
    'machines',
    'set-infra server-1 --tcp-ports 25',
    'add-machine b --ip 203.0.113.51',
  ])
    expect(await rdc(`context ${line}`)).toEqual({
      status: 1,
      stdout: '',
      stderr: `rdc: ${config}/machines.yaml:4:14 machines.server-1.infra.tcpPort: unknown key; did you mean "tcpPorts"?\n`,
    })
})

test('many at once lose nothing', async () => {
  await addServer()
  const ports = Array.from({ length: 8 }, (_, i) => 20_000 + 10 * i)
  await Promise.all(ports.map((port) => done(`context set-infra server-1 --tcp-ports ${port}`)))
  expect((await show()).infra.tcpPorts).toEqual(ports)
}, 60_000)

describe('the Cloudflare token', () => {
  beforeEach(() => addServer())

  test.each([
    ['a flag', `--cf-dns-token ${TOKEN}`, {}],
    ['standard input', '--cf-dns-token -', { input: `${TOKEN}\n` }],
    ['standard input by the other flag', '--cf-dns-token-file -', { input: `Bearer ${TOKEN}\n` }],
    ['the environment', '--tcp-ports 25', { env: { CF_DNS_API_TOKEN: TOKEN } }],
    ['a file', '--cf-dns-token-file TOKEN_FILE', {}],
  ])('comes from %s, into a private file, and is printed nowhere', async (_, flags, options) => {
    const file = join(folder, `token-${count}`)
    writeFileSync(file, `"${TOKEN}"\r\n`)
    const printed = [
      await done(`context set-infra server-1 ${flags.replace('TOKEN_FILE', file)}`, options),
      await done(`context set-infra server-1 ${flags.replace('TOKEN_FILE', file)} --json`, options),
      await done('context show server-1'),
      await done('context show server-1 --json'),
      await done('context machines --json'),
    ]
    expect(printed.join('')).not.toContain(TOKEN)
    expect(readFileSync(tokenFile(), 'utf8')).toBe(`${TOKEN}\n`)
    expect([statSync(tokenFile()).mode & 0o777, statSync(join(config, 'secrets')).mode & 0o777]).toEqual([0o600, 0o700])
    expect(readFileSync(join(config, 'machines.yaml'), 'utf8')).not.toContain(TOKEN)
  })

  test('is in no message about a flag that was mistyped', async () => {
    for (const line of [
      `--cf-dns-tokn=${TOKEN}`,
      `--cf-dns-tokn ${TOKEN}`,
      TOKEN,
      `--cf-dns-token ${TOKEN} --cf-dns-token-file x`,
    ]) {
      const { status, stdout, stderr } = await rdc(`context set-infra server-1 ${line}`, { env: { DEBUG: '1' } })
      expect([status, stdout]).toEqual([2, ''])
      expect(stderr).not.toContain(TOKEN)
    }
  })

  const onLinux = process.platform === 'linux' ? test : test.skip
  onLinux('is not in the list of processes while it works', async () => {
    const { child, ended } = await withLock(join(config, 'machines.yaml'), async () => {
      const started = begin(`context set-infra server-1 --cf-dns-token ${TOKEN}`)
      const commandLine = (): string => readFileSync(`/proc/${String(started.child.pid)}/cmdline`, 'latin1')
      while (!commandLine().startsWith('rdc\0')) await sleep(5)
      expect(commandLine()).not.toContain(TOKEN)
      return started
    })
    expect([(await ended).status, child.exitCode]).toEqual([0, 0])
  })
})

test('help is there for every command, without colours where there is no terminal', async () => {
  for (const line of ['--help', 'context --help', 'context set-infra --help', 'help context']) {
    const help = await done(line)
    expect(help).toMatch(/^Usage: rdc/)
    expect(help).not.toContain('\u001b')
  }
  expect(await done('--version')).toBe(`${VERSION}\n`)
})

test('the version is the one of the package', () => {
  const read = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  expect((JSON.parse(read) as { version: string }).version).toBe(VERSION)
})
