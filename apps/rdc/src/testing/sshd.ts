import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const SSHD = '/usr/sbin/sshd'

/** Whether a server can be started here. */
export const hasSshd = existsSync(SSHD) && userInfo().uid === 0

export interface Sshd {
  readonly port: number
  /** For `REDIACC_SSH_CONFIG`. */
  readonly configFile: string
  /** Makes its sessions find a program: the text of a shell script. */
  readonly program: (name: string, script: string) => void
  readonly stop: () => Promise<void>
}

/** A real sshd on the loopback that takes one key; its host key is known. */
export async function startSshd(folder: string): Promise<Sshd> {
  const file = (name: string): string => join(folder, name)
  mkdirSync('/run/sshd', { recursive: true })
  mkdirSync(file('bin'))
  for (const name of ['host', 'id']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)])
  const port = await freePort()
  const options = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host')}`,
    `PidFile ${file('sshd.pid')}`,
    `AuthorizedKeysFile ${file('id.pub')}`,
    'StrictModes no',
    'UsePAM no',
    `SetEnv PATH=${file('bin')}:/usr/bin:/bin`,
  ]
  writeFileSync(file('sshd.conf'), `${options.join('\n')}\n`)
  writeFileSync(file('known'), `[127.0.0.1]:${port} ${readFileSync(file('host.pub'), 'utf8')}`)
  const client = [`UserKnownHostsFile ${file('known')}`, `IdentityFile ${file('id')}`, 'IdentitiesOnly yes']
  writeFileSync(file('ssh.conf'), `Host *\n${client.map((line) => `  ${line}\n`).join('')}`)
  const process = spawn(SSHD, ['-D', '-e', '-f', file('sshd.conf')], { stdio: 'ignore' })
  while (!(await isListening(port))) await sleep(20)
  return {
    port,
    configFile: file('ssh.conf'),
    program(name, script) {
      writeFileSync(file(`bin/${name}`), `#!/bin/sh\n${script}\n`)
      chmodSync(file(`bin/${name}`), 0o755)
    },
    async stop() {
      const over = once(process, 'close')
      process.kill()
      await over
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

function isListening(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      answer(true)
    }).once('error', () => answer(false))
  })
}
