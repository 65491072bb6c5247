import { expect, test } from '@jest/globals'
import type { NetworkId } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import type { Roster, Rosters } from '../life/roster.ts'
import type { NetworkRoutes } from '../network/network.ts'
import { createAdmission } from './admission.ts'
import type { Admission } from './admission.ts'

const SETTLE = 100

const rosterOf = (network: NetworkId): Roster => ({ network, daemon: 'd', residents: [] })
const rostersOf = (...rosters: readonly Roster[]): Rosters => new Map(rosters.map((roster) => [roster.network, roster]))

/** Routes with so many entries; admission asks for nothing else of them. */
function routesOf(network: NetworkId, size: number): NetworkRoutes {
  const entries = new Map(Array.from({ length: size }, (_, index) => [String(index), {} as Entry]))
  return {
    network,
    entries,
    diagnostics: [],
    parts: new Map(),
    change: { from: new Map(), gone: [], come: [], said: [] },
  }
}

const admission = (): Admission =>
  createAdmission({ kernel: { prepare: () => true }, settle: SETTLE, revisions: Infinity })

/** The networks that may be rendered as they are now. */
const admittedOf = (admission: Admission, rosters: Rosters, clock: number): readonly NetworkId[] => {
  const { rosters: admitted } = admission.admit(rosters, clock)
  return [...rosters.values()].filter((roster) => admitted.get(roster.network) === roster).map(({ network }) => network)
}

const quiet = routesOf(64, 20)
const large = routesOf(128, 10_000)

test('a network that changed a moment ago waits for the settle time, and no other does', () => {
  const admitting = admission()
  admitting.admit(rostersOf(rosterOf(64), rosterOf(128)), 0)
  admitting.note({ before: [quiet], after: [quiet, large], clock: 0, spent: 1 })
  const next = rostersOf(rosterOf(64), rosterOf(128))
  expect(admittedOf(admitting, next, 1)).toEqual([64])
  expect(admitting.admit(next, 1)).toMatchObject({ due: SETTLE, delayed: [] })
  expect(admittedOf(admitting, next, SETTLE)).toEqual([64, 128])
})

test('a network whose part took long rests as it deserves, and that is said', () => {
  const admitting = admission()
  admitting.admit(rostersOf(rosterOf(64), rosterOf(128)), 0)
  admitting.note({ before: [quiet, large], after: [quiet, routesOf(128, 10_000)], clock: 0, spent: 130 })
  const next = rostersOf(rosterOf(64), rosterOf(128))
  const { delayed, due } = admitting.admit(next, 1_000)
  expect(delayed).toEqual([128])
  expect(due).toBeGreaterThan(2_500)
  expect(due).toBeLessThanOrEqual(3_000)
  expect(admittedOf(admitting, next, due)).toEqual([64, 128])
})

test('a small network is not charged for the size of the others', () => {
  const admitting = admission()
  admitting.admit(rostersOf(rosterOf(64), rosterOf(128)), 0)
  admitting.note({ before: [quiet, large], after: [routesOf(64, 21), large], clock: 0, spent: 1_000 })
  expect(admittedOf(admitting, rostersOf(rosterOf(64), rosterOf(128)), SETTLE)).toEqual([64, 128])
})

test.each([
  ['alone', [large], [routesOf(128, 10_000)], SETTLE],
  ['new', [quiet], [quiet, large], 3_880],
])('a network that is %s rests less', (_, before, after, most) => {
  const admitting = admission()
  admitting.admit(rostersOf(rosterOf(128)), 0)
  admitting.note({ before, after, clock: 0, spent: 1_000 })
  expect(admitting.admit(rostersOf(rosterOf(128)), 0).due).toBeLessThanOrEqual(most)
})
