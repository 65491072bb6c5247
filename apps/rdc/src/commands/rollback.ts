import { rollBack } from '@route-server/push'
import { print, printJson, STATUS } from '@route-server/terminal'
import { withConnection } from '../connection.ts'
import { machines } from '../machines.ts'
import { confirmed } from '../terminal/confirm.ts'
import { withProgress } from '../terminal/progress.ts'

interface Given {
  readonly to?: string
  readonly yes?: boolean
  readonly json?: boolean
}

export async function run(name: string, { to, yes, json }: Given): Promise<number | undefined> {
  const machine = await machines().find(name)
  const target = to === undefined ? 'the version before the one in force' : `version ${to}`
  if (!(await confirmed(`Put ${target} in force on ${name}?`, { yes }))) {
    print('Nothing was done.')
    return STATUS.failed
  }
  const done = await withProgress((progress) =>
    withConnection(machine, progress, (connection) =>
      rollBack(connection, { machine: name, progress: progress.step, ...(to !== undefined && { version: to }) }),
    ),
  )
  if (json === true) printJson({ machine: name, ...done })
  else
    print(
      `${name} went back from version ${done.from} to ${done.to}. What is set for it on this computer stays; the next push-infra puts that in force again.`,
    )
  return undefined
}
