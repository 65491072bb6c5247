import type { ContainerSpec, EngineUnderTest } from '@route-server/docker-simulator'
import { eventually, makeTestDirectory } from '@route-server/testbed'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const BUSYBOX = '/usr/bin/busybox'
const PROGRAMS = ['sh', 'sleep', 'test', 'touch', 'rm']
const IMAGE = 'busybox:1'

/** Failures before the first success leave the container `starting`: the start period is long. */
const HEALTH_CHECK = [
  ['--health-cmd', 'test -e /healthy'],
  ['--health-interval', '300ms'],
  ['--health-start-period', '1h'],
  ['--health-retries', '1'],
].flat()

/** The containers of a real dockerd, in the hand of the docker command. */
export async function dockerEngine(socket: string): Promise<EngineUnderTest> {
  await importBusybox(socket)
  const docker = (...words: string[]) => dockerCommand(socket, words)

  const setHealth = async (name: string, health: string) => {
    await docker('exec', name, health === 'healthy' ? 'touch' : 'rm', '/healthy')
    await eventually(async () => {
      const found = await docker('inspect', '--format', '{{.State.Health.Status}}', name)
      if (found !== health) throw new Error(`container ${name} is ${found}, not ${health}`)
    })
  }

  // An init process, because a process with ID 1 would not end by signal 15.
  const create = (spec: ContainerSpec) => docker('create', '--init', ...flags(spec), IMAGE, 'sleep', '1000')

  return {
    socket,
    create,
    run: async (spec) => {
      const id = await create(spec)
      await docker('start', id)
      if (spec.health === 'healthy') await setHealth(id, 'healthy')
      return id
    },
    setHealth,
    stop: (name) => docker('stop', name),
    remove: (name) => docker('rm', '--force', name),
    restart: (name) => docker('restart', name),
    kill: (name) => docker('kill', name),
    rename: (name, newName) => docker('rename', name, newName),
    pause: (name) => docker('pause', name),
    unpause: (name) => docker('unpause', name),
    update: (name) => docker('update', '--cpu-shares', '512', name),
  }
}

async function dockerCommand(socket: string, words: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', ['--host', `unix://${socket}`, ...words])
  return stdout.trim()
}

/** An image without a registry. */
async function importBusybox(socket: string): Promise<void> {
  const directory = makeTestDirectory()
  try {
    const bin = join(directory.path, 'tree/bin')
    const archive = join(directory.path, 'image.tar')
    await mkdir(bin, { recursive: true })
    await copyFile(BUSYBOX, join(bin, 'busybox'))
    for (const program of PROGRAMS) await symlink('busybox', join(bin, program))
    await run('tar', ['-C', join(directory.path, 'tree'), '-cf', archive, '.'])
    await dockerCommand(socket, ['import', archive, IMAGE])
  } finally {
    await directory.remove()
  }
}

function flags({ name, labels = {}, exposedPorts = [], health = 'none' }: ContainerSpec): string[] {
  return [
    ...['--name', name, '--network', 'host'],
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...exposedPorts.flatMap((port) => ['--expose', port]),
    ...(health === 'none' ? [] : HEALTH_CHECK),
  ]
}
