import { replaceFile, REAL } from '@route-server/disk'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mountsBelow } from './mounts.ts'
import type { Run } from './run.ts'
import type { Repository } from './store.ts'
import { StoreError } from './store-error.ts'

/** A repository's own dockerd. */
export interface Daemon {
  readonly socket: string
  readonly isRunning: () => Promise<boolean>
  /** Whether it is at its end, and left nothing that runs on. */
  readonly isEnded: () => Promise<boolean>
  /** Makes its folder, and says where the repository is. */
  readonly prepare: () => Promise<void>
  /** Lets go on what a fork that was killed has paused. @throws {StoreError} where something stays paused */
  readonly resume: () => Promise<void>
  /** Starts it, now and at every boot, and resolves when it answers. What was left paused goes on. */
  readonly start: () => Promise<void>
  /** Ends every container, then the daemon, and keeps both from starting at boot. */
  readonly stop: () => Promise<void>
  /** Its running containers, paused ones among them. */
  readonly containers: () => Promise<readonly string[]>
  /** Pauses them while the work is done. */
  readonly halted: <T>(work: () => Promise<T>) => Promise<T>
  /** Forgets where its repository is, which is gone. */
  readonly forget: () => Promise<void>
}

/** For the shortest of answers; seconds. */
const PATIENCE = '15'
/** A container may start while the others are being paused. So often we look again. */
const ROUNDS = 5

const ENDED = new Set(['inactive', 'failed'])

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
  // Of templates that `push-infra` puts there.
  const unit = `rediacc-docker@${networkId}.service`
  const containerd = `rediacc-containerd@${networkId}.service`
  const link = join(networks, String(networkId))
  const toDaemon = ['--host', `unix://${socket}`]
  const ask = (...args: readonly string[]): Promise<string> => run('docker', [...toDaemon, ...args])
  const askBriefly = (...args: readonly string[]): Promise<string> =>
    run('timeout', [PATIENCE, 'docker', ...toDaemon, ...args])
  const stateOf = async (name: string): Promise<string> =>
    (await run('systemctl', ['show', '--property=ActiveState', '--value', name])).trim()
  const isRunning = async (): Promise<boolean> => (await stateOf(unit)) === 'active'
  // As mounts are listed; before the first daemon there is none.
  const runtime = (): Promise<string> => realpath(sockets).catch(() => sockets)
  const leftovers = async (): Promise<string> => join(await runtime(), `exec-${networkId}`)
  const pausedFile = async (): Promise<string> => join(await runtime(), `paused-${networkId}`)

  async function isEnded(): Promise<boolean> {
    const states = [await stateOf(unit), await stateOf(containerd)]
    return states.every((state) => ENDED.has(state)) && !existsSync(await leftovers())
  }

  const listed = async (...filters: readonly string[]): Promise<readonly string[]> => {
    try {
      const ids = await askBriefly('ps', '--quiet', '--no-trunc', ...filters)
      return ids.split('\n').filter(Boolean)
    } catch (cause) {
      throw new StoreError(
        `The repository's daemon doesn't answer. Its containers run on while it is restarted: systemctl restart ${unit}`,
        { cause },
      )
    }
  }

  async function prepare(): Promise<void> {
    await mkdir(docker, { recursive: true, mode: 0o711 })
    await mkdir(dirname(link), { recursive: true, mode: 0o711 })
    await rm(link, { force: true })
    await symlink(folder, link)
  }

  async function start(): Promise<void> {
    if ((await isRunning()) && (await stateOf(containerd)) === 'inactive')
      throw new StoreError(
        `The repository's daemon runs without ${containerd}, as an earlier version of its unit had it. End it first, by rdc repo down; it then starts with its own.`,
      )
    await prepare()
    try {
      await run('systemctl', ['enable', '--now', unit])
    } catch (cause) {
      const units = [unit, containerd].flatMap((one) => ['--unit', one])
      const log = await run('journalctl', [...units, '--lines', '5', '--output', 'cat', '--no-pager']).catch(() => '')
      throw new StoreError(`The repository's daemon doesn't start (${unit}).\n${log.trim()}`, { cause })
    }
    await resume()
  }

  async function resume(): Promise<void> {
    const file = await pausedFile()
    const ids = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean)
    // Some may have ended meanwhile, or gone on.
    for (const id of ids) await askBriefly('unpause', id).catch(() => undefined)
    const paused = ids.length === 0 ? [] : await listed('--filter', 'status=paused')
    const left = ids.filter((id) => paused.includes(id))
    if (left.length > 0)
      throw new StoreError(
        `Containers are still paused: ${left.join(', ')}. Let them go on with: rdc repo up, or docker unpause. What its daemon says: journalctl -u ${unit}`,
      )
    await rm(file, { force: true })
  }

  async function pause(): Promise<void> {
    const paused: string[] = []
    let cause: unknown
    for (let round = 0; round < ROUNDS; round += 1) {
      const running = await listed('--filter', 'status=running')
      if (running.length === 0) return
      paused.push(...running)
      // Before they are: whoever comes after a kill finds them here.
      await replaceFile(await pausedFile(), [paused.join('\n')], REAL)
      for (const id of running) await askBriefly('pause', id).catch((error: unknown) => (cause = error))
    }
    const why = cause instanceof Error ? cause.message : 'one may die and be restarted all the time'
    throw new StoreError(`Not every container can be paused: ${why}. Repair it, or fork with --no-pause.`, { cause })
  }

  return {
    socket,
    isRunning,
    isEnded,
    prepare,
    resume,
    start,
    async stop() {
      const left = await leftovers()
      // Containers outlive a daemon that has died, and only a daemon ends them in order.
      if (existsSync(docker) && existsSync(left)) {
        if (!(await isRunning())) await start()
        await resume().catch(() => undefined)
        const running = await listed()
        if (running.length > 0) await ask('stop', ...running)
      }
      await run('systemctl', ['disable', '--now', unit])
      await run('systemctl', ['stop', containerd])
      // What a daemon that was killed has mounted, and its containers' network namespace.
      for (const place of [...mountsBelow(left), ...mountsBelow(docker)]) await run('umount', ['--lazy', place])
      await rm(left, { recursive: true, force: true })
      await rm(socket, { force: true })
    },
    containers: () => listed(),
    async halted(work) {
      if (await isEnded()) return work()
      try {
        await resume()
        await pause()
        return await work()
      } finally {
        await resume()
      }
    },
    async forget() {
      await rm(link, { force: true })
    },
  }
}
