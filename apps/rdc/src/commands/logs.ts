import { ROUTER, TRAEFIK } from '@route-server/installation'
import { withConnection } from '../connection.ts'
import { machines } from '../machines.ts'
import { expectLines, passedOn, untilInterrupted } from '../terminal/follow.ts'
import { withProgress } from '../terminal/progress.ts'

interface Given {
  readonly follow?: boolean
  readonly traefik?: boolean
  readonly lines: string
}

/** The unit isn't there. */
const ABSENT = 90

export async function run(name: string, { follow = false, traefik = false, lines }: Given): Promise<undefined> {
  expectLines(lines)
  const machine = await machines().find(name)
  const unit = traefik ? TRAEFIK : ROUTER
  const script = [
    `systemctl cat ${unit}.service >/dev/null 2>&1 || exit ${ABSENT}`,
    `exec journalctl --no-pager --unit ${unit}.service --lines ${lines}${follow ? ' --follow' : ''}`,
  ].join('\n')
  const { status, stderr } = await withProgress((progress) =>
    withConnection(machine, progress, (connection) => {
      progress.rest()
      return untilInterrupted({ status: 0, stdout: '', stderr: '' }, (signal) =>
        connection.run(script, { root: true, output: passedOn(), signal }),
      )
    }),
  )
  if (status === ABSENT)
    throw new Error(`there is no ${unit}.service on ${name}. Put it there with: rdc context push-infra ${name}`)
  if (status !== 0)
    throw new Error(`the log of ${unit} can't be read: ${stderr.trim() || `journalctl ended with ${status}`}`)
}
