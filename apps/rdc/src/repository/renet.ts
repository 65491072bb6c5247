import { CURRENT } from '@route-server/installation'
import type { Machine } from '@route-server/machine'
import { quoted, type Connection, type Outcome, type RunOptions } from '@route-server/ssh'
import { hostname, userInfo } from 'node:os'
import { passedOn } from '../terminal/follow.ts'

/** renet isn't there, or what it runs ends with this by itself. */
const ABSENT = 90
const IS_THERE = `[ -x ${CURRENT}/bin/renet.mjs ]`

/** Who asks, for those who have to wait meanwhile. */
export const caller = (): string => `${userInfo().username}@${hostname()}`

/** The machine has said no; the message is renet's. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** `renet repo ARGS` as root of the machine, for a shell there. */
const renetScript = (args: readonly string[]): string =>
  [
    'export HOME=/root PATH="$PATH:/usr/local/bin:/usr/sbin:/sbin"',
    `${IS_THERE} || exit ${ABSENT}`,
    `exec ${CURRENT}/bin/node ${CURRENT}/bin/renet.mjs repo ${args.map(quoted).join(' ')}`,
  ].join('\n')

/** What `renet repo ARGS` answers there. @throws {RefusedError} with its own words, where it fails */
export async function askRenet(
  connection: Connection,
  machine: Machine,
  args: readonly string[],
  input?: RunOptions['input'],
): Promise<string> {
  const outcome = await connection.run(renetScript(args), { root: true, ...(input !== undefined && { input }) })
  await expectRenet(connection, outcome, machine)
  if (outcome.status !== 0) throw new RefusedError(outcome.stderr.trim().replace(/^renet: /gm, ''))
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
