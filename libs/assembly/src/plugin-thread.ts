import { frozen, plain } from '@route-server/kernel'
import { deserialize } from 'node:v8'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { runPlugin } from './run-plugin.ts'
import type { Loaded, Question, SerializedAnswer, ThreadData } from './thread-messages.ts'

export interface Answer extends Omit<SerializedAnswer, 'fragment'> {
  readonly fragment?: unknown
}

/** A plugin that runs in a thread of its own, so that it can be ended whatever it does. */
export interface PluginThread {
  ask(question: Question): void
  /** Lets nothing else happen until the answer is there, or so many milliseconds are over. */
  await(id: number, milliseconds: number): Answer | undefined
  /** Ends it. Resolves when it has ended, which code outside of JavaScript may put off for ever. */
  close(): Promise<void>
}

export interface ThreadEvents {
  readonly answered: (answer: Answer) => void
  /** It ended by itself; the words complete the sentence "it …". */
  readonly ended: (why: string) => void
}

/** Of a fragment, as it comes from the thread. A container's five hundred routers have less. */
const MOST_BYTES = 2 ** 20
/** What a plugin and its libraries may hold. One that asks for more than that at a stroke ends the process: the deadline has to come first. */
const HEAP_MB = 512

/** What the thread runs: nothing of ours has to be found on the disk for it. */
const source = (): string => `void (${runPlugin.toString()})(${plain.toString()}, ${frozen.toString()})`

function read({ fragment, ...answer }: SerializedAnswer): Answer {
  if (fragment === undefined) return answer
  try {
    return { ...answer, fragment: deserialize(fragment) as unknown }
  } catch (cause) {
    return { ...answer, threw: `its fragment can't be read: ${cause instanceof Error ? cause.message : ''}` }
  }
}

/** Anything can be thrown, and what it is comes as a copy. */
const whyEnded = (thrown: unknown): string => {
  const { code, message } = (thrown ?? {}) as Partial<NodeJS.ErrnoException>
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `took more than ${HEAP_MB} MiB of memory`
    : `failed outside of any call: ${message ?? String(thrown)}`
}

/** Starts a thread, and loads the plugin in it. Rejects where the thread ends before it says how that went, or says nothing in time. */
export function openThread(
  { url, options, loading }: { readonly url: string; readonly options: unknown; readonly loading: number },
  { answered, ended }: ThreadEvents,
): Promise<{ readonly thread: PluginThread; readonly loaded: Loaded }> {
  const { port1: port, port2 } = new MessageChannel()
  const count = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(source(), {
    eval: true,
    workerData: { url, options, port: port2, count, most: MOST_BYTES } satisfies ThreadData,
    transferList: [port2],
    // It may know nothing of the machine, and what it prints would be read as ours.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  })
  worker.stdout.resume()
  worker.stderr.resume()
  worker.unref()
  let isClosed = false

  const thread: PluginThread = {
    ask: (question) => port.postMessage(question),
    await(id, milliseconds) {
      const end = performance.now() + milliseconds
      for (;;) {
        const seen = Atomics.load(count, 0)
        for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
          const answer = received.message as SerializedAnswer
          if (answer.id === id) return read(answer)
        }
        if (Atomics.wait(count, 0, seen, Math.max(0, end - performance.now())) === 'timed-out') return undefined
      }
    },
    async close() {
      isClosed = true
      port.close()
      await worker.terminate()
    },
  }

  return new Promise((resolve, reject) => {
    let isLoaded = false
    const failed = (why: string): void => {
      if (isClosed) return
      void thread.close()
      clearTimeout(timer)
      if (isLoaded) ended(why)
      else reject(new Error(`it ${why}`))
    }
    const timer = setTimeout(() => failed(`wasn't ready within ${loading / 1000} s`), loading)
    worker.on('error', (thrown: unknown) => failed(whyEnded(thrown)))
    worker.on('exit', (code) => failed(`ended its own thread, with exit code ${code}`))
    port.on('message', (message: Loaded | SerializedAnswer) => {
      if (isLoaded) {
        answered(read(message as SerializedAnswer))
        return
      }
      isLoaded = true
      clearTimeout(timer)
      port.unref()
      resolve({ thread, loaded: message as Loaded })
    })
  })
}
