import type { Machine } from '@route-server/machine'
import type { Connection } from '@route-server/ssh'
import { withConnection } from '../connection.ts'
import { machines } from '../machines.ts'
import { withProgress, type Progress } from '../terminal/progress.ts'

/** Every command of `rdc repo` says on which machine. */
export interface OnMachine {
  readonly machine: string
}

/** Connects to the machine, and does the work there. */
export async function onMachine<T>(
  { machine: name }: OnMachine,
  work: (connection: Connection, machine: Machine, progress: Progress) => Promise<T>,
): Promise<T> {
  const machine = await machines().find(name)
  return withProgress((progress) =>
    withConnection(machine, progress, (connection) => work(connection, machine, progress)),
  )
}
