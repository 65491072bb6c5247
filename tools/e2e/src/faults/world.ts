import { startDaemon, type SimulatedDaemon } from '@route-server/docker-simulator'
import {
  addressOf,
  countingProxy,
  freshNetworkId,
  makeTestDirectory,
  mountSmallDisk,
  movableClock,
  startDockerd,
  type CountingProxy,
  type MovableClock,
  type RealDaemon,
  type SmallDisk,
} from '@route-server/testbed'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { startMachine, type Machine } from '../machine.ts'
import { autoHost, deploy, labelsOf } from '../service.ts'
import { writePlugins } from '../third-party.ts'

/** Whose daemon is broken: one that keeps its containers, one that takes them along, or a simulated one. */
export type Victim = 'dockerd' | 'mortal' | 'simulator'

/** A network with one service, and clients that want it. */
export interface Place {
  readonly networkId: number
  readonly host: string
  /** What its program calls itself, and how its router is called. */
  readonly name: string
}

/** Everything that can break, and an innocent. */
export interface World {
  readonly machine: Machine
  readonly innocent: Place
  readonly places: Readonly<Record<Victim, Place>>
  /** Its containers outlive it. */
  readonly dockerd: RealDaemon
  /** Its containers don't. Nobody sees its own socket, only the proxy's. */
  readonly mortal: RealDaemon
  readonly proxy: () => CountingProxy
  /** Puts a proxy where there was one. */
  openProxy(): Promise<void>
  readonly simulator: SimulatedDaemon
  /** One that nothing happens to. New containers of its own start while others are broken. */
  readonly bystander: SimulatedDaemon
  readonly bystandersNetwork: number
  readonly clock: MovableClock
  /** Where the state directory is. */
  readonly disk: SmallDisk
  close(): Promise<void>
}

const SERVICE = 'api'
const BUILT_IN = ['http', 'tcp', 'udp', 'middleware', 'auto-route']
/** A handful of small listings and claims. */
const DISK_KIB = 256

const placeOf = (networkId: number): Place => ({
  networkId,
  host: autoHost(SERVICE, { networkId }),
  name: `${SERVICE}-${networkId}`,
})

/** What a simulated container can't: listen on its address. */
async function listenFor({ networkId, name }: Place): Promise<Server> {
  const server = createServer((_, response) => response.end(JSON.stringify({ name })))
  await once(server.listen(8080, addressOf(networkId, 0)), 'listening')
  return server
}

/** Starts all of it, and resolves when every place is routed. */
export async function startWorld(): Promise<World> {
  const folder = makeTestDirectory()
  const disk = await mountSmallDisk(join(folder.path, 'disk'), DISK_KIB)
  const clock = movableClock(folder.path)
  await writePlugins(join(folder.path, 'plugins'))
  const machine = await startMachine({
    liveRestore: true,
    stateDir: join(disk.path, 'state'),
    env: clock.env,
    settings: {
      sockets: ['./docker-*.sock', './proxied/docker-*.sock'],
      plugins: [...BUILT_IN, join(folder.path, 'plugins/faulty.mjs')],
      liveness: '1s',
      redeployGrace: '15s',
      shares: { revisions: 600 },
    },
  })
  const { directory } = machine
  const [innocents, dockerd] = machine.daemons
  const [mortalId, simulatedId, bystandersNetwork] = [freshNetworkId(), freshNetworkId(), freshNetworkId()]
  await Promise.all(['behind', 'proxied'].map((name) => mkdir(join(directory, name))))
  const mortal = await startDockerd({ directory: join(directory, 'behind'), networkId: mortalId })
  const openProxy = (): Promise<CountingProxy> =>
    countingProxy({ listen: join(directory, `proxied/docker-${mortalId}.sock`), target: mortal.socket })
  let proxy = await openProxy()

  const places = {
    dockerd: placeOf(dockerd.networkId),
    mortal: placeOf(mortalId),
    simulator: placeOf(simulatedId),
  }
  const innocent = placeOf(innocents.networkId)
  const service = { name: SERVICE, listen: { http: 8080 }, labels: ['rediacc.service_port=8080'] }
  const simulate = (networkId: number): Promise<SimulatedDaemon> =>
    startDaemon({ socket: join(directory, `docker-${networkId}.sock`) })
  const [simulator, bystander, server] = await Promise.all([
    simulate(simulatedId),
    simulate(bystandersNetwork),
    listenFor(places.simulator),
  ])
  simulator.run({ name: SERVICE, labels: labelsOf({ networkId: simulatedId }, service) })
  await Promise.all([
    deploy(innocents, service),
    deploy(dockerd, service),
    deploy(mortal, { ...service, restartPolicy: 'always' }),
  ])
  for (const { host } of [innocent, ...Object.values(places)]) await machine.askUntil(host)

  return {
    machine,
    innocent,
    places,
    dockerd,
    mortal,
    proxy: () => proxy,
    async openProxy() {
      proxy = await openProxy()
    },
    simulator,
    bystander,
    bystandersNetwork,
    clock,
    disk,
    async close() {
      await proxy.close()
      await Promise.all([simulator.close(), bystander.close(), mortal.close()])
      server.close()
      await machine.close()
      await disk.close()
      await folder.remove()
    },
  }
}
