import type { Duplex } from 'node:stream'
import type { framesFrom as FramesFrom } from './frames.ts'
import type { BridgeData, Told } from './process-messages.ts'

/**
 * All that happens in the thread between: it starts the plugin's process, ends it, and passes on what is asked and answered. Whoever asked stands still
 * until it wakes him. Its text is what the thread runs, so it may use nothing from around it but what it is given.
 */
export async function bridge(framesFrom: typeof FramesFrom): Promise<void> {
  const { spawn } = await import('node:child_process')
  const threads = await import('node:worker_threads')
  const { command, source, port, count, most } = threads.workerData as BridgeData
  const [program = '', ...args] = command
  /** With a group of its own, so that what it starts can be ended with it. The last pipe tells it that nobody is there any more. */
  const child = spawn(program, args, {
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [script, , , , life] = child.stdio
  const channel = child.stdio[3] as Duplex

  const tell = (told: Told): void => {
    port.postMessage(told, told instanceof Uint8Array ? [told.buffer as ArrayBuffer] : [])
    Atomics.add(count, 0, 1)
    Atomics.notify(count, 0)
  }
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Nobody is left.
    }
  }
  const over = (ended: Extract<Told, { readonly ended: unknown }>['ended']): void => {
    tell({ ended })
    port.close()
  }

  // Of a process that ends, the last words count.
  for (const pipe of [script, channel, life]) pipe?.on('error', () => undefined)
  life?.on('data', () => undefined)
  channel.on(
    'data',
    framesFrom(
      most,
      (message) => tell(new Uint8Array(message)),
      () => kill(),
    ),
  )
  child.on('error', ({ message }) => over({ unstarted: message }))
  child.on('exit', kill)
  child.on('close', (code, signal) => over(signal ?? code ?? 0))
  port.on('message', (question: Uint8Array | undefined) => (question ? channel.write(question) : kill()))
  if (child.pid !== undefined) tell({ pid: child.pid })
  script?.end(source)
}
