import { expect, test } from '@jest/globals'
import { Heard } from './heard.ts'

const event = (n: number) => ({ id: `c${n}`, action: 'start', timeNano: n })

test('more events are remembered than Docker remembers, however long ago they were heard', () => {
  const heard = new Heard()
  for (let n = 0; n < 300; n += 1) heard.add(event(n))
  for (let period = 0; period < 10; period += 1) heard.forget()
  expect(heard.has(event(0))).toBe(true)
  expect(heard.has(event(300))).toBe(false)
})

test('a flood is not remembered for ever', () => {
  const heard = new Heard()
  for (let n = 0; n < 100_000; n += 1) heard.add(event(n))
  const remembered = Array.from({ length: 100_000 }, (_, n) => event(n)).filter((each) => heard.has(each))
  expect(remembered.length).toBeGreaterThan(256)
  expect(remembered.length).toBeLessThanOrEqual(2_000)
  expect(remembered.at(-1)).toEqual(event(99_999))
})

test('which containers were named is remembered for one to two periods', () => {
  const heard = new Heard()
  heard.add(event(1))
  heard.forget()
  expect(heard.of('c1')).toBe(true)
  heard.forget()
  expect(heard.of('c1')).toBe(false)
})
