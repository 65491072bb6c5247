import { problemsOf } from '@route-server/disk/reading'
import { reservedPorts } from './change-ports.ts'
import { MachineError } from './machine-error.ts'
import { EMPTY_INFRA, type Machine, type Reach } from './machine.ts'
import { machineName, reachShape } from './reach.ts'
import { present } from './schema.ts'
import { flagOf } from './set-infra.ts'

/** What `add-machine` was told, as texts of the command line. What is left out stays as it was; `false` takes a setting away. */
export interface ReachFlags {
  readonly host?: string | undefined
  readonly user?: string | undefined | false
  readonly port?: string | undefined | false
  /** Absolute path. */
  readonly identity?: string | undefined | false
  readonly jump?: string | undefined | false
}

/** What the flags of the command line are called, where it isn't what they set. */
const FLAGS: Readonly<Record<string, string>> = { host: '--ip' }

/**
 * A new machine, or a known one that is reached otherwise. Pure.
 *
 * @param before the machine of that name, where there is one
 * @throws {MachineError} with everything that is wrong
 */
export function addMachine(name: string, before: Machine | undefined, given: ReachFlags): Machine {
  const problems: string[] = []
  const named = machineName(name)
  if ('problem' in named) problems.push(`${JSON.stringify(name)}: ${named.problem}`)
  if (before === undefined && given.host === undefined)
    problems.push(`--ip: expected the machine's address; \`${name}\` is not known yet`)

  const reach: Record<string, unknown> = { ...before?.ssh }
  for (const [key, schema] of Object.entries(reachShape)) {
    const value = given[key as keyof ReachFlags]
    if (value === undefined) continue
    if (value === false) {
      reach[key] = undefined
      continue
    }
    const result = schema.safeParse(value)
    if (result.success) reach[key] = result.data
    else
      for (const issue of result.error.issues)
        for (const { text } of problemsOf({ ...issue, path: [] }, value))
          problems.push(`${FLAGS[key] ?? flagOf(key)}: ${text}`)
  }
  const machine = { name, ssh: present(reach) as unknown as Reach, infra: before?.infra ?? EMPTY_INFRA }
  problems.push(
    ...reservedPorts(machine.infra, machine.ssh.port).map(
      ({ port, why }) => `--port: ${port} is an entry point of the machine, which can't be: ${why}`,
    ),
  )
  if (problems.length > 0) throw new MachineError(problems)
  return machine
}
