import { describe, expect, test } from '@jest/globals'
import { costOf, NOTHING_SPENT, spend, waitOf } from './pace.ts'
import type { Spent } from './pace.ts'

/** When documents of that cost go out, that are there at these times or all the time. */
function sentAt(cost: number, until: number, comesAt: (now: number) => number): readonly number[] {
  const sent: number[] = []
  let spent: Spent = NOTHING_SPENT
  for (let now = comesAt(0); now <= until;) {
    const wait = waitOf(spent, cost, now)
    if (wait > 0) {
      now += Math.ceil(wait)
      continue
    }
    sent.push(now)
    spent = spend(spent, cost, now)
    now = comesAt(now)
  }
  return sent
}

const COSTS = [costOf(30_000), costOf(300_000), costOf(3_000_000)]

test.each(COSTS)(
  'of documents that cost %d ms and never stop coming, Traefik takes no more than a tenth of its time',
  (cost) => {
    const hour = 3_600_000
    const sent = sentAt(cost, hour, (now) => now + 1)
    expect((sent.length * cost) / hour).toBeLessThan(0.102)
    expect((sent.length * cost) / hour).toBeGreaterThan(0.09)
  },
)

test.each(COSTS)('a burst of documents that cost %d ms becomes few', (cost) => {
  const sent = sentAt(cost, 10 * cost, (now) => now + 1)
  expect(sent[0]).toBe(1)
  expect(sent.length).toBeLessThanOrEqual(3)
})

describe('a lone one after a quiet while goes out at once', () => {
  test('at the start', () => {
    expect(waitOf(NOTHING_SPENT, 100, 0)).toBe(0)
  })

  test('and one every so often', () => {
    expect(sentAt(50, 10_000, (now) => now + 500)).toHaveLength(20)
  })

  test('but not before Traefik is done with the last', () => {
    expect(waitOf(spend(NOTHING_SPENT, 100, 0), 100, 0)).toBe(200)
    expect(waitOf(spend(NOTHING_SPENT, 100, 0), 100, 200)).toBe(0)
  })
})

test('what was spent long ago is forgotten', () => {
  let spent = NOTHING_SPENT
  for (let time = 0; time < 100; time += 1) spent = spend(spent, 100, time)
  expect(waitOf(spent, 100, 1_000)).toBeGreaterThan(90_000)
  expect(waitOf(spent, 100, 100_000)).toBe(0)
})
