import { get } from 'node:http'
import { text } from 'node:stream/consumers'

/** How long a daemon may take for an answer; milliseconds. */
const DEADLINE = 10_000

/** Asks the daemon on a socket. @throws where it doesn't answer, or says no */
export function dockerGet<T>(socketPath: string, path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(DEADLINE)
    const question = get({ socketPath, path, agent: false, signal }, (response) => {
      text(response).then((answer) => {
        if (response.statusCode === 200) resolve(JSON.parse(answer) as T)
        else reject(new Error(`${path} on ${socketPath}: ${response.statusCode ?? 0} ${answer.trim()}`))
      }, reject)
    })
    question.once('error', reject)
  })
}

/** The part of `GET /containers/json` that we read. */
export interface ListedContainer {
  readonly Id: string
  readonly Names: readonly string[]
  readonly State: string
  readonly Status: string
  readonly Labels: Readonly<Record<string, string>>
}

export const nameOf = ({ Names: [name = ''] }: ListedContainer): string => name.replace(/^\//, '')
