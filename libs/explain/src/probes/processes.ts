import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Listener } from '../observed.ts'
import { listenersOf } from './sockets.ts'

interface Top {
  readonly Titles: readonly string[]
  readonly Processes: readonly (readonly string[])[]
}

/** What is told of a container may be anybody's word, and is asked for with root's rights. */
const ID = /^[\da-f]{12,64}$/
/** Where the daemons of this machine have their sockets; `/var/run` is `/run`. */
const DAEMON = /^(?:\/var)?\/run\/rediacc\/docker-[1-9]\d*\.sock$/

/** Its processes, as this machine numbers them. @throws where the daemon doesn't say */
function pidsOf(id: string, socketPath: string, signal: AbortSignal): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path: `/containers/${encodeURIComponent(id)}/top`, agent: false, signal }, (response) => {
      text(response).then((body) => {
        if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode ?? 0}`))
        const { Titles, Processes } = JSON.parse(body) as Top
        const column = Titles.indexOf('PID')
        resolve(Processes.map((row) => Number(row[column])).filter((pid) => pid > 0))
      }, reject)
    }).once('error', reject)
  })
}

/**
 * What a container's own processes listen on; nothing known where this user may not see their sockets, and of what is no
 * container of a daemon here.
 *
 * @param trusted daemons elsewhere that may be asked, too: paths of sockets
 */
export async function listenersOfContainer(
  { id, daemon }: { readonly id: string; readonly daemon: string },
  signal: AbortSignal,
  trusted: readonly string[] = [],
): Promise<readonly Listener[] | undefined> {
  // Other users' sockets are shown to root alone.
  if (process.getuid?.() !== 0) return undefined
  if (!ID.test(id) || !(DAEMON.test(daemon) || trusted.includes(daemon))) return undefined
  return listenersOf(await pidsOf(id, daemon, signal))
}
