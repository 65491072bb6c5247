import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as dial, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { connect, type ConnectOptions } from './connect.ts'
import type { Connection } from './connection.ts'

const SSHD = '/usr/sbin/sshd'
const isThere = existsSync(SSHD) && spawnSync('ssh', ['-V']).status === 0
if (!isThere) {
  if (process.env['CI'] === 'true')
    throw new Error('There is no OpenSSH server: run `bash tools/testbed/install.sh` as root.')
  process.stderr.write(
    'Skipped: what goes over a real sshd. There is no OpenSSH server; run `bash tools/testbed/install.sh` as root.\n',
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

interface Sshd {
  readonly port: number
  readonly process: ChildProcess
}

;(isThere ? describe : describe.skip)('over a real sshd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-spec-'))
  const file = (name: string): string => join(folder, name)
  const known = file('known_hosts')
  const servers: Sshd[] = []
  let connection: Connection | undefined

  const keygen = (name: string): void => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)])
  }

  /** A server whose sessions begin with `greeting`, in whatever login shell. */
  async function startSshd(options: readonly string[] = [], hostKey = 'host'): Promise<Sshd> {
    const port = await freePort()
    const config = file(`sshd-${port}`)
    writeFileSync(
      config,
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${file(hostKey)}`,
        `PidFile ${config}.pid`,
        `AuthorizedKeysFile ${file('id.pub')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        ...options,
        '',
      ].join('\n'),
    )
    const process = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: 'ignore' })
    const server = { port, process }
    servers.push(server)
    for (let tries = 0; tries < 200; tries += 1) {
      const socket = dial(port, '127.0.0.1')
      const answer = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false)
      socket.destroy()
      if (answer) return server
      await sleep(20)
    }
    throw new Error('sshd did not start')
  }

  const configFor = (...lines: readonly string[]): string => {
    const path = file(`config-${Math.random()}`)
    writeFileSync(
      path,
      [
        'Host *',
        `  UserKnownHostsFile ${known}`,
        `  IdentityFile ${file('id')}`,
        '  IdentitiesOnly yes',
        ...lines,
        '',
      ].join('\n'),
    )
    return path
  }

  const open = async (server: Sshd, options: ConnectOptions = {}): Promise<Connection> =>
    (connection = await connect({ host: '127.0.0.1', port: server.port }, { configFile: configFor(), ...options }))

  const knowHost = (port: number, key = 'host'): void =>
    writeFileSync(known, `[127.0.0.1]:${port} ${readFileSync(file(`${key}.pub`), 'utf8')}`, { flag: 'a' })

  let plain: Sshd
  beforeAll(async () => {
    mkdirSync('/run/sshd', { recursive: true })
    for (const name of ['host', 'other', 'id', 'stranger']) keygen(name)
    plain = await startSshd()
    knowHost(plain.port)
  })
  afterEach(async () => {
    await connection?.close()
    connection = undefined
  })
  afterAll(async () => {
    for (const { process } of servers) {
      const over = once(process, 'close')
      process.kill()
      await over
    }
    rmSync(folder, { recursive: true })
  })

  test('a script gets its input, and gives both streams and its status', async () => {
    const { run } = await open(plain)
    const script = `cat; echo "it's $(id -u)" >&2; exit 3`
    expect(await run(script, { input: 'from "here"\n', root: true })).toEqual({
      status: 3,
      stdout: 'from "here"\n',
      stderr: "it's 0\n",
    })
    expect(await run('true')).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('ten mebibytes arrive whole, both ways, while others run', async () => {
    const { run } = await open(plain)
    const block = Buffer.alloc(1024, 'x')
    const many = (): Readable => Readable.from(Array.from({ length: 10_240 }, () => block))
    const [counted, echoed, quick] = await Promise.all([
      run('wc -c', { input: many() }),
      run('cat', { input: many() }),
      run('echo quick'),
    ])
    expect([counted.stdout.trim(), echoed.stdout.length, quick.stdout]).toEqual(['10485760', 10_485_760, 'quick\n'])
  })

  test('output goes on as it comes', async () => {
    const { run } = await open(plain)
    let seen = ''
    const output = new Writable({
      write(chunk: Buffer, _, done) {
        seen += chunk.toString()
        done()
      },
    })
    await run('echo one; echo two', { output })
    expect(seen).toBe('one\ntwo\n')
  })

  test('neither script nor input is in a process list', async () => {
    const { run } = await open(plain)
    const { stdout } = await run("ps -eo args; echo 'the-secret-word' >/dev/null", { input: 'another-secret' })
    expect(stdout).toContain('dd bs=1')
    expect(stdout).not.toMatch(/the-secret-word|another-secret/)
  })

  test.each([
    ['a shell that greets', 'echo Welcome; echo "Last login: today" >&2; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'],
    ['a shell that greets without an end of line', 'printf Welcome; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'],
  ])('%s is not taken for an answer', async (_, command) => {
    const server = await startSshd([`ForceCommand ${command}`])
    knowHost(server.port)
    const { run } = await open(server)
    expect(await run('echo hi')).toEqual({ status: 0, stdout: 'hi\n', stderr: '' })
  })

  test('a shell that runs nothing is said', async () => {
    const server = await startSshd(['ForceCommand cat >/dev/null; echo "This account is not available."'])
    knowHost(server.port)
    const { run } = await open(server)
    await expect(run('echo hi')).rejects.toThrow('The login shell on 127.0.0.1 runs no commands')
  })

  test('an unknown host key is shown, and kept once accepted', async () => {
    const server = await startSshd()
    const asked: string[] = []
    const { run } = await open(server, {
      ask: (host, { fingerprint }) => {
        asked.push(`${host} ${fingerprint}`)
        return Promise.resolve(true)
      },
    })
    expect((await run('echo hi')).stdout).toBe('hi\n')
    const [, hash = ''] = execFileSync('ssh-keygen', ['-lf', file('host.pub')], { encoding: 'utf8' }).split(' ')
    expect(asked).toEqual([`127.0.0.1 256 ${hash} (ED25519)`])
    await connection?.close()
    await open(server)
    expect(asked).toHaveLength(1)
  })

  const failure = async (attempt: Promise<Connection>): Promise<string> => {
    try {
      connection = await attempt
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }

  test('what is in the way is said in a sentence', async () => {
    const unknown = await startSshd()
    const changed = await startSshd([], 'other')
    knowHost(changed.port)
    const nobody = await freePort()
    const at = (
      port: number,
      options: Partial<Parameters<typeof connect>[0]> = {},
      configFile = configFor(),
    ): Promise<string> => failure(connect({ host: '127.0.0.1', port, ...options }, { configFile }))
    expect(await at(unknown.port)).toMatch(
      /^The host key of 127\.0\.0\.1 isn't known, and there is no terminal to ask on\. Run "ssh -F .* -p \d+ 127\.0\.0\.1" once/,
    )
    expect(
      await failure(
        connect(
          { host: '127.0.0.1', port: unknown.port },
          { configFile: configFor(), ask: () => Promise.resolve(false) },
        ),
      ),
    ).toBe('The host key of 127.0.0.1 was not accepted. Nothing was sent.')
    expect(await at(changed.port)).toMatch(/^The host key of 127\.0\.0\.1 isn't the one that is known/)
    expect(await at(nobody)).toMatch(/^127\.0\.0\.1 port \d+ refuses connections/)
    expect(await at(plain.port, { identity: file('stranger') })).toBe('')
    await connection?.close()
    const strangersOnly = file('strangers')
    writeFileSync(strangersOnly, `Host *\n  UserKnownHostsFile ${known}\n  IdentitiesOnly yes\n`)
    expect(await at(plain.port, { identity: file('stranger'), user: userInfo().username }, strangersOnly)).toMatch(
      /doesn't accept this user's keys \(it takes: publickey\)\. Try "ssh -F/,
    )
    expect(await failure(connect({ host: 'nowhere.invalid' }, { configFile: configFor() }))).toMatch(
      /no host nowhere\.invalid/,
    )
  })

  test('a connection that is lost is said, and nothing connects anew behind our back', async () => {
    const { run } = await open(plain)
    const lost = run('echo begun; sleep 20')
    await sleep(300)
    spawnSync('pkill', ['-KILL', '-P', String(plain.process.pid)])
    await expect(lost).rejects.toThrow(/^The connection to 127\.0\.0\.1 port \d+ was lost/)
    await expect(run('echo again')).rejects.toThrow('was lost')
  })

  test('nothing is left behind', async () => {
    const { run, close } = await open(plain)
    await run('true')
    await close()
    connection = undefined
    expect(spawnSync('pgrep', ['-f', '--', `-p ${plain.port} .*ControlMaster=yes`]).status).toBe(1)
  })
})
