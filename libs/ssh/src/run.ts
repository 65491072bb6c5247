import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Reach } from '@route-server/machine'
import type { Connection, Outcome, RunOptions } from './connection.ts'
import { connectionLost, shellFailed, sudoFailed } from './failures.ts'
import { afterMarker, answerIn, remoteCommand, speak } from './remote-shell.ts'

interface Place {
  readonly reach: Reach
  readonly configFile: string | undefined
}

/** Nobody reads any more. */
const ENDED = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'])
/** Status of ssh itself when the connection fails. */
const SSH_FAILED = 255
/** Between the end of a script and that of the master process, where the connection is lost; milliseconds. */
const LAST_WORDS = 500

/** A connection whose master process is there. */
export function runOver(place: Place, socket: string, master: ChildProcess, cleanUp: () => Promise<void>): Connection {
  const isAlive = (): boolean => master.exitCode === null && master.signalCode === null

  /** A script may end with ssh's own status. Of a connection that is lost, the master process ends, too. */
  const livesOn = async (): Promise<boolean> => {
    if (isAlive()) await Promise.race([once(master, 'close'), sleep(LAST_WORDS)])
    return isAlive()
  }

  async function run(script: string, { root = false, input, output, told, signal }: RunOptions = {}): Promise<Outcome> {
    const { text, marker } = speak(script)
    const args = [
      '-S',
      socket,
      '-o',
      'ControlMaster=no',
      '-o',
      'BatchMode=yes',
      // Where the master is gone, ssh would connect anew by itself.
      '-o',
      'ProxyCommand=false',
      '-T',
      '--',
      place.reach.host,
      remoteCommand(root),
    ]
    // In a group of its own: what a terminal's Ctrl-C means is said by the signal alone.
    const child = spawn('ssh', args, { stdio: 'pipe', detached: true, ...(signal && { signal }) })
    const said = { stdout: '', stderr: '' }
    child.stderr.setEncoding('utf8').on('data', (some: string) => (said.stderr += some))
    if (told) createInterface({ input: child.stderr.pipe(afterMarker(marker)) }).on('line', told)
    const gate = afterMarker(marker)
    if (output) child.stdout.pipe(gate).pipe(output, { end: false })
    else child.stdout.setEncoding('utf8').on('data', (some: string) => (said.stdout += some))

    const sending = pipeline(async function* () {
      yield Buffer.from(text)
      if (input === undefined) return
      if (typeof input === 'string' || input instanceof Uint8Array) yield Buffer.from(input)
      else yield* input as AsyncIterable<Buffer>
    }, child.stdin).then(
      () => undefined,
      (error: unknown) => error as NodeJS.ErrnoException,
    )
    const [status] = (await once(child, 'close')) as [number | null]
    // Nobody reads any more; what doesn't end by itself would be waited for.
    if (input instanceof Readable) input.destroy()
    const unsent = await sending
    const stdout = output ? (gate.found() ? '' : undefined) : answerIn(said.stdout, marker)
    const stderr = answerIn(said.stderr, marker)
    signal?.throwIfAborted()
    if (stdout === undefined || stderr === undefined)
      // What sudo says may be a warning before the connection was lost.
      throw (
        (root && status !== SSH_FAILED && status !== null ? sudoFailed(place, said.stderr) : undefined) ??
        failureOf(status, said.stderr)
      )
    if (status === null || (status === SSH_FAILED && !(await livesOn())))
      throw connectionLost(place, isAlive() ? stderr : '')
    // The script may end without having read everything. An input that fails by itself is another matter.
    if (unsent && !ENDED.has(unsent.code ?? '')) throw unsent
    return { status, stdout, stderr }
  }

  const failureOf = (status: number | null, said: string): Error =>
    status === SSH_FAILED || !isAlive() ? connectionLost(place, said) : shellFailed(place, said)

  return {
    run,
    async close() {
      if (isAlive()) {
        const closed = once(master, 'close')
        master.stdin?.end()
        const impatience = setTimeout(() => master.kill('SIGTERM'), 2_000)
        await closed
        clearTimeout(impatience)
      }
      await cleanUp()
    },
  }
}
