import { fork } from 'node:child_process'
import { once } from 'node:events'
import { startDaemon, type SimulatedDaemon } from '@route-server/docker-simulator'
import { socketOf } from './fixtures.ts'
import { NOISES, noisySpec } from './noises.ts'
import type { Workspace } from './workspace.ts'

/** Later than every quiet daemon, so that the log tells of theirs first. */
const INDEX = 1000

export interface NoiseOptions {
  readonly folder: string
  /** Of {@link NOISES}. */
  readonly noise: string
}

/** A simulated daemon in a process of its own, so that its noise takes nothing from whoever measures. */
export interface NoisyDaemon {
  /** Resolves when the noise has begun. */
  begin(): Promise<void>
  close(): void
}

/** Resolves when the daemon is there, or is ready to appear. */
export async function startNoisyDaemon(workspace: Workspace, options: NoiseOptions): Promise<NoisyDaemon> {
  const child = workspace.own(fork(process.argv[1] ?? '', ['as-noise', JSON.stringify(options)]))
  await once(child, 'message')
  return {
    async begin() {
      child.send('begin')
      await once(child, 'message')
    },
    close: () => void child.kill('SIGKILL'),
  }
}

/** The part of the child process: is quiet until it is told to begin, and ends with its parent. */
export async function beNoise({ folder, noise: name }: NoiseOptions): Promise<void> {
  const noise = NOISES[name]
  if (!noise) throw new Error(`There is no noise "${name}".`)
  const containers = Array.from({ length: noise.containers }, (_, index) => noisySpec(noise, INDEX, index))
  const start = async (): Promise<SimulatedDaemon> => {
    const daemon = await startDaemon({ socket: socketOf(folder, INDEX), containers })
    daemon.silently(() => {
      for (const { id } of daemon.containers()) daemon.setHealth(id, 'healthy')
    })
    return daemon
  }
  const early = noise.isThere ? await start() : undefined
  const begin = async (): Promise<void> => {
    const daemon = early ?? (await start())
    const began = performance.now()
    let count = 0
    setInterval(() => {
      // What a busy machine kept it from is made up for.
      for (; count * noise.every < performance.now() - began; count += 1) noise.tick(daemon, count)
    }, noise.every)
    process.send?.('begun')
  }
  process.once('disconnect', () => process.exit())
  process.once('message', () => void begin())
  process.send?.('ready')
}
