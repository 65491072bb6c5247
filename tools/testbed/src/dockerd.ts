import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { containersOf, removeAll, type Containers } from './containers.ts'
import { ECHO_IMAGE, loadEchoImage } from './echo-image.ts'
import { callEngine } from './engine.ts'
import { findExecutable } from './executables.ts'
import { startProcess, untilReady, type RunningProcess } from './process.ts'

/** A daemon to start. */
export interface DockerdOptions {
  /** Where its socket `docker-{networkId}.sock` and all its files go; absolute. */
  directory: string
  networkId: number
  /** Containers outlive an orderly stop of the daemon too, and run on when it is back. */
  liveRestore?: boolean
  /** The network namespace of its containers, as a path; this process's own unless told. The socket is reached from everywhere. */
  netns?: string
}

/** A real dockerd with a containerd, images and containers of its own. */
export interface RealDaemon extends Containers {
  readonly networkId: number
  readonly socket: string
  /** dockerd's process ID; another one after `startDaemon`. */
  readonly pid: number
  /** SIGKILL: the socket's file stays and refuses connections; containers run on. */
  kill(): Promise<void>
  /** SIGSTOP: connections succeed, nothing answers; containers run on. */
  freeze(): void
  /** SIGCONT. */
  thaw(): void
  /** SIGTERM: the socket's file goes; containers stop, unless the daemon was started with `liveRestore`. */
  stopDaemon(): Promise<void>
  /** Starts dockerd again on the same files, after `kill` or `stopDaemon`, and resolves when it answers. */
  startDaemon(): Promise<void>
  /** Removes its containers, ends it in whatever state it is, and deletes its files. */
  close(): Promise<void>
}

const run = promisify(execFile)

/** Starts a dockerd, and resolves when it answers: 0.2 s. The image `echo:1` is loaded when the first container needs it. */
export async function startDockerd(options: DockerdOptions): Promise<RealDaemon> {
  const { directory, networkId, liveRestore = false, netns } = options
  const socket = join(directory, `docker-${networkId}.sock`)
  const home = join(directory, `daemon-${networkId}`)
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'daemon.json'), '{}')
  const containerd = await startContainerd(home)
  let dockerd: RunningProcess | undefined

  const startDaemon = async (): Promise<void> => {
    if (dockerd?.running()) return
    await rm(join(home, 'pid'), { force: true })
    await rm(socket, { force: true })
    const args = dockerdArguments(home, socket, liveRestore)
    const started = startProcess({
      // Not `ip netns exec`: it mounts /sys anew, and the cgroups are gone.
      ...(netns === undefined
        ? { command: 'dockerd', args }
        : {
            command: 'nsenter',
            name: 'dockerd',
            args: [`--net=${netns}`, findExecutable('dockerd') ?? 'dockerd', ...args],
          }),
      log: join(home, 'dockerd.log'),
    })
    dockerd = started
    await untilReady(started, async () => {
      await callEngine(socket, { method: 'GET', path: '/_ping' })
    })
  }

  const close = async (): Promise<void> => {
    try {
      dockerd?.signal('SIGCONT')
      // Only a daemon can take its containers down cleanly: their mounts, cgroups and shims.
      await startDaemon()
      await removeAll(socket)
    } finally {
      await dockerd?.stop()
      await containerd.stop()
      await unmountBelow(home)
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
      await rm(socket, { force: true })
    }
  }

  let loading: Promise<void> | undefined
  const prepare = async (image: string): Promise<void> => {
    if (image === ECHO_IMAGE) await (loading ??= loadEchoImage(socket))
  }

  try {
    await startDaemon()
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
  return {
    ...containersOf(socket, prepare),
    networkId,
    socket,
    get pid() {
      return dockerd?.pid ?? 0
    },
    kill: async () => dockerd?.stop('SIGKILL'),
    freeze: () => dockerd?.signal('SIGSTOP'),
    thaw: () => dockerd?.signal('SIGCONT'),
    stopDaemon: async () => dockerd?.stop(),
    startDaemon,
    close,
  }
}

/**
 * dockerd's containerd, as a process beside it. One that dockerd starts itself is an orphan after dockerd's SIGKILL,
 * keeps the next dockerd from starting by its stale pid file, and makes an orderly stop take seconds.
 */
async function startContainerd(home: string): Promise<RunningProcess> {
  const config = join(home, 'containerd.toml')
  await writeFile(config, containerdConfig(home))
  const started = startProcess({ command: 'containerd', args: ['--config', config], log: join(home, 'containerd.log') })
  await untilReady(started, () => {
    if (!existsSync(containerdSocket(home))) throw new Error('it has no socket yet')
  })
  return started
}

const containerdSocket = (home: string): string => join(home, 'containerd.sock')

const containerdConfig = (home: string): string => `version = 2
root = "${join(home, 'containerd/root')}"
state = "${join(home, 'containerd/state')}"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${containerdSocket(home)}"
`

const dockerdArguments = (home: string, socket: string, liveRestore: boolean): string[] => [
  `--host=unix://${socket}`,
  `--containerd=${containerdSocket(home)}`,
  // Absolute: with a relative one dockerd looks for the mount point above it for ever.
  `--data-root=${join(home, 'root')}`,
  `--exec-root=${join(home, 'exec')}`,
  `--pidfile=${join(home, 'pid')}`,
  // The machine's own daemon.json is no business of ours.
  `--config-file=${join(home, 'daemon.json')}`,
  '--iptables=false',
  '--bridge=none',
  ...(liveRestore ? ['--live-restore'] : []),
]

/** A killed dockerd leaves its folder and its network namespace mounted. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '')
  for (const path of mounts.filter((mount) => mount.startsWith(`${folder}/`)).reverse())
    await run('umount', ['-l', path])
}
