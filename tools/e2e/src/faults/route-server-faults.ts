import { eventually } from '@route-server/testbed'
import { labelsOf } from '../service.ts'
import type { Fault } from './fault.ts'
import type { World } from './world.ts'

const DAY_MS = 24 * 60 * 60_000

const restartedBy = (name: string, signal: NodeJS.Signals): Fault => ({
  name,
  inflict: ({ machine }) => machine.restartRouteServer(signal),
  heal: () => undefined,
  said: 'nothing',
})

/** How old the document is, by the route server's clock. */
async function ageSeconds({ machine }: World): Promise<number> {
  const { body } = await machine.routeServer.get('/health')
  return (JSON.parse(body) as { lastChange: { ageSeconds: number } }).lastChange.ageSeconds
}

const clockSet = (name: string, ahead: number, isNoticed: (age: number) => boolean): Fault => ({
  name,
  async inflict(world) {
    world.clock.set(ahead)
    await eventually(async () => {
      const age = await ageSeconds(world)
      if (!isNoticed(age)) throw new Error(`The document is ${age} s old.`)
    })
  },
  heal: ({ clock }) => clock.set(0),
  said: 'nothing',
})

/** Of the route server itself, and what it stands on. */
export const ROUTE_SERVER_FAULTS: readonly Fault[] = [
  restartedBy('the route server killed (SIGKILL), and started again', 'SIGKILL'),
  restartedBy('the route server ended (SIGTERM), and started again', 'SIGTERM'),
  {
    name: 'the configuration read again while dockerd is stopped (SIGSTOP)',
    async inflict({ dockerd, machine: { routeServer } }) {
      dockerd.freeze()
      routeServer.signal('SIGHUP')
      await eventually(() => {
        if (!routeServer.output().includes('it is in force')) throw new Error('The configuration is not in force.')
      })
    },
    heal: ({ dockerd }) => dockerd.thaw(),
  },
  clockSet('the clock set ten days ahead, and back', 10 * DAY_MS, (age) => age > 86_400),
  clockSet('the clock set ten days back, and ahead', -10 * DAY_MS, (age) => age === 0),
  {
    name: 'a full disk',
    inflict: ({ disk }) => disk.fill(),
    heal: ({ disk }) => disk.empty(),
    said: /can't be saved in .*: the disk is full/,
  },
  {
    name: 'a full disk, and the route server killed and started again meanwhile',
    async inflict({ disk, machine }) {
      await disk.fill()
      await machine.restartRouteServer()
    },
    heal: ({ disk }) => disk.empty(),
    said: /can't be saved in .*: the disk is full/,
  },
  {
    name: 'a disk that became read-only',
    inflict: ({ disk }) => disk.setReadOnly(true),
    heal: ({ disk }) => disk.setReadOnly(false),
    said: /can't be saved in .*read-only/,
  },
  {
    name: 'a plugin that throws',
    async inflict({ machine, simulator, places }) {
      const labels = labelsOf(places.simulator, { name: 'faulty', slot: 2, labels: ['acme.faulty=yes'] })
      simulator.run({ name: 'faulty', labels })
      await eventually(async () => {
        const { body } = await machine.routeServer.get('/routes.json?container=faulty')
        if (!body.includes('"PLUGIN_THREW"')) throw new Error(`Nobody says that a plugin threw: ${body}`)
      })
    },
    heal: ({ simulator }) => simulator.remove('faulty'),
    said: 'nothing',
  },
]
