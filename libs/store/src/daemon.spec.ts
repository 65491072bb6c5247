import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { daemonOf, StoreError, type Daemon, type Repository, type Run } from './index.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Machine {
  readonly daemon: Daemon
  readonly states: Map<string, string>
  /** What each container is. */
  readonly containers: Map<string, 'running' | 'paused' | 'restarting'>
  readonly sockets: string
  /** Words of docker that fail. */
  readonly broken: Set<string>
}

let count = 0
/** A machine whose systemctl and docker are these few lines. */
function machine(): Machine {
  count += 1
  const sockets = join(folder, String(count), 'run')
  const repository: Repository = {
    name: 'my-app',
    networkId: 2816,
    volume: 'folder',
    folder: join(folder, String(count), 'my-app'),
    files: join(folder, String(count), 'my-app/my-app'),
    docker: join(folder, String(count), 'my-app/.docker'),
    sent: join(folder, String(count), 'my-app/.sent.json'),
    isWhole: true,
  }
  mkdirSync(sockets, { recursive: true })
  const states = new Map<string, string>()
  const containers: Machine['containers'] = new Map()
  const broken = new Set<string>()
  const set = (id: string, from: string, to: 'running' | 'paused'): void => {
    if (containers.get(id) !== from) throw new StoreError(`${id} is not ${from}`)
    containers.set(id, to)
  }
  const run: Run = (command, args) => {
    const said = [command, ...args].join(' ')
    const unit = args.at(-1) ?? ''
    const filter = args.find((arg) => arg.startsWith('status='))
    const dies = (): string => {
      if (said.startsWith('systemctl show')) return states.get(unit) ?? 'inactive'
      if (said.startsWith('systemctl enable')) for (const one of [unit, CONTAINERD]) states.set(one, 'active')
      if (said.startsWith('systemctl disable') || said.startsWith('systemctl stop')) states.set(unit, 'inactive')
      for (const word of broken) if (args.includes(word)) throw new StoreError(`${word} is broken`)
      if (args.includes('pause')) set(unit, 'running', 'paused')
      if (args.includes('unpause')) set(unit, 'paused', 'running')
      if (args.includes('ps'))
        return [...containers]
          .filter(([, state]) => !filter || filter === `status=${state}`)
          .map(([id]) => `${id}\n`)
          .join('')
      return ''
    }
    return new Promise((resolve) => resolve(dies()))
  }
  return {
    daemon: daemonOf(repository, { sockets, networks: join(folder, 'networks') }, run),
    states,
    containers,
    sockets,
    broken,
  }
}
const UNIT = 'rediacc-docker@2816.service'
const CONTAINERD = 'rediacc-containerd@2816.service'

test('what runs is paused while the work is done; what was paused or restarts stays as it is', async () => {
  const { daemon, states, containers } = machine()
  states.set(UNIT, 'active')
  for (const [id, state] of [
    ['a', 'running'],
    ['b', 'paused'],
    ['c', 'restarting'],
    ['d', 'running'],
  ] as const)
    containers.set(id, state)
  await daemon.halted(() => {
    expect([...containers.values()]).toEqual(['paused', 'paused', 'restarting', 'paused'])
    return Promise.resolve()
  })
  expect([...containers.values()]).toEqual(['running', 'paused', 'restarting', 'running'])
  await expect(daemon.halted(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full')
  expect([...containers.values()]).toEqual(['running', 'paused', 'restarting', 'running'])
})

test('what a fork that was killed has paused goes on when the daemon is started again', async () => {
  const { daemon, states, containers, sockets } = machine()
  states.set(UNIT, 'active')
  containers.set('a', 'running')
  const never = daemon.halted(() => new Promise<never>(() => undefined))
  while (containers.get('a') !== 'paused') await new Promise(setImmediate)
  expect(readFileSync(join(sockets, 'paused-2816'), 'utf8')).toBe('a')
  // One of them is gone meanwhile.
  writeFileSync(join(sockets, 'paused-2816'), 'gone\na')
  states.set(CONTAINERD, 'active')
  await daemon.start()
  expect([containers.get('a'), existsSync(join(sockets, 'paused-2816'))]).toEqual(['running', false])
  void never
})

test('what stays paused is told, and not forgotten', async () => {
  const { daemon, states, containers, sockets, broken } = machine()
  states.set(UNIT, 'active')
  containers.set('a', 'running')
  const halted = daemon.halted(() => Promise.resolve(broken.add('unpause')))
  await expect(halted).rejects.toThrow('Containers are still paused: a.')
  expect(readFileSync(join(sockets, 'paused-2816'), 'utf8')).toBe('a')
  broken.clear()
  await daemon.resume()
  expect(containers.get('a')).toBe('running')
})

test('what cannot be paused is told with the reason', async () => {
  const { daemon, states, containers, broken } = machine()
  states.set(UNIT, 'active')
  containers.set('a', 'running')
  broken.add('pause')
  await expect(daemon.halted(() => Promise.resolve())).rejects.toThrow('can be paused: pause is broken')
})

test('a daemon that runs with an earlier unit, without a containerd of its own, is not started over', async () => {
  const { daemon, states } = machine()
  states.set(UNIT, 'active')
  await expect(daemon.start()).rejects.toThrow('End it first, by rdc repo down')
})

test('it is at its end once nothing of it is active and no container can be left', async () => {
  const { daemon, states, sockets } = machine()
  expect(await daemon.isEnded()).toBe(true)
  for (const state of ['active', 'activating', 'deactivating', 'reloading']) {
    states.set(UNIT, state)
    expect(await daemon.isEnded()).toBe(false)
  }
  states.set(UNIT, 'failed')
  expect(await daemon.isEnded()).toBe(true)
  mkdirSync(join(sockets, 'exec-2816'))
  expect(await daemon.isEnded()).toBe(false)
})

test('it can be ended where no daemon ever ran', async () => {
  const { daemon, sockets } = machine()
  rmSync(sockets, { recursive: true })
  await daemon.stop()
  expect(await daemon.isEnded()).toBe(true)
})
