import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Reach } from '@route-server/machine'
import { argumentsFor } from './arguments.ts'
import type { Connection } from './connection.ts'
import { connectingFailed, isUnknownKey } from './failures.ts'
import { keepKey, offeredKey, type OfferedKey } from './host-key.ts'
import { runOver } from './run.ts'
import { SshError } from './ssh-error.ts'

export interface ConnectOptions {
  /** Whether to accept a host key that nobody knows; left out, it is refused. */
  readonly ask?: (host: string, key: OfferedKey) => Promise<boolean>
  /** Whether ssh may ask on the terminal for a key's passphrase, or a password. */
  readonly interactive?: boolean
  /** In place of `~/.ssh/config`. */
  readonly configFile?: string
}

/** A machine that is gone is noticed after a quarter of a minute. */
const LIVELINESS = ['ConnectTimeout=10', 'ServerAliveInterval=5', 'ServerAliveCountMax=3', 'StrictHostKeyChecking=yes']

/**
 * Connects by the user's own OpenSSH, once; everything goes over this connection.
 *
 * @throws {SshError} with what is in the way
 */
export async function connect(reach: Reach, options: ConnectOptions = {}): Promise<Connection> {
  const { ask, configFile, interactive = false } = options
  const ssh = argumentsFor(reach, configFile)
  const place = { reach, configFile }
  // A short path: that of a unix socket has at most 107 bytes, and ssh adds some of its own.
  const folder = await mkdtemp(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'rdc-'))
  try {
    for (let tries = 0; ; tries += 1) {
      const master = await startMaster(ssh, reach.host, join(folder, 's'), interactive)
      if (typeof master !== 'string')
        return runOver(place, join(folder, 's'), master, () => rm(folder, { recursive: true, force: true }))
      if (!isUnknownKey(master) || ask === undefined || tries > 0) throw connectingFailed(place, master)
      const key = await offeredKey(ssh, reach.host, folder)
      if (key === undefined) throw connectingFailed(place, master)
      if (!(await ask(reach.host, key)))
        throw new SshError(`The host key of ${reach.host} was not accepted. Nothing was sent.`)
      await keepKey(ssh, reach.host, key)
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** The process that holds the connection once it is there; else what ssh said. It ends when this process does: its input ends. */
async function startMaster(
  ssh: readonly string[],
  host: string,
  socket: string,
  interactive: boolean,
): Promise<ChildProcess | string> {
  const options = [
    ...LIVELINESS,
    `BatchMode=${interactive ? 'no' : 'yes'}`,
    'ControlMaster=yes',
    `ControlPath=${socket}`,
    'ControlPersist=no',
    'ForwardAgent=no',
    'ClearAllForwardings=yes',
    'RequestTTY=no',
    'RemoteCommand=none',
    'PermitLocalCommand=no',
  ]
  const args = [...ssh, ...options.flatMap((option) => ['-o', option]), '--', host, 'cat']
  // A terminal's Ctrl-C is for us to deal with; it must not take the connection away meanwhile.
  const child = spawn('/bin/sh', ['-c', `trap '' INT; exec ssh "$@"`, 'ssh', ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  let over: Error | number | undefined
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-10_000)))
  child.stdin.on('error', () => undefined)
  child.once('error', (error) => (over = error))
  child.once('close', (status) => (over ??= status ?? 255))
  while (over === undefined && !existsSync(socket)) await sleep(5)
  if (over instanceof Error) throw over
  if (/exec: ssh: not found/.test(said))
    throw new SshError('There is no ssh on PATH. Install OpenSSH (openssh-client).')
  return over === undefined ? child : said
}
