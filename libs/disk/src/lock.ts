import { randomBytes } from 'node:crypto'
import { link, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './error-code.ts'
import { isAlive, lifetimeOf } from './lifetime.ts'

export interface LockOptions {
  /** How long to wait for others; milliseconds. */
  readonly patience?: number
  /** Called once, before we wait for somebody. */
  readonly onWait?: () => Promise<void> | void
}

const PATIENCE = 30_000
/** What is older than this and was never finished was left by a process that died; milliseconds. */
const ABANDONED = 60_000

/** The file is in use by somebody for longer than we wait; the message says by whom, for people. */
export class LockError extends Error {
  override readonly name = 'LockError'
}

/**
 * Does the work while no other process does work under the same path, and waits for them before. The path's folder has to exist; small
 * files beside the path tell who is at work. A process that was killed there keeps nobody waiting.
 *
 * Each turn has a file with a number of its own, one above the last; whoever makes it has the turn. A number is never used again: the last
 * file stays, and only the next turn's owner removes those before. So two who find a dead process's turn can't both take it over, which is
 * what breaking one common lock file can't promise.
 *
 * @throws {LockError} where the patience ends first
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const turn = await takeTurn(path, performance.now() + (options.patience ?? PATIENCE), options.onWait)
  try {
    return await work()
  } finally {
    await truncate(turn).catch(() => undefined)
  }
}

async function takeTurn(path: string, deadline: number, onWait: LockOptions['onWait']): Promise<string> {
  let isWaiting = false
  for (;;) {
    const last = await lastTurn(path)
    const owner = last === 0 ? undefined : await ownerOf(fileOf(path, last))
    if (owner === undefined) {
      const taken = await tryTurn(path, last + 1)
      if (taken !== undefined) return taken
    } else if (performance.now() > deadline) throw stuck(path, last, owner)
    else if (!isWaiting) {
      isWaiting = true
      await onWait?.()
    }
    await sleep(5 + 20 * Math.random())
  }
}

/** The turn's file, if we are its owner and nobody went past us meanwhile. */
async function tryTurn(path: string, number: number): Promise<string | undefined> {
  const mine = fileOf(path, number)
  const draft = join(dirname(path), `${prefixOf(path)}${randomBytes(6).toString('hex')}.new`)
  await writeFile(draft, `${hostname()}\n${process.pid}\n${lifetimeOf(process.pid) ?? ''}\n`, {
    flag: 'wx',
    mode: 0o600,
  })
  try {
    // The file appears with its owner in it, or not at all.
    await link(draft, mine)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return undefined
    throw error
  } finally {
    await rm(draft, { force: true })
  }
  if ((await lastTurn(path)) === number) {
    await tidy(path, number)
    return mine
  }
  await rm(mine, { force: true })
  return undefined
}

const prefixOf = (path: string): string => `.${basename(path)}.lock-`
const fileOf = (path: string, number: number): string => join(dirname(path), `${prefixOf(path)}${number}`)

async function namesOf(path: string): Promise<readonly string[]> {
  const prefix = prefixOf(path)
  return (await readdir(dirname(path)))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
}

/** 0 where there was none yet. */
async function lastTurn(path: string): Promise<number> {
  return Math.max(0, ...(await namesOf(path)).filter((name) => /^\d+$/.test(name)).map(Number))
}

async function tidy(path: string, current: number): Promise<void> {
  for (const name of await namesOf(path)) {
    const file = join(dirname(path), prefixOf(path) + name)
    if (/^\d+$/.test(name) ? Number(name) < current : await isAbandoned(file)) await rm(file, { force: true })
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined)
  return stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED
}

/** Who is at work, for people; nothing where the turn is over. */
async function ownerOf(file: string): Promise<string | undefined> {
  const [host = '', pid = '', lifetime = ''] = (await readFile(file, 'utf8').catch(ignoreGone)).split('\n')
  if (pid === '') return undefined
  if (host !== hostname()) return `process ${pid} on ${host}`
  return isAlive(Number(pid), lifetime) ? `process ${pid}` : undefined
}

function ignoreGone(error: unknown): string {
  if (codeOf(error) === 'ENOENT') return ''
  throw error
}

function stuck(path: string, number: number, owner: string): LockError {
  return new LockError(
    `${path} is in use by ${owner}, which doesn't come to an end. Try again when it has; if it is gone for sure, remove ${fileOf(path, number)}.`,
  )
}
