import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { createListening, type Listener, type Listening } from './listening.ts'

let listeners: Listener[]
/** When the tables were read; milliseconds since the beginning. */
let reads: number[]
let told: string[]
let listening: Listening

beforeEach(() => {
  jest.useFakeTimers()
  listeners = []
  reads = []
  told = []
  const began = performance.now()
  listening = createListening({
    shortest: 250,
    longest: 60_000,
    listeners: () => {
      reads.push(Math.round(performance.now() - began))
      return listeners
    },
  })
})

afterEach(() => {
  listening.close()
  jest.useRealTimers()
})

const pass = (ms: number): void => jest.advanceTimersByTime(ms)
const watch = (address: string): (() => void) =>
  listening.watch(address, (ports) => told.push(`${address}: ${ports.join()}`))
const listen = (...all: string[]): void => {
  listeners = all.map((one) => {
    const [address = '', port] = one.split(':')
    return { address, port: Number(port) }
  })
}

describe('looking', () => {
  test('is not done where nobody waits', () => {
    pass(100_000)
    watch('127.0.11.2')()
    pass(100_000)
    expect(reads).toEqual([])
  })

  test('is done soon, then at growing intervals, then once a minute', () => {
    watch('127.0.11.2')
    pass(250_000)
    expect(reads).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 124_000, 184_000, 244_000])
  })

  test('is done for a thousand as often as for one', () => {
    for (let n = 0; n < 1_000; n += 1) watch(`127.1.${n >> 8}.${n & 255}`)
    pass(3_600_000)
    expect(reads).toHaveLength(67)
  })

  test('is done four times a second at most, whoever begins to wait meanwhile', () => {
    for (let n = 0; n < 100; n += 1) {
      watch(`127.1.0.${n}`)
      pass(10)
    }
    expect(reads.length).toBeLessThanOrEqual(4)
  })

  test('rests as it deserves where the tables are long', () => {
    const end = watch('127.0.11.2')
    end()
    listening.close()
    listening = createListening({
      shortest: 250,
      longest: 60_000,
      listeners: () => {
        reads.push(0)
        pass(200)
        return []
      },
    })
    watch('127.0.11.2')
    pass(250)
    expect(reads).toHaveLength(1)
    pass(700)
    expect(reads).toHaveLength(1)
    pass(100)
    expect(reads).toHaveLength(2)
  })

  test('ends with the last who waits', () => {
    const ends = [watch('127.0.11.2'), watch('127.0.11.3')]
    pass(1_000)
    for (const end of ends) end()
    reads = []
    pass(3_600_000)
    expect(reads).toEqual([])
  })

  test('begins anew for who begins to wait after others', () => {
    watch('127.0.11.2')
    pass(100_000)
    reads = []
    watch('127.0.11.3')
    pass(1_000)
    expect(reads).toEqual([100_250, 100_500, 101_000])
  })
})

describe('a port', () => {
  test('is told once two looks saw it, without a long wait between', () => {
    watch('127.0.11.2')
    pass(40_000)
    listen('127.0.11.2:3000')
    pass(24_000)
    expect(told).toEqual([])
    pass(250)
    expect(told).toEqual(['127.0.11.2: 3000'])
    pass(3_600_000)
    expect(told).toHaveLength(1)
  })

  test('that is there for a moment is not told', () => {
    watch('127.0.11.2')
    listen('127.0.11.2:9229')
    pass(250)
    listen('127.0.11.2:9229', '127.0.11.2:3000')
    pass(60_000)
    expect(told).toEqual(['127.0.11.2: 3000,9229'])
  })

  test('on another address, or on all of them, is none of its', () => {
    watch('127.0.11.2')
    listen('127.0.11.3:3000', '0.0.0.0:80', ':::81', '127.0.0.1:82')
    pass(60_000)
    expect(told).toEqual([])
  })

  test('is told again where it becomes another one, and not where it goes', () => {
    watch('127.0.11.2')
    listen('127.0.11.2:3000')
    pass(10_000)
    listen()
    pass(200_000)
    listen('127.0.11.2:4000')
    pass(200_000)
    expect(told).toEqual(['127.0.11.2: 3000', '127.0.11.2: 4000'])
  })

  test('that is another one each time is looked at twice as often at most', () => {
    watch('127.0.11.2')
    listening.close()
    listening = createListening({
      shortest: 250,
      longest: 60_000,
      listeners: () => [{ address: '127.0.11.2', port: reads.push(0) }],
    })
    watch('127.0.11.2')
    pass(3_600_000)
    expect(told).toEqual([])
    expect(reads.length).toBeLessThanOrEqual(2 * 67)
  })

  test('of a machine that shows nothing is none', () => {
    listening.close()
    listening = createListening({ shortest: 250, longest: 60_000, listeners: () => undefined })
    watch('127.0.11.2')
    pass(60_000)
    expect(told).toEqual([])
  })
})
