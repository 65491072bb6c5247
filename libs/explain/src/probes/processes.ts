import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Listener } from '../observed.ts'
import { listenersOf } from './sockets.ts'

interface Top {
  readonly Titles: readonly string[]
  readonly Processes: readonly (readonly string[])[]
}

/** Its processes, as this machine numbers them. @throws where the daemon doesn't say */
function pidsOf(id: string, socketPath: string, signal: AbortSignal): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path: `/containers/${id}/top`, agent: false, signal }, (response) => {
      text(response).then((body) => {
        if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode ?? 0}`))
        const { Titles, Processes } = JSON.parse(body) as Top
        const column = Titles.indexOf('PID')
        resolve(Processes.map((row) => Number(row[column])).filter((pid) => pid > 0))
      }, reject)
    }).once('error', reject)
  })
}

/** What a container's own processes listen on; nothing known where this user may not see their sockets. */
export async function listenersOfContainer(
  { id, daemon }: { readonly id: string; readonly daemon: string },
  signal: AbortSignal,
): Promise<readonly Listener[] | undefined> {
  // Other users' sockets are shown to root alone.
  if (process.getuid?.() !== 0) return undefined
  return listenersOf(await pidsOf(id, daemon, signal))
}
