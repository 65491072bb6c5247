import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ADDRESSES } from './wiring.ts'

const run = promisify(execFile)

/** What the client's user has in `~/.ssh`, and the server's own key. */
export interface SshMaterial {
  /** The folder, which is `~/.ssh` for every program that the client runs. */
  readonly folder: string
  /** `config` in it: hosts `server-1` (as `deploy`), `root@server-1` by the same name, and the address. */
  readonly config: string
  /** A private key without a passphrase; the public one is beside it, as `.pub`. */
  readonly identity: string
  readonly knownHosts: string
  /** The line of `known_hosts` without the host: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string
  /** The server's private key. */
  readonly serverKey: string
}

/** Makes keys for both sides, and a `~/.ssh` of which everything works at once. */
export async function makeSshMaterial(directory: string, port: number): Promise<SshMaterial> {
  const folder = join(directory, 'ssh')
  const identity = join(folder, 'id_ed25519')
  const serverKey = join(directory, 'ssh_host_ed25519_key')
  const config = join(folder, 'config')
  const knownHosts = join(folder, 'known_hosts')
  await mkdir(folder, { mode: 0o700 })
  for (const [key, comment] of [
    [identity, 'operator'],
    [serverKey, 'server-1'],
  ] as const)
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', key])
  const hostKey = (await readFile(`${serverKey}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
  const names = [ADDRESSES.server, ADDRESSES.serverV6].map((name) => (port === 22 ? name : `[${name}]:${port}`))
  await writeFile(knownHosts, `${names.join(',')} ${hostKey}\n`, { mode: 0o600 })
  const lines = [
    'Host server-1',
    `  HostName ${ADDRESSES.server}`,
    '  User deploy',
    `Host server-1 ${ADDRESSES.server} ${ADDRESSES.serverV6}`,
    `  Port ${port}`,
    `  IdentityFile ${identity}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${knownHosts}`,
    '  StrictHostKeyChecking yes',
    '  ConnectTimeout 10',
  ]
  await writeFile(config, `${lines.join('\n')}\n`, { mode: 0o600 })
  return { folder, config, identity, knownHosts, hostKey, serverKey }
}
