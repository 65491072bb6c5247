import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Share } from './campaign.ts'

/** What a worker is to do with its share. */
export interface Task {
  readonly share: Share
  readonly kind: 'cases' | 'slips'
}

type Message<R> = { readonly done: number } | { readonly report: R }

/** The cases on every core: `program` is this program, which as a worker does its task. */
export async function runOnAllCores<R>(
  { share, kind }: Task,
  program: URL,
  say: (done: number) => void,
): Promise<readonly R[]> {
  const count = Math.min(availableParallelism(), Math.max(1, share.count))
  const done = Array<number>(count).fill(0)
  const part = Math.ceil(share.count / count)
  const runOne = (worker: number): Promise<R> =>
    new Promise((resolve, reject) => {
      const first = share.first + worker * part
      const mine: Share = { ...share, first, count: Math.max(0, Math.min(part, share.first + share.count - first)) }
      const thread = new Worker(program, { workerData: { share: mine, kind } satisfies Task })
      thread.on('message', (message: Message<R>) => {
        if ('report' in message) {
          resolve(message.report)
          return
        }
        done[worker] = message.done
        say(done.reduce((sum, some) => sum + some, 0))
      })
      thread.once('error', reject)
      thread.once('exit', (code) => {
        reject(new Error(`a worker ended with ${code} and no report`))
      })
    })
  return Promise.all(done.map((_, worker) => runOne(worker)))
}
