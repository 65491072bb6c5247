import { describe, expect, test } from '@jest/globals'
import type { ContainerChange, Listing } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import fc from 'fast-check'
import { parseContainer } from './listing.ts'
import { Shown } from './shown.ts'

const SOURCE = { network: 64, daemon: '/run/docker-64.sock' }

const container = (id: string, Image = ''): Container => parseContainer({ Id: id, Image }, SOURCE)

/** A listing, and what it must hold whenever it is asked. */
interface Published {
  readonly listing: Listing
  readonly truth: ReadonlyMap<string, Container>
}

const byId = (listing: Listing): ReadonlyMap<string, Container> =>
  new Map(listing.containers.map((container) => [container.id, container]))

function differences(before: Published, after: Published): ContainerChange {
  const ids = new Set([...before.truth.keys(), ...after.truth.keys()])
  const changed = [...ids].filter((id) => before.truth.get(id) !== after.truth.get(id))
  return new Map(changed.map((id) => [id, after.truth.get(id)]))
}

/** Takes a step for each: another container under this ID, or none, or a listing. */
function play(steps: Iterable<readonly [id: string, act: 'set' | 'delete' | 'publish']>): readonly Published[] {
  const shown = new Shown()
  const truth = new Map<string, Container>()
  const published: Published[] = []
  for (const [id, act] of steps) {
    if (act === 'publish') published.push({ listing: shown.publish(SOURCE), truth: new Map(truth) })
    else if (act === 'delete') expect(shown.delete(id)).toBe(truth.delete(id))
    else {
      const one = container(id)
      shown.set(one)
      truth.set(id, one)
    }
  }
  return published
}

const steps = fc.array(
  fc.tuple(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('set' as const) },
      { weight: 2, arbitrary: fc.constant('delete' as const) },
      { weight: 3, arbitrary: fc.constant('publish' as const) },
    ),
  ),
  { maxLength: 40 },
)

describe('a listing', () => {
  test('stays as it was published, whenever it is asked', () => {
    fc.assert(
      fc.property(steps, (history) => {
        for (const { listing, truth } of play(history)) expect(byId(listing)).toEqual(truth)
      }),
    )
  })

  test('tells what changed since any earlier one: what a comparison finds', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const published = play(history)
        for (const [index, before] of published.entries())
          for (const after of published.slice(index)) {
            const change = after.listing.changedSince?.(before.listing)
            expect(change).toEqual(differences(before, after))
            for (const [id, container] of change ?? []) expect(container).toBe(after.truth.get(id))
          }
      }),
    )
  })

  test('does not know what changed since a later one, or one of somebody else', () => {
    const shown = new Shown()
    const [first, second, other] = [shown.publish(SOURCE), shown.publish(SOURCE), new Shown().publish(SOURCE)]
    expect(second.changedSince?.(first)).toEqual(new Map())
    expect(first.changedSince?.(second)).toBeUndefined()
    expect(second.changedSince?.(other)).toBeUndefined()
    expect(second.changedSince?.({ ...first })).toBeUndefined()
  })

  test('knows what changed since the one before however much it is, and forgets what is long ago', () => {
    const shown = new Shown()
    const published: Published[] = []
    const truth = new Map<string, Container>()
    let known = 0
    for (let n = 0; n < 20_000; n += 1) {
      const one = container(`c${n % 10}`)
      shown.set(one)
      truth.set(one.id, one)
      const listing = shown.publish(SOURCE)
      const [before] = published.slice(-1)
      if (before && listing.changedSince?.(before.listing)?.get(one.id) === one) known += 1
      published.push({ listing, truth: new Map(truth) })
    }
    expect(known).toBe(19_999)
    const last = published.at(-1)?.listing
    const isKnown = published.filter((_, n) => n % 499 === 0).map(({ listing }) => !!last?.changedSince?.(listing))
    expect(isKnown.slice(-8)).not.toContain(false)
    expect(isKnown.slice(0, -20)).not.toContain(true)
    for (const one of published.filter((_, n) => n % 997 === 0)) expect(byId(one.listing)).toEqual(one.truth)
  })

  test('says no more than its containers where it is copied', () => {
    const shown = new Shown()
    shown.set(container('a'))
    const listing = shown.publish(SOURCE)
    expect(JSON.parse(JSON.stringify(listing))).toMatchObject({ ...SOURCE, containers: [{ id: 'a' }] })
    expect(Object.keys({ ...listing }).sort()).toEqual(['containers', 'daemon', 'network'])
    expect(Object.isFrozen(listing) && Object.isFrozen(listing.containers)).toBe(true)
  })
})
