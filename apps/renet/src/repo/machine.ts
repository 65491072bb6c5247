import { NETWORKS } from '@route-server/installation'
import { runProgram } from '@route-server/compose'
import {
  daemonOf,
  inTurn,
  openStore,
  runCommand,
  storeFolder,
  volumeOf,
  type Daemon,
  type Repository,
  type Store,
  type Volume,
} from '@route-server/store'
import type { NetworkId } from '@route-server/plugin-api'
import { lstatSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { socketFolder } from '../here.ts'
import { progress } from '../terminal/print.ts'
import { RenetError } from '../renet-error.ts'

/** Flags of everything that works on a repository. */
export interface WhoFlags {
  /** Who asked for it, for those who wait. */
  readonly for?: string
}

const networksFolder = (): string => process.env['REDIACC_NETWORKS'] || NETWORKS

export const store = (): Store => openStore(storeFolder(process.env), networksFolder())

/** Whether somebody has the network already, who isn't among the repositories. */
export const isTaken = (id: NetworkId): boolean =>
  [join(socketFolder(), `docker-${id}.sock`), join(networksFolder(), String(id))].some(
    // A link that leads nowhere, too.
    (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  )

/** A repository of this machine, with what it consists of. */
export interface OwnRepository extends Repository {
  readonly daemon: Daemon
  readonly disk: Volume
}

export const own = (repository: Repository): OwnRepository => ({
  ...repository,
  daemon: daemonOf(repository, { sockets: socketFolder(), networks: networksFolder() }, runCommand),
  disk: volumeOf(repository, runCommand),
})

/** A repository that can be used. @throws where there is none of that name, or not yet */
export async function find(name: string): Promise<OwnRepository> {
  const repository = own(await store().find(name))
  if (!repository.isWhole)
    throw new RenetError(
      `${name} isn't there yet: it is being made, or its making was cut off. Make it again, as before, or remove it: rdc repo remove ${name}`,
    )
  return repository
}

/** The repository of a name, where it has been made. */
export const findWhole = async (name: string): Promise<Repository | undefined> =>
  (await store().list()).find((one) => one.name === name && one.isWhole)

/** Does the work when it is the turn of this name. */
export const whenItsTurn = <T>(name: string, what: string, flags: WhoFlags, work: () => Promise<T>): Promise<T> =>
  inTurn(
    store().folder,
    name,
    { what, who: flags.for ?? userInfo().username, tell: (text) => progress(`${name}: ${text}`) },
    work,
  )

/** Does the work when it is this repository's turn. */
export async function withRepository<T>(
  name: string,
  what: string,
  flags: WhoFlags,
  work: (repository: OwnRepository) => Promise<T>,
): Promise<T> {
  await store().find(name)
  // It may be gone when it is our turn.
  return whenItsTurn(name, what, flags, async () => work(await find(name)))
}

/** @throws {RenetError} where its volume is closed */
export function expectOpen({ name, disk }: OwnRepository): void {
  if (!disk.isOpen())
    throw new RenetError(`${name} is encrypted, and closed. Open it with: rdc repo up ${name} --mount`)
}

/** What runs for a repository is told which one. */
export const variablesOf = ({ name, networkId }: Repository): Readonly<Record<string, string>> => ({
  REDIACC_NETWORK_ID: String(networkId),
  REDIACC_REPO: name,
})

/** Runs another command of this very program in the repository's folder, and resolves to its exit status. */
export async function renetIn(
  repository: Repository,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const exit = await runProgram({
    executable: process.execPath,
    args: [process.argv[1] ?? '', ...args],
    env: { ...process.env, ...variablesOf(repository), ...env },
    cwd: repository.files,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return 'status' in exit ? exit.status : 130
}

export interface AttachedFlags {
  /** Whether it ends with whoever called: when standard input ends. */
  readonly attached?: boolean
}

/** Flags of what runs a Rediaccfile's functions. */
export interface FunctionFlags extends WhoFlags, AttachedFlags {
  readonly timeout?: string
}

export const limitOf = ({ timeout }: FunctionFlags): readonly string[] =>
  timeout === undefined ? [] : ['--timeout', timeout]

/** Does the work when it is this repository's turn, and ends as it did: with the exit status that it resolves to. */
export async function endAfter(
  name: string,
  what: string,
  flags: FunctionFlags,
  work: (repository: OwnRepository) => Promise<number>,
): Promise<void> {
  process.exitCode = await attachedTo(flags, () => withRepository(name, what, flags, work))
}

/** Does the work, and ends with whoever called, where told to. */
export async function attachedTo<T>({ attached }: AttachedFlags, work: () => Promise<T>): Promise<T> {
  const release = attached === true ? endWithCaller() : () => undefined
  try {
    return await work()
  } finally {
    release()
  }
}

/** Ends as on Ctrl-C when whoever called is gone: standard input ends. */
function endWithCaller(): () => void {
  const onEnd = (): void => {
    process.kill(process.pid, 'SIGTERM')
  }
  process.stdin.resume().once('end', onEnd)
  return () => {
    process.stdin.off('end', onEnd)
    process.stdin.destroy()
  }
}
