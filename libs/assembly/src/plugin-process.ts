import { frozen, plain } from '@route-server/kernel'
import { readFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { bridge } from './bridge.ts'
import { frame, framesFrom } from './frames.ts'
import type { Beginning, BridgeData, Failed, Loaded, Question, SerializedAnswer, Told } from './process-messages.ts'
import { runPlugin } from './run-plugin.ts'

/** An answer, and how many bytes it came in. */
interface Received extends SerializedAnswer {
  readonly bytes: number
}

export interface Answer extends Omit<Received, 'fragment'> {
  readonly fragment?: unknown
}

/** A plugin that runs in a process of its own, so that it can be ended whatever it does. */
export interface PluginProcess {
  ask(question: Question): void
  /** Lets nothing else happen until the answer is there, or so many milliseconds are over, or there can't be one. */
  await(id: number, milliseconds: number): Answer | undefined
  /** Bytes that it has in memory; `undefined` where that can't be told. */
  memory(): number | undefined
  /** Ends it, and whatever it started. Resolves when it has ended. */
  close(): Promise<void>
}

export interface ProcessEvents {
  readonly answered: (answer: Answer) => void
  /** It ended by itself; the words complete the sentence "it …". */
  readonly ended: (why: string) => void
}

/** Of a fragment, as it comes from the process: as many as all labels of a container may have. Its five hundred routers have less. */
const MOST_BYTES = 2 ** 19
/** Of an answer, with the problems that it reports. */
const MOST_BYTES_SAID = 2 ** 24
/** What the objects of a plugin and of its libraries may take. */
const HEAP_MB = 512
/** What all of it may take: Node, its threads, buffers and WebAssembly, too. */
const DATA_MB = 1_024

/**
 * The system keeps it from taking more, and takes it before anybody else where memory runs out; what is left of it is of no use to anybody. A machine
 * that knows one of these not does without.
 */
const LIMITS = `ulimit -c 0; ulimit -d ${DATA_MB * 1_024}; echo 1000 > /proc/self/oom_score_adj; exec "$0" "$@"`

/** `name`: for whoever looks at the machine's processes. */
const commandOf = (name: string): readonly string[] => [
  '/bin/sh',
  '-c',
  LIMITS,
  process.execPath,
  `--max-old-space-size=${HEAP_MB}`,
  '-',
  `route-server-plugin ${name}`,
]

/** What the process runs: nothing of ours has to be found on the disk for it. */
function sourceOf(beginning: Beginning): string {
  const given = [
    `plain: ${plain.toString()}`,
    `frozen: ${frozen.toString()}`,
    `frame: ${frame.toString()}`,
    `framesFrom: ${framesFrom.toString()}`,
    'load: (url) => import(url)',
    `beginning: '${serialize(beginning).toString('base64')}'`,
  ]
  return `(${runPlugin.toString()})({ ${given.join(', ')} })`
}

function read({ fragment, ...answer }: Received): Answer {
  if (fragment === undefined) return answer
  try {
    return { ...answer, fragment: deserialize(fragment) as unknown }
  } catch (cause) {
    return { ...answer, threw: `its fragment can't be read: ${cause instanceof Error ? cause.message : ''}` }
  }
}

const ABORTED = `took more than ${HEAP_MB} MiB of memory, or aborted`

const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: ABORTED,
  SIGTRAP: ABORTED,
  SIGKILL: 'was killed, for want of memory perhaps',
}

/** How it ended, as the words that complete the sentence "it …". */
function whyEnded(ended: Extract<Told, { readonly ended: unknown }>['ended']): string {
  if (typeof ended === 'object') return `couldn't be started: ${ended.unstarted}`
  if (typeof ended === 'number') return `ended its own process, with exit code ${ended}`
  return `${SIGNALS[ended] ?? 'crashed'} (${ended})`
}

type Said = Loaded | Received | Failed | { readonly ended: string }

function saidBy(message: Uint8Array): Said {
  try {
    const said: unknown = deserialize(message)
    if (typeof said === 'object' && said !== null) return { ...said, bytes: message.length } as Said
  } catch {
    // Below.
  }
  return { failed: 'what it said is no answer' }
}

/** What a process has in memory, in bytes, as Linux tells it. */
function residentOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
  } catch {
    return undefined
  }
}

export interface ProcessOptions {
  readonly url: string
  /** As the configuration has them. */
  readonly options: unknown
  /** How long it may take until it is ready; milliseconds. */
  readonly loading: number
  /** For whoever looks at the machine's processes. */
  readonly name: string
}

/** Starts a process, and loads the plugin in it. Rejects where the process ends before it says how that went, or says nothing in time. */
export function openProcess(
  { url, options, loading, name }: ProcessOptions,
  { answered, ended }: ProcessEvents,
): Promise<{ readonly process: PluginProcess; readonly loaded: Loaded }> {
  const { port1: port, port2 } = new MessageChannel()
  const count = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(`void (${bridge.toString()})(${framesFrom.toString()})`, {
    eval: true,
    env: {},
    execArgv: [],
    workerData: {
      command: commandOf(name),
      source: sourceOf({ url, options, most: MOST_BYTES }),
      port: port2,
      count,
      most: MOST_BYTES_SAID,
    } satisfies BridgeData,
    transferList: [port2],
  })
  worker.unref()
  const hasEnded = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let pid: number | undefined
  let isOver = false

  /** What it said, unless only we had to know. */
  function heard(told: Told): Said | undefined {
    if (told instanceof Uint8Array) return saidBy(told)
    if ('ended' in told) return { ended: whyEnded(told.ended) }
    pid = told.pid
    return undefined
  }

  const opened: PluginProcess = {
    ask: (question) => port.postMessage(frame(serialize(question))),
    await(id, milliseconds) {
      const end = performance.now() + milliseconds
      for (;;) {
        const seen = Atomics.load(count, 0)
        for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
          const said = heard(received.message as Told)
          if (said && 'id' in said && said.id === id) return read(said)
          const why = said && whyFailed(said)
          if (why === undefined) continue
          // Whoever asks isn't told while he is asking.
          queueMicrotask(() => failed(why))
          return undefined
        }
        if (Atomics.wait(count, 0, seen, Math.max(0, end - performance.now())) === 'timed-out') return undefined
      }
    },
    memory: () => (pid === undefined || isOver ? undefined : residentOf(pid)),
    async close() {
      isOver = true
      worker.ref()
      port.postMessage(undefined)
      await hasEnded
      port.close()
    },
  }

  const whyFailed = (said: Said): string | undefined =>
    'ended' in said ? said.ended : 'failed' in said ? `failed outside of any call: ${said.failed}` : undefined

  let isLoaded = false
  let settle: { resolve: (loaded: Loaded) => void; reject: (error: Error) => void }
  const loaded = new Promise<Loaded>((resolve, reject) => (settle = { resolve, reject }))
  function failed(why: string): void {
    if (isOver) return
    void opened.close()
    clearTimeout(timer)
    if (isLoaded) ended(why)
    else settle.reject(new Error(`it ${why}`))
  }
  const timer = setTimeout(() => failed(`wasn't ready within ${loading / 1000} s`), loading)
  worker.on('error', (cause) => failed(`couldn't be asked: ${cause.message}`))
  port.on('message', (told: Told) => {
    const said = heard(told)
    if (!said) return
    const why = whyFailed(said)
    if (why !== undefined) failed(why)
    else if (isLoaded) answered(read(said as Received))
    else {
      isLoaded = true
      clearTimeout(timer)
      port.unref()
      settle.resolve(said as Loaded)
    }
  })
  return loaded.then((loaded) => ({ process: opened, loaded }))
}
