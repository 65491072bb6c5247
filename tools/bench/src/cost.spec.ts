import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { defaultPlugins } from '@route-server/assembly'
import { watchDaemons, type DaemonWatch } from '@route-server/docker'
import { eventually } from '@route-server/testbed/parts'
import { startDaemon, type SimulatedDaemon } from '@route-server/docker-simulator'
import { createKernel, reconcile, type Reconciler } from '@route-server/kernel'
import { containerSpec, socketOf } from './fixtures.ts'
import { POLICY, SETTINGS } from './operator.ts'

const ignore = (): void => undefined
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore }

let folder: string
let simulated: SimulatedDaemon[] = []
let daemons: DaemonWatch
let reconciler: Reconciler

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'))
})

afterEach(async () => {
  reconciler.close()
  await daemons.close()
  await Promise.all(simulated.map((daemon) => daemon.close()))
  rmSync(folder, { recursive: true })
})

const comesToHold = (holds: () => boolean): Promise<void> =>
  eventually(() => expect(holds()).toBe(true), { deadline: 30_000, every: 5 })

const routers = (): number => reconciler.view.counts().routers.http

/** Everything from sockets to document, without liveness checks, once all containers of these daemons have a route. */
async function serve(count: number, containersEach: number): Promise<void> {
  simulated = await Promise.all(
    Array.from({ length: count }, (_, daemon) => {
      const containers = Array.from({ length: containersEach }, (_, index) => containerSpec(daemon, index))
      return startDaemon({ socket: socketOf(folder, daemon), containers })
    }),
  )
  const kernel = createKernel(await defaultPlugins(), SETTINGS, POLICY)
  const timing = { liveness: 3_600_000 }
  daemons = watchDaemons({
    sockets: [`${folder}/*.sock`],
    wantsPorts: (container) => kernel.wantsPorts(container),
    log,
    timing,
  })
  reconciler = reconcile({
    source: daemons,
    kernel,
    autoRoutes: true,
    settle: 0,
    startGrace: 30_000,
    life: { redeployGrace: 0, hold: 0, health: 'gate' },
    claimLapse: 60_000,
  })
  await comesToHold(() => routers() === count * containersEach)
  await comesToHold(() => simulated.every((daemon) => daemon.counters().calls.info === 1))
}

function counted(): { readonly calls: Readonly<Record<string, number>>; readonly bytes: number } {
  const [daemon] = simulated
  if (!daemon) throw new Error('There is no daemon.')
  const { calls, bytesReceived, bytesSent } = daemon.counters()
  const made = Object.entries(calls).filter(([, count]) => count > 0)
  return { calls: Object.fromEntries(made), bytes: bytesReceived + bytesSent }
}

test('a daemon whose labels give the ports is asked four things at the start', async () => {
  await serve(3, 50)
  for (const daemon of simulated)
    expect(daemon.counters().calls).toMatchObject({ ping: 1, info: 1, events: 1, list: 1, inspect: 0 })
})

test('an event costs one call and at most 4 kB at 1,000 containers', async () => {
  await serve(1, 1000)
  simulated[0]?.resetCounters()
  simulated[0]?.run(containerSpec(0, 1000))
  await comesToHold(() => routers() === 1001)
  const { calls, bytes } = counted()
  expect(calls).toEqual({ list: 1 })
  expect(bytes).toBeLessThanOrEqual(4000)
})

test('100 starts within a second cost at most 20 calls', async () => {
  await serve(1, 1000)
  simulated[0]?.resetCounters()
  const start = performance.now()
  for (let index = 0; index < 100; index += 1) {
    await comesToHold(() => performance.now() - start >= index * 9)
    simulated[0]?.run(containerSpec(0, 1000 + index))
  }
  await comesToHold(() => routers() === 1100)
  const { calls } = counted()
  expect(Object.keys(calls)).toEqual(['list'])
  expect(calls['list']).toBeLessThanOrEqual(20)
})
