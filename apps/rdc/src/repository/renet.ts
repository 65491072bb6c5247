import { CURRENT } from '@route-server/installation'
import type { Machine } from '@route-server/machine'
import { quoted, type Connection, type Outcome, type RunOptions } from '@route-server/ssh'
import { hostname, userInfo } from 'node:os'
import { visible } from '@route-server/terminal'
import { passedOn } from '../terminal/follow.ts'
import { remark } from '../terminal/print.ts'

/** renet isn't there, or what it runs ends with this by itself. */
const ABSENT = 90
/** Begins what renet says of what it did. */
const OWN = 'renet: '
const IS_THERE = `[ -x ${CURRENT}/bin/renet.mjs ]`

/** Who asks, for those who have to wait meanwhile. */
export const caller = (): string => `${userInfo().username}@${hostname()}`

/** `renet repo ARGS` as root of the machine, for a shell there. */
const renetScript = (args: readonly string[]): string =>
  [
    'export HOME=/root PATH="$PATH:/usr/local/bin:/usr/sbin:/sbin"',
    `${IS_THERE} || exit ${ABSENT}`,
    `exec ${CURRENT}/bin/node ${CURRENT}/bin/renet.mjs repo ${args.map(quoted).join(' ')}`,
  ].join('\n')

/** What `renet repo ARGS` answers there; what goes on meanwhile is told. @throws with its own words, where it fails */
export async function askRenet(
  connection: Connection,
  machine: Machine,
  args: readonly string[],
  input?: RunOptions['input'],
): Promise<string> {
  const told = (line: string): void => {
    if (!line.startsWith(OWN)) remark(visible(line))
  }
  const outcome = await connection.run(renetScript(args), { root: true, told, ...(input !== undefined && { input }) })
  await expectRenet(connection, outcome, machine)
  const { status, stderr } = outcome
  if (/^renet: unknown (?:option|command)/m.test(stderr))
    throw new Error(
      `renet on ${machine.name} is of another version. Bring it there with: rdc context push-infra ${machine.name}`,
    )
  const said = stderr.split('\n').filter((line) => line.startsWith(OWN))
  if (status !== 0)
    throw new Error(said.map((line) => line.slice(OWN.length)).join('\n') || `renet ended with status ${status}`)
  return outcome.stdout
}

export interface ShowOptions {
  readonly input?: NonNullable<RunOptions['input']>
  readonly signal?: AbortSignal
  /** Errors come among the output, as they are said; else at the end. */
  readonly together?: boolean
}

/** Prints what `renet repo ARGS` says there, as it comes, and resolves to its exit status. */
export async function showRenet(
  connection: Connection,
  machine: Machine,
  args: readonly string[],
  { together = false, ...options }: ShowOptions = {},
): Promise<number> {
  const outcome = await connection.run(`${together ? 'exec 2>&1\n' : ''}${renetScript(args)}`, {
    root: true,
    output: passedOn(),
    ...options,
  })
  await expectRenet(connection, outcome, machine)
  process.stderr.write(outcome.stderr)
  return outcome.status
}

async function expectRenet(connection: Connection, { status }: Outcome, { name }: Machine): Promise<void> {
  if (status === ABSENT && (await connection.run(IS_THERE, { root: true })).status !== 0)
    throw new Error(`there is no renet on ${name} yet. Put it there with: rdc context push-infra ${name}`)
}
