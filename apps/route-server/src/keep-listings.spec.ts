import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import type { Listing, Snapshot } from '@route-server/kernel'
import { sampleContainer } from '@route-server/kernel/testing'
import type { Container, NetworkId } from '@route-server/plugin-api'
import { keepListings } from './keep-listings.ts'

const container = (id: string, fields: Partial<Container> = {}): Container =>
  sampleContainer({ id, name: id, network: 64, daemon: 'd', labels: { 'rediacc.service_name': 'web' }, ...fields })
const listingOf = (...containers: readonly Container[]): Listing => ({ network: 64, daemon: 'd', containers })

/** The same as a source that knows what changed gives it; `undefined` where it has forgotten that. */
function known(listing: Listing, before: Listing | undefined): Listing {
  const change = new Map<string, Container | undefined>()
  for (const each of listing.containers) if (!before?.containers.includes(each)) change.set(each.id, each)
  for (const { id } of before?.containers ?? [])
    if (!listing.containers.some((each) => each.id === id)) change.set(id, undefined)
  return { ...listing, changedSince: (other) => (other === before ? change : undefined) }
}

const mapOf = <T>(one?: T): ReadonlyMap<NetworkId, T> => new Map(one ? [[64, one]] : [])

/** A source that a test turns, and what is kept of it after each change: the containers' IDs, or `forgotten`. */
function keeping(first: Listing | undefined, { onDisk, tells }: { onDisk?: Listing | undefined; tells: boolean }) {
  const calls: string[] = []
  const changes: string[][] = []
  const containers = new Map(onDisk?.containers.map((each) => [each.id, each]))
  const keptNow = new Map<NetworkId, Map<string, Container>>(onDisk ? [[64, containers]] : [])
  let snapshot: Snapshot = { listings: mapOf(first), daemons: [], unknown: [], diagnostics: [] }
  let tell: () => void = () => undefined
  const close = keepListings(
    { read: () => snapshot, subscribe: (changed) => ((tell = changed), () => (tell = () => undefined)) },
    {
      redeployGrace: 1_000,
      state: {
        kept: keptNow,
        keepListing: (_, change) => {
          if (change.size === 0 && keptNow.has(64)) return
          keptNow.set(64, containers)
          changes.push([...change.keys()])
          for (const [id, one] of change)
            if (one) containers.set(id, one)
            else containers.delete(id)
          calls.push(Array.from(containers.values(), ({ id, state }) => `${id} ${state}`).join())
        },
        forgetListing: () => {
          containers.clear()
          keptNow.delete(64)
          calls.push('forgotten')
        },
      },
    },
  )
  return {
    close,
    calls,
    changes,
    turn: (listing?: Listing) => {
      const before = snapshot.listings.get(64)
      snapshot = {
        ...snapshot,
        listings: mapOf(tells && listing && listing !== before ? known(listing, before) : listing),
      }
      tell()
    },
  }
}

beforeEach(() => void jest.useFakeTimers())
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0)
  jest.useRealTimers()
})

describe.each([
  { source: 'that knows what changed', tells: true },
  { source: 'that has to be compared', tells: false },
])('a source $source', ({ tells }) => {
  const kept = (first: Listing | undefined, onDisk?: Listing) => keeping(first, { onDisk, tells })

  test('what is new in a listing is kept, once, and one that was read from disk not again', () => {
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
    expect(calls).toEqual(['a running'])
    jest.advanceTimersByTime(1)
    expect(calls.at(-1)).toBe('')
    close()
  })

  test('one that is kept and is gone at the start, or when the configuration was read again, likewise', () => {
    const { calls, close } = kept(listingOf(), listingOf(container('a'), container('b', { state: 'exited' })))
    expect(calls).toEqual(['a running'])
    jest.advanceTimersByTime(1_000)
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
    expect(calls.at(-1)).toBe('a running,b running')
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

  test('in any history the same are kept as by who looks at everything', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
    const one = fc.record({
      state: fc.constantFrom('running' as const, 'running' as const, 'exited' as const, 'created' as const),
      health: fc.constantFrom('none' as const, 'starting' as const),
      service: fc.constantFrom('web', 'db', undefined),
    })
    const step = fc.record({ id: ids, now: fc.option(one, { nil: undefined, freq: 3 }), waits: fc.nat({ max: 600 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const now = new Map<string, Container>()
        const { calls, turn, close } = kept(listingOf())
        const expected = model()
        for (const { id, now: next, waits } of steps) {
          if (next) {
            const labels = { ...(next.service && { 'rediacc.service_name': next.service }) }
            now.set(id, container(id, { state: next.state, health: next.health, labels }))
          } else now.delete(id)
          turn(listingOf(...now.values()))
          expected.take([...now.values()])
          jest.advanceTimersByTime(waits)
          const last = calls.at(-1)?.split(',').sort().join()
          expect(last).toBe(expected.kept().sort().join())
        }
        close()
      }),
    )
  })
})

/** What is to be kept, found out by looking at everything each time. */
function model() {
  let last: readonly Container[] = []
  let departed: readonly { readonly container: Container; readonly until: number }[] = []
  const isRunning = ({ state }: Container): boolean => state === 'running'
  const serviceOf = ({ id, labels }: Container): string => labels['rediacc.service_name'] ?? id
  const drop = (): void => {
    departed = departed.filter(({ container, until }) => {
      const successors = last.filter((each) => isRunning(each) && serviceOf(each) === serviceOf(container))
      if (successors.some(({ health }) => health !== 'starting')) return false
      return until > performance.now() || successors.length > 0
    })
  }
  return {
    take(containers: readonly Container[]): void {
      drop()
      const running = containers.filter(isRunning)
      const isBack = (before: Container): boolean => running.some(({ id }) => id === before.id)
      const lost = last.filter((before) => isRunning(before) && !isBack(before))
      last = containers
      departed = [
        ...departed.filter(({ container }) => !isBack(container)),
        ...lost.map((container) => ({ container, until: performance.now() + 1_000 })),
      ]
      drop()
    },
    kept(): string[] {
      drop()
      const ids = new Set(departed.map(({ container }) => container.id))
      const all = [...last.filter(({ id }) => !ids.has(id)), ...departed.map(({ container }) => container)]
      return all.map(({ id, state }) => `${id} ${state}`)
    },
  }
}

test('an event costs what it changes: nobody looks at the other containers', () => {
  const many = Array.from({ length: 1_000 }, (_, i) => container(`c${i}`, { labels: {} }))
  const before = listingOf(...many)
  const { turn, changes, close } = keeping(before, { tells: false })
  const after: Listing = {
    ...before,
    changedSince: () => new Map([['new', container('new')]]),
    get containers(): never {
      throw new Error('They were looked at.')
    },
  }
  turn(after)
  expect(changes.map((change) => change.length)).toEqual([1_000, 1])
  close()
})
