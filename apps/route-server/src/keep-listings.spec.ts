import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import type { Listing, Snapshot } from '@route-server/kernel'
import type { Container, NetworkId } from '@route-server/plugin-api'
import { keepListings } from './keep-listings.ts'

const container = (id: string, fields: Partial<Container> = {}): Container => ({
  id,
  name: id,
  image: 'image',
  created: 1,
  state: 'running',
  health: 'none',
  status: '',
  networkMode: 'host',
  network: 64,
  daemon: 'd',
  labels: { 'rediacc.service_name': 'web' },
  ...fields,
})
const listingOf = (...containers: readonly Container[]): Listing => ({ network: 64, daemon: 'd', containers })

/** A source that a test turns, and what is kept of it: the containers' IDs, or `forgotten`. */
function kept(first: Listing | undefined, onDisk?: Listing) {
  const calls: string[] = []
  const mapOf = (listing?: Listing): ReadonlyMap<NetworkId, Listing> => new Map(listing ? [[64, listing]] : [])
  let snapshot: Snapshot = { listings: mapOf(first), daemons: [], unknown: [], diagnostics: [] }
  let tell: () => void = () => undefined
  const close = keepListings(
    { read: () => snapshot, subscribe: (changed) => ((tell = changed), () => (tell = () => undefined)) },
    {
      redeployGrace: 1_000,
      before: mapOf(onDisk),
      state: {
        keepListing: ({ containers }) => void calls.push(containers.map(({ id, state }) => `${id} ${state}`).join()),
        forgetListing: () => void calls.push('forgotten'),
      },
    },
  )
  return {
    close,
    calls,
    turn: (listing?: Listing) => {
      snapshot = { ...snapshot, listings: mapOf(listing) }
      tell()
    },
  }
}

beforeEach(() => void jest.useFakeTimers())
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0)
  jest.useRealTimers()
})

test('every new listing is kept, once, and one that was read from disk not again', () => {
  const onDisk = listingOf(container('a'))
  const { calls, turn, close } = kept(onDisk, onDisk)
  turn(onDisk)
  expect(calls).toEqual([])
  turn(listingOf(container('a'), container('b')))
  expect(calls).toEqual(['a running,b running'])
  close()
})

test('a daemon that is gone is forgotten, one that was only on disk too', () => {
  const { calls, turn, close } = kept(undefined, listingOf(container('a')))
  expect(calls).toEqual(['forgotten'])
  turn(listingOf(container('a')))
  turn(undefined)
  expect(calls).toEqual(['forgotten', 'a running', 'forgotten'])
  close()
})

test('a container that went away is kept as it was until its grace is over', () => {
  const { calls, turn, close } = kept(listingOf(container('a')))
  turn(listingOf())
  jest.advanceTimersByTime(999)
  expect(calls).toEqual(['a running', 'a running'])
  jest.advanceTimersByTime(1)
  expect(calls.at(-1)).toBe('')
  close()
})

test('others that go away later keep nobody any longer', () => {
  const job = (id: string): Container => container(id, { labels: {} })
  const { calls, turn, close } = kept(listingOf(job('a'), job('b'), job('c')))
  turn(listingOf(job('b'), job('c')))
  jest.advanceTimersByTime(600)
  turn(listingOf(job('c')))
  jest.advanceTimersByTime(600)
  turn(listingOf())
  expect(calls.at(-1)).toBe('b running,c running')
  jest.advanceTimersByTime(1_000)
  expect(calls.at(-1)).toBe('')
  close()
})

test('one that stopped likewise', () => {
  const { calls, turn, close } = kept(listingOf(container('a')))
  turn(listingOf(container('a', { state: 'exited' })))
  expect(calls.at(-1)).toBe('a running')
  jest.advanceTimersByTime(1_000)
  expect(calls.at(-1)).toBe('a exited')
  close()
})

test('one whose successor is starting likewise, for that one to be served after a start', () => {
  const { calls, turn, close } = kept(listingOf(container('a')))
  turn(listingOf(container('b', { health: 'starting' })))
  expect(calls.at(-1)).toBe('b running,a running')
  turn(listingOf(container('b', { health: 'healthy' })))
  expect(calls.at(-1)).toBe('b running')
  jest.advanceTimersByTime(1_000)
  close()
})

test('a successor takes its place at once', () => {
  const { calls, turn, close } = kept(listingOf(container('a')))
  turn(listingOf())
  turn(listingOf(container('b')))
  expect(calls.at(-1)).toBe('b running')
  close()
})
