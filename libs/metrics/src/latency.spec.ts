import { expect, test } from '@jest/globals'
import type { Entry, NetworkChange } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { createLatency } from './latency.ts'
import type { Durations } from './tally.ts'

const EPOCH = 1_800_000_000_000

function started() {
  let now = 0
  const latency = createLatency({ date: () => EPOCH + now, clock: () => now })
  return {
    latency,
    wait: (ms: number) => (now += ms),
    /** What a daemon said has happened so long ago; milliseconds. */
    hear: (id: string, action: string, ago = 0) => latency.hear({ id, action, timeNano: (EPOCH + now - ago) * 1e6 }),
    change: (...ids: readonly string[]) => {
      latency.tell([changeOf(ids)])
      latency.publish()
    },
  }
}

const changeOf = (ids: readonly string[]): NetworkChange => ({
  network: 2816,
  gone: [],
  come: ids.map((id) => ({ by: { container: { id } as Container, service: id } }) as Entry),
  said: () => [],
})

const seen = ({ counts, sum }: Durations) => ({ count: counts.reduce((a, b) => a + b), sum })

test('an event counts from when the daemon says that it happened, to the document and to the first who asks for that', () => {
  const { latency, wait, hear, change } = started()
  hear('a', 'start', 20)
  wait(30)
  change('a')
  expect(seen(latency.published)).toEqual({ count: 1, sum: 0.05 })
  wait(2_000)
  latency.fetch()
  wait(5_000)
  latency.fetch()
  expect(seen(latency.fetched)).toEqual({ count: 1, sum: 2.05 })
})

test('each container counts once, and what changed without an event not at all', () => {
  const { latency, hear, change } = started()
  hear('a', 'start')
  hear('b', 'health_status: healthy')
  change('a', 'a', 'b', 'c')
  change('a', 'b')
  expect(seen(latency.published).count).toBe(2)
})

test('who goes away is waited for on purpose, so that counts for nothing', () => {
  const { latency, wait, hear, change } = started()
  hear('a', 'start')
  hear('a', 'die')
  wait(10_000)
  change('a')
  expect(seen(latency.published).count).toBe(0)
})

test('what changes no byte of the document is not taken for late when the next does', () => {
  const { latency, wait, hear, change } = started()
  hear('a', 'start')
  latency.tell([changeOf(['a'])])
  wait(9_000)
  change('a')
  expect(seen(latency.published).count).toBe(0)
})

test.each([
  ['with another clock', -3_600_000],
  ['behind by hours', 3_600_000],
])('an event of a daemon %s counts from when it came', (_, ago) => {
  const { latency, wait, hear, change } = started()
  hear('a', 'start', ago)
  wait(40)
  change('a')
  expect(seen(latency.published).sum).toBe(0.04)
})

test('a flood of events that change nothing is forgotten', () => {
  const { latency, hear, change } = started()
  hear('first', 'start')
  for (let id = 0; id < 10_000; id += 1) hear(String(id), 'start')
  change('first', '0', '9999')
  expect(seen(latency.published).count).toBe(2)
})
