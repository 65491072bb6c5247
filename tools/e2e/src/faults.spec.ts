import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { describeReal } from '@route-server/testbed'
import { DOCKERD_FAULTS, MORTAL_FAULTS } from './faults/dockerd-faults.ts'
import type { Fault } from './faults/fault.ts'
import { PROXIED_FAULTS } from './faults/proxied-faults.ts'
import { ROUTE_SERVER_FAULTS } from './faults/route-server-faults.ts'
import { lineOf, suffer, type Outcome } from './faults/run.ts'
import { SIMULATED_FAULTS } from './faults/simulated-faults.ts'
import { startWorld, type Victim, type World } from './faults/world.ts'

jest.setTimeout(180_000)

/** Of one victim one after the other; the victims side by side, as they would break. */
const LANES: Readonly<Record<Victim, readonly Fault[]>> = {
  dockerd: DOCKERD_FAULTS,
  mortal: [...PROXIED_FAULTS, ...MORTAL_FAULTS],
  simulator: SIMULATED_FAULTS,
}

describeReal('while something is broken, its routes stay', () => {
  let world: World
  const outcomes = new Map<Fault, Promise<Outcome>>()

  /** Begins each when the one before it is over, however that ended. */
  function sufferAll(victim: Victim, faults: readonly Fault[], first = Promise.resolve()): Promise<void> {
    let last = first
    for (const fault of faults) {
      const slot = outcomes.size
      const outcome = last.then(() => suffer(world, victim, fault, slot))
      outcomes.set(fault, outcome)
      last = outcome.then(
        () => undefined,
        () => undefined,
      )
    }
    return last
  }

  beforeAll(async () => {
    world = await startWorld()
    const lanes = Object.entries(LANES).map(([victim, faults]) => sufferAll(victim as Victim, faults))
    const done = Promise.all(lanes).then(() => undefined)
    void sufferAll('dockerd', ROUTE_SERVER_FAULTS, done)
  })

  afterAll(() => world.close())

  const check = async (fault: Fault): Promise<void> => {
    const outcome = await outcomes.get(fault)
    if (!outcome) throw new Error(`Nothing came of it: ${fault.name}`)
    const { innocent, victim, lacking } = outcome
    process.stdout.write(lineOf(fault.name, outcome))
    const unforgivable = victim.lost.filter((answer) => !fault.mayLose?.test(answer))
    expect({ innocent: innocent.lost, victim: unforgivable, lacking }).toEqual({
      innocent: [],
      victim: [],
      lacking: [],
    })
    expect(Math.min(innocent.sent, victim.sent)).toBeGreaterThan(10)
  }

  const titled = (faults: readonly Fault[]): [string, Fault][] => faults.map((fault) => [fault.name, fault])

  describe.each(Object.entries(LANES))('%s', (_, faults) => {
    test.each(titled(faults))('%s', (_name, fault) => check(fault))
  })
  test.each(titled(ROUTE_SERVER_FAULTS))('%s', (_, fault) => check(fault))
})
