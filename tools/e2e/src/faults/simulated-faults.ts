import { faults, type Endpoint, type Fault as Spoiling } from '@route-server/docker-simulator'
import { labelsOf } from '../service.ts'
import type { Fault } from './fault.ts'
import type { World } from './world.ts'

/** From now on an endpoint answers so, and is asked anew at once. */
const spoiled = (name: string, endpoint: Endpoint | 'all', spoiling: Spoiling, more: Partial<Fault> = {}): Fault => ({
  name,
  inflict({ simulator }) {
    simulator.fault(endpoint, spoiling)
    simulator.cutEvents()
  },
  heal: ({ simulator }) => simulator.heal(),
  ...more,
})

const GIANTS = 250
/** With those, a list is 100 MB long. */
const GIANT_LABEL = 'x'.repeat(400_000)

const LATE = 'late'

/** One more container of the victim's, that is to be routed. */
function runLate({ simulator, places }: World): void {
  const labels = labelsOf(places.simulator, { name: LATE, slot: 1, labels: ['rediacc.service_port=8080'] })
  simulator.run({ name: LATE, labels })
}

/** A long list takes its time on a busy machine. */
const PATIENCE_MS = 60_000

const untilLateIsRouted = async ({ machine, places }: World): Promise<void> => {
  const service = `${LATE}-${places.simulator.networkId}@http`
  await machine.traefik.waitFor(({ services = {} }) => service in services, PATIENCE_MS)
}

/** Of a simulated daemon. */
export const SIMULATED_FAULTS: readonly Fault[] = [
  {
    name: 'an event stream that stays open and delivers nothing: what starts meanwhile is routed all the same',
    async inflict(world) {
      world.simulator.muteEvents()
      runLate(world)
      await untilLateIsRouted(world)
    },
    heal: ({ simulator }) => simulator.remove(LATE),
    said: 'nothing',
  },
  spoiled('a list cut after 300 bytes', 'list', faults.truncate(300)),
  spoiled('a list that is another JSON', 'list', faults.json({ message: 'no list' })),
  spoiled('a list that is no JSON', 'list', faults.garbage()),
  spoiled('a list with invalid UTF-8', 'list', faults.invalidUtf8()),
  spoiled('500 to everything', 'all', faults.status(500)),
  spoiled('a redirect of everything', 'all', faults.redirect('http://127.0.0.1:1/')),
  spoiled('a slow drip: 50 bytes of a list every 100 ms', 'list', faults.slow(50, 100)),
  {
    name: 'a 100 MB list: what else is in it is routed',
    async inflict(world) {
      const { simulator } = world
      simulator.silently(() => {
        for (let n = 0; n < GIANTS; n += 1) simulator.run({ name: `giant-${n}`, labels: { note: GIANT_LABEL } })
        runLate(world)
      })
      simulator.cutEvents()
      await untilLateIsRouted(world)
    },
    heal({ simulator }) {
      simulator.silently(() => {
        for (let n = 0; n < GIANTS; n += 1) simulator.remove(`giant-${n}`)
        simulator.remove(LATE)
      })
      simulator.cutEvents()
    },
    said: 'nothing',
  },
]
