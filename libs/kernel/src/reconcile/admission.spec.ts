import { expect, test } from '@jest/globals'
import type { NetworkId } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import type { NetworkChange } from '../kernel.ts'
import type { LifeChange } from '../life/roster.ts'
import { sampleContainer } from '../sample-container.ts'
import { createAdmission } from './admission.ts'
import type { Admission } from './admission.ts'

const SETTLE = 100

/** Somebody who came to each network. */
const arrivals = (...networks: readonly NetworkId[]): LifeChange =>
  new Map(
    networks.map((network) => {
      const container = sampleContainer({ network })
      return [network, new Map([[container.id, { container, presence: 'serving' }]])] as const
    }),
  )

/** A change of so many entries; admission asks for nothing else of it. */
const changed = (network: NetworkId, size: number): NetworkChange => ({
  network,
  gone: [],
  come: Array.from({ length: size }, (_, index) => ({ path: String(index), text: '' }) as Entry),
  said: () => [],
})

const admission = (prepare = () => true): Admission =>
  createAdmission({ kernel: { prepare }, settle: SETTLE, revisions: Infinity })

/** Those who may go on. */
function admittedOf(admitting: Admission, clock: number): readonly NetworkId[] {
  admitting.admit(clock)
  return [...admitting.take().keys()].sort((a, b) => a - b)
}

/** An admission that both networks have passed once. */
function passed(): Admission {
  const admitting = admission()
  admitting.add(arrivals(64, 128))
  admittedOf(admitting, -SETTLE)
  admitting.note({ networks: [changed(64, 20), changed(128, 20)], isAlone: false, clock: -SETTLE, spent: 1 })
  return admitting
}

test('a network that changed a moment ago waits for the settle time, and no other does', () => {
  const admitting = passed()
  admitting.note({ networks: [changed(128, 10_000)], isAlone: false, clock: 0, spent: 1 })
  admitting.add(arrivals(64, 128))
  expect(admitting.admit(1)).toMatchObject({ due: SETTLE, delayed: [] })
  expect(admittedOf(admitting, 1)).toEqual([64])
  expect(admittedOf(admitting, SETTLE)).toEqual([128])
})

test('a network whose change took long rests as it deserves, and that is said', () => {
  const admitting = passed()
  admitting.note({ networks: [changed(128, 10_000)], isAlone: false, clock: 0, spent: 130 })
  admitting.add(arrivals(64, 128))
  const { delayed, due } = admitting.admit(1_000)
  expect(delayed).toEqual([128])
  expect(due).toBeGreaterThan(2_500)
  expect(due).toBeLessThanOrEqual(3_000)
  expect(admittedOf(admitting, due)).toEqual([64, 128])
})

test('a small change is not charged for what a large one took', () => {
  const admitting = passed()
  admitting.note({ networks: [changed(64, 1), changed(128, 10_000)], isAlone: false, clock: 0, spent: 1_000 })
  admitting.add(arrivals(64, 128))
  expect(admittedOf(admitting, SETTLE)).toEqual([64])
})

test.each([
  ['alone', true, 1_000, SETTLE],
  ['new', false, 1_000, 3_880],
])('a network that is %s rests less', (_, isAlone, spent, most) => {
  const admitting = admission()
  admitting.add(arrivals(128))
  admittedOf(admitting, 0)
  admitting.note({ networks: [changed(128, 10_000)], isAlone, clock: 0, spent })
  admitting.add(arrivals(128))
  expect(admitting.admit(0).due).toBeLessThanOrEqual(most)
})

test('of several changes that wait the last counts, and each goes on once', () => {
  const admitting = passed()
  admitting.note({ networks: [changed(64, 1)], isAlone: false, clock: 0, spent: 1 })
  admitting.add(arrivals(64))
  const [id] = [...(arrivals(64).get(64)?.keys() ?? [])]
  admitting.add(new Map([[64, new Map([[id ?? '', undefined]])]]))
  admitting.admit(SETTLE)
  expect(admitting.take()).toEqual(new Map([[64, new Map([[id, undefined]])]]))
  expect(admitting.take().size).toBe(0)
})

test('what is evaluated in slices keeps nobody else waiting', () => {
  const admitting = createAdmission({
    kernel: { prepare: (change) => change.size < 2 },
    settle: SETTLE,
    revisions: Infinity,
  })
  const many = new Map([128, 129].map((id) => [String(id), undefined]))
  admitting.add(new Map([[128, many]]))
  admitting.add(arrivals(64))
  expect(admitting.admit(0).isComplete).toBe(false)
  expect([...admitting.take().keys()]).toEqual([64])
})

test('a network that is there no more goes at once', () => {
  const admitting = passed()
  admitting.note({ networks: [changed(64, 10_000)], isAlone: false, clock: 0, spent: 1_000 })
  admitting.add(new Map([[64, new Map([['a', undefined]])]]))
  admitting.dismiss(64)
  expect(admitting.take()).toEqual(new Map([[64, new Map([['a', undefined]])]]))
})
