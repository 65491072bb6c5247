import { randomBytes } from 'node:crypto'
import { chmod, readdir, readlink, rename, symlink, unlink } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '@route-server/disk'
import { reasonOf } from './reasons.ts'
import { StateError } from './state-error.ts'

/** Where commands reach the server that holds the directory: a link to its socket. */
export const CONTROL_SOCKET = 'control.sock'

const LONGEST_NAME = 'control-4194304-ffffff.sock'
/** Of a socket's path, in bytes; Linux takes no longer one. */
const LONGEST_PATH = 107
/** How long others that are starting too may take; milliseconds. */
const PATIENCE = 10_000

/**
 * Makes this process the only one that uses a state directory, for as long as `control`, which must not listen yet, listens on a
 * private socket in it. Throws a {@link StateError} if there is another. Returns what ends it; the connections that are open then stay.
 *
 * Each process first shows a socket with a name of its own, then looks for others; it holds the directory once it sees no other that
 * is alive. Of any two the one that came second sees the first, so both can't. A name is never used again, so removing a dead one
 * can't hit a living one: what replacing or breaking one common lock file can't promise.
 */
export async function holdDirectory(path: string, control: Server, patience = PATIENCE): Promise<() => Promise<void>> {
  checkLength(path)
  try {
    return await compete(path, control, performance.now() + patience)
  } catch (cause) {
    await stopListening(control)
    if (cause instanceof StateError) throw cause
    const { why, cure } = reasonOf(cause)
    throw new StateError(`The socket ${CONTROL_SOCKET} can't be made in the state directory ${path}: ${why}. ${cure}`, {
      cause,
    })
  }
}

async function compete(path: string, control: Server, deadline: number): Promise<() => Promise<void>> {
  for (;;) {
    // Looks before it shows itself, so that those who stepped back don't keep the first by name waiting.
    if ((await rivals(path, '', deadline)).length === 0) {
      const name = await show(path, control)
      try {
        if (name !== undefined && (await outlasts(path, name, deadline))) return await take(path, control, name)
        await withdraw(path, name)
      } catch (error) {
        await withdraw(path, name)
        throw error
      }
      await stopListening(control)
    }
    await sleep(10 + 40 * Math.random())
  }
}

/** Waits until it is alone; not if one comes before it by name. */
async function outlasts(path: string, name: string, deadline: number): Promise<boolean> {
  for (;;) {
    const others = await rivals(path, name, deadline)
    if (others.length === 0) return true
    if (others.some((other) => other < name)) return false
    await sleep(10)
  }
}

async function withdraw(path: string, name: string | undefined): Promise<void> {
  if (name === undefined) return
  await remove(join(path, name))
  await remove(join(path, hiddenName(name)))
}

/** The other processes that want the directory, by their sockets' names. Throws if one has it, or after the deadline. */
async function rivals(path: string, own: string, deadline: number): Promise<readonly string[]> {
  const others = await livingOthers(path, own)
  const holder = await holderOf(path)
  if (holder !== undefined && others.includes(holder)) throw heldBy(path, holder)
  if (others[0] !== undefined && performance.now() > deadline) throw stuck(path, others[0])
  return others
}

const hiddenName = (name: string): string => name.replace(/sock$/, 'new')

/** Listens, and shows it to others under a new name. Nothing, if a holder took it for a dead one meanwhile. */
async function show(path: string, control: Server): Promise<string | undefined> {
  const name = `control-${process.pid}-${randomBytes(3).toString('hex')}.sock`
  // Between making a socket and listening on it it looks dead, so it isn't shown yet.
  const hidden = join(path, hiddenName(name))
  await new Promise<void>((listening, failed) => {
    control.once('error', failed)
    control.listen(hidden, () => {
      control.off('error', failed)
      listening()
    })
  })
  try {
    await chmod(hidden, 0o600)
    await rename(hidden, join(path, name))
    return name
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function take(path: string, control: Server, name: string): Promise<() => Promise<void>> {
  await removeHidden(path)
  const link = join(path, CONTROL_SOCKET)
  const temporary = join(path, hiddenName(name))
  await symlink(name, temporary)
  await rename(temporary, link)
  return async () => {
    // First the link, then the name: nobody else can hold the directory, and make the link his, before that.
    if ((await holderOf(path)) === name) await remove(link)
    await remove(join(path, name))
    await stopListening(control)
  }
}

/** Names of the other sockets that somebody listens on. Removes the others. */
async function livingOthers(path: string, own: string): Promise<readonly string[]> {
  const names = (await readdir(path)).filter((name) => /^control-\d+-[0-9a-f]{6}\.sock$/.test(name) && name !== own)
  return keepLiving(path, names)
}

async function removeHidden(path: string): Promise<void> {
  const names = (await readdir(path)).filter((name) => /^control-\d+-[0-9a-f]{6}\.new$/.test(name))
  await keepLiving(path, names)
}

async function keepLiving(path: string, names: readonly string[]): Promise<readonly string[]> {
  const alive = await Promise.all(names.map((name) => isAlive(join(path, name))))
  await Promise.all(names.filter((_, index) => !alive[index]).map((name) => remove(join(path, name))))
  return names.filter((_, index) => alive[index])
}

/** Whether a process listens on it, even one that is stopped or too busy to answer. Fails if this user isn't allowed to know. */
function isAlive(socket: string): Promise<boolean> {
  return new Promise((answer, failed) => {
    const connection = connect(socket)
    connection.once('connect', () => {
      connection.destroy()
      answer(true)
    })
    connection.once('error', (error) => {
      const code = codeOf(error)
      if (code === 'EACCES') failed(error)
      else answer(code !== 'ECONNREFUSED' && code !== 'ENOENT')
    })
  })
}

/** The name of the socket that the directory's link leads to, alive or not. */
async function holderOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(join(path, CONTROL_SOCKET))
  } catch {
    return undefined
  }
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

/** Its listening ends at once; connections that are open may go on. */
async function stopListening(control: Server): Promise<void> {
  if (!control.listening) return
  const closed = new Promise<void>((done) => control.close(() => done()))
  await Promise.race([closed, sleep(0)])
}

const processOf = (socket: string): string => /\d+/.exec(socket)?.[0] ?? ''

function heldBy(path: string, holder: string): StateError {
  return new StateError(
    `The state directory ${path} is held by another route server (process ${processOf(holder)}). ` +
      'Stop that one first, or choose another directory with --state-dir.',
  )
}

function stuck(path: string, rival: string): StateError {
  return new StateError(
    `Another route server (process ${processOf(rival)}) is starting in the state directory ${path} and gets no further. ` +
      'Stop that one first, or choose another directory with --state-dir.',
  )
}

function checkLength(path: string): void {
  const most = LONGEST_PATH - LONGEST_NAME.length - 1
  if (Buffer.byteLength(path) > most)
    throw new StateError(
      `The path of the state directory ${path} is too long for a socket in it: ${Buffer.byteLength(path)} bytes, at most ${most}. ` +
        'Choose a shorter one with --state-dir.',
    )
}
