import { execFile } from 'node:child_process'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A key that a server showed and nobody has accepted yet. */
export interface OfferedKey {
  /** `256 SHA256:… (ED25519)` */
  readonly fingerprint: string
  /** Lines as `known_hosts` has them. */
  readonly lines: string
}

/** Asks for the host key, through a jump host where there is one, without believing it. */
export async function offeredKey(
  ssh: readonly string[],
  host: string,
  folder: string,
): Promise<OfferedKey | undefined> {
  const file = join(folder, 'offered')
  // Logging in may fail: the key is shown before.
  const options = [
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${file}`,
    'GlobalKnownHostsFile=/dev/null',
    'BatchMode=yes',
    'ControlPath=none',
    'ConnectTimeout=10',
  ]
  await run('ssh', [...ssh, ...options.flatMap((option) => ['-o', option]), '--', host, 'true']).catch(() => undefined)
  try {
    const lines = await readFile(file, 'utf8')
    const { stdout } = await run('ssh-keygen', ['-lf', file])
    // Bits, hash, the host's name as ssh wrote it, kind.
    const [bits = '', hash = '', ...rest] = stdout.trim().split('\n')[0]?.split(' ') ?? []
    return { fingerprint: `${bits} ${hash} ${rest.at(-1) ?? ''}`, lines }
  } catch {
    return undefined
  }
}

/** Writes an accepted key where ssh looks for this user's own. */
export async function keepKey(ssh: readonly string[], host: string, { lines }: OfferedKey): Promise<void> {
  const { stdout } = await run('ssh', [...ssh, '-G', '--', host])
  const [file = '~/.ssh/known_hosts'] = /^userknownhostsfile (.*)$/m.exec(stdout)?.[1]?.split(' ') ?? []
  const path = file.replace(/^~(?=\/)/, homedir())
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const known = await readFile(path, 'utf8').catch(() => '')
  await appendFile(path, `${known === '' || known.endsWith('\n') ? '' : '\n'}${lines}`, { mode: 0o600 })
}
