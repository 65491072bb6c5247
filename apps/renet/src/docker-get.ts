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

/** The containers of a compose project by their services, those that have ended too, without one-offs. */
export async function containersOfProject(
  project: string,
  socketPath: string,
): Promise<ReadonlyMap<string, ListedContainer>> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }))
  const listed = await dockerGet<readonly ListedContainer[]>(socketPath, `/containers/json?all=1&filters=${filters}`)
  return new Map(
    listed
      .filter(({ Labels }) => Labels['com.docker.compose.oneoff'] !== 'True')
      .map((container) => [container.Labels['com.docker.compose.service'] ?? '', container]),
  )
}

export const isUp = (container: ListedContainer | undefined): boolean => container?.State === 'running'
