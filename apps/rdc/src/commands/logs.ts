import { ROUTER, TRAEFIK } from '@route-server/installation'
import type { Connection, Outcome } from '@route-server/ssh'
import { Transform } from 'node:stream'
import { withConnection } from '../connection.ts'
import { machines } from '../machines.ts'
import { withProgress } from '../terminal/progress.ts'
import { UsageError } from '../terminal/tell-error.ts'

interface Given {
  readonly follow?: boolean
  readonly traefik?: boolean
  readonly lines: string
}

/** The unit isn't there. */
const ABSENT = 90

export async function run(name: string, { follow = false, traefik = false, lines }: Given): Promise<undefined> {
  if (!/^\d{1,6}$/.test(lines)) throw new UsageError(`--lines: expected a number, got "${lines}"`)
  const machine = await machines().find(name)
  const unit = traefik ? TRAEFIK : ROUTER
  const script = [
    `systemctl cat ${unit}.service >/dev/null 2>&1 || exit ${ABSENT}`,
    `exec journalctl --no-pager --unit ${unit}.service --lines ${lines}${follow ? ' --follow' : ''}`,
  ].join('\n')
  const { status, stderr } = await withProgress((progress) =>
    withConnection(machine, progress, (connection) => {
      progress.rest()
      return shown(connection, script)
    }),
  )
  if (status === ABSENT)
    throw new Error(`there is no ${unit}.service on ${name}. Put it there with: rdc context push-infra ${name}`)
  if (status !== 0)
    throw new Error(`the log of ${unit} can't be read: ${stderr.trim() || `journalctl ended with ${status}`}`)
}

/** Prints what the script says as it comes. Ctrl-C is how one stops following, and no failure. */
async function shown(connection: Connection, script: string): Promise<Outcome> {
  const stop = new AbortController()
  const onInterrupt = (): void => stop.abort()
  process.once('SIGINT', onInterrupt)
  const output = new Transform({ transform: (chunk: Buffer, _, done) => done(null, chunk) })
  output.pipe(process.stdout, { end: false })
  // `rdc context logs server-1 -f | head`
  process.stdout.once('error', onInterrupt)
  try {
    return await connection.run(script, { root: true, output, signal: stop.signal })
  } catch (error) {
    if (stop.signal.aborted) return { status: 0, stdout: '', stderr: '' }
    throw error
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}
