import { addMachine, MachineError, type Machine, type ReachFlags } from '@route-server/machine'
import { accessSync, constants } from 'node:fs'
import { resolve } from 'node:path'
import { print, printJson, UsageError } from '@route-server/terminal'
import { sshCommand } from '../machine-view.ts'
import { machines } from '../machines.ts'

interface Given extends Omit<ReachFlags, 'host'> {
  readonly ip?: string
  readonly json?: boolean
}

export async function run(name: string, { ip, identity, json, ...given }: Given): Promise<undefined> {
  const flags: ReachFlags = {
    ...given,
    host: ip,
    identity: typeof identity === 'string' ? resolve(identity) : identity,
  }
  const { before, after } = await machines().change(name, (known) => checked(name, known, flags))
  if (after === undefined) return
  if (json === true) {
    printJson({ machine: after, isNew: before === undefined })
    return
  }
  print(`${before === undefined ? 'Added' : 'Known as'} ${name}: ${sshCommand(after.ssh)}`)
  if (before === undefined)
    print(`Next: rdc context set-infra ${name} --public-ipv4 ADDRESS --base-domain DOMAIN --cert-email ADDRESS`)
}

function checked(name: string, known: Machine | undefined, flags: ReachFlags): Machine {
  const problems: string[] = []
  if (typeof flags.identity === 'string' && !isReadable(flags.identity))
    problems.push(`--identity: there is no file ${flags.identity} that this user may read`)
  try {
    const machine = addMachine(name, known, flags)
    if (problems.length === 0) return machine
  } catch (error) {
    if (!(error instanceof MachineError)) throw error
    problems.push(...error.problems)
  }
  throw new UsageError(problems.join('\n'))
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}
