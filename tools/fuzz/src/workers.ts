import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { together } from './campaign.ts'
import type { Report, Share } from './campaign.ts'

type Message = { readonly done: number } | { readonly report: Report }

/** The cases on every core: `program` is this program, which as a worker runs the share that it is given. */
export async function runOnAllCores(share: Share, program: URL, say: (done: number) => void): Promise<Report> {
  const count = Math.min(availableParallelism(), Math.max(1, share.count))
  const done = Array<number>(count).fill(0)
  const part = Math.ceil(share.count / count)
  const runOne = (worker: number): Promise<Report> =>
    new Promise((resolve, reject) => {
      const first = share.first + worker * part
      const mine: Share = { ...share, first, count: Math.max(0, Math.min(part, share.first + share.count - first)) }
      const thread = new Worker(program, { workerData: mine })
      thread.on('message', (message: Message) => {
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
  return together(await Promise.all(done.map((_, worker) => runOne(worker))))
}
