import type { Machine } from '@route-server/machine'
import { connect, type Connection, type OfferedKey } from '@route-server/ssh'
import { confirmed } from './terminal/confirm.ts'
import type { Progress } from './terminal/progress.ts'

/** In place of `~/.ssh/config`. */
const configFile = process.env['REDIACC_SSH_CONFIG']

/** Connects to the machine, does the work, and closes. An unknown host key is shown and asked about where there is a terminal. */
export async function withConnection<T>(
  machine: Machine,
  progress: Progress,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY
  progress.step({ what: `Connecting to ${machine.name}`, detail: machine.ssh.host })
  const connection = await connect(machine.ssh, {
    interactive: isTerminal,
    ...(configFile ? { configFile } : {}),
    ...(isTerminal ? { ask: (host, key) => ask(host, key, progress) } : {}),
  })
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

function ask(host: string, key: OfferedKey, progress: Progress): Promise<boolean> {
  progress.rest()
  return confirmed(`Nobody has seen the host key of ${host} yet. It is ${key.fingerprint}. Is that the machine's?`, {})
}
