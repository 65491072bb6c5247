import { existsSync } from 'node:fs'
import { mkdir, realpath, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mountsBelow } from './mounts.ts'
import type { Run } from './run.ts'
import type { Repository } from './store.ts'
import { StoreError } from './store-error.ts'

/** A repository's own dockerd. */
export interface Daemon {
  readonly socket: string
  readonly isRunning: () => Promise<boolean>
  /** Starts it, now and at every boot, and resolves when it answers. */
  readonly start: () => Promise<void>
  /** Ends every container, then the daemon, and keeps both from starting at boot. */
  readonly stop: () => Promise<void>
  /** Its running containers. */
  readonly containers: () => Promise<readonly string[]>
  /** Halts them while the work is done. */
  readonly halted: <T>(work: () => Promise<T>) => Promise<T>
}

/** For the shortest of answers; seconds. */
const PATIENCE = '15'

export interface DaemonPlaces {
  /** Where its socket is. */
  readonly sockets: string
  /** The unit finds the repository's folder here, by its network: a link. */
  readonly networks: string
}

export function daemonOf(
  { networkId, folder, docker }: Repository,
  { sockets, networks }: DaemonPlaces,
  run: Run,
): Daemon {
  const socket = join(sockets, `docker-${networkId}.sock`)
  // Of a template that `push-infra` puts there.
  const unit = `rediacc-docker@${networkId}.service`
  const link = join(networks, String(networkId))
  const toDaemon = ['--host', `unix://${socket}`]
  const ask = (...args: readonly string[]): Promise<string> => run('docker', [...toDaemon, ...args])
  const isRunning = async (): Promise<boolean> =>
    (await run('systemctl', ['show', '--property=ActiveState', '--value', unit])).trim() === 'active'
  const containers = async (): Promise<readonly string[]> => {
    try {
      const listed = await run('timeout', [PATIENCE, 'docker', ...toDaemon, 'ps', '--quiet'])
      return listed.split('\n').filter(Boolean)
    } catch (cause) {
      throw new StoreError(
        `The repository's daemon doesn't answer. Its containers run on while it is restarted: systemctl restart ${unit}`,
        { cause },
      )
    }
  }

  async function start(): Promise<void> {
    await mkdir(docker, { recursive: true, mode: 0o711 })
    await mkdir(dirname(link), { recursive: true, mode: 0o711 })
    await rm(link, { force: true })
    await symlink(folder, link)
    try {
      await run('systemctl', ['enable', '--now', unit])
    } catch (cause) {
      const log = await run('journalctl', ['--unit', unit, '--lines', '5', '--output', 'cat', '--no-pager']).catch(
        () => '',
      )
      throw new StoreError(`The repository's daemon doesn't start (${unit}).\n${log.trim()}`, { cause })
    }
  }

  return {
    socket,
    isRunning,
    start,
    async stop() {
      const left = join(await realpath(sockets), `exec-${networkId}`)
      // Containers outlive a daemon that has died, and only a daemon ends them in order.
      if (existsSync(docker) && existsSync(left)) {
        await start()
        const running = await containers()
        if (running.length > 0) await ask('stop', ...running)
      }
      await run('systemctl', ['disable', '--now', unit])
      // What a daemon that was killed has mounted, and its containers' network namespace.
      for (const place of [...mountsBelow(left), ...mountsBelow(docker)]) await run('umount', ['--lazy', place])
      await rm(left, { recursive: true, force: true })
      await rm(socket, { force: true })
      await rm(link, { force: true })
    },
    containers,
    async halted(work) {
      const running = (await isRunning()) ? await containers() : []
      if (running.length > 0) await ask('pause', ...running)
      try {
        return await work()
      } finally {
        if (running.length > 0) await ask('unpause', ...running)
      }
    },
  }
}
