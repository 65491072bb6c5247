import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Listing } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { Inventory, type Prepared } from './inventory.ts'
import type { Inspected } from './listing.ts'

const SOURCE = { network: 64, daemon: '/run/docker-64.sock' }

let asked: string[]
let wants: boolean
let isCurious: boolean
let watched: { address: string; seen: (ports: readonly number[]) => void }[]
let news: number
let inventory: Inventory

const create = (before?: Listing): Inventory =>
  new Inventory(before, {
    source: SOURCE,
    wantsPorts: ({ id }) => {
      asked.push(id)
      return wants
    },
    interestIn: ({ listeningPorts }) =>
      isCurious ? { address: '127.0.0.66', isWanted: listeningPorts?.length !== 1 } : undefined,
    watch: (address, seen) => {
      const one = { address, seen }
      watched.push(one)
      return () => (watched = watched.filter((other) => other !== one))
    },
    seen: () => (news += 1),
    keepLabel: () => true,
  })

const list = (...items: object[]): Prepared[] =>
  items.map((item) => inventory.prepare({ State: 'running', Image: 'i', ...item }))

const ports = (...numbers: number[]): Inspected => ({
  ports: numbers.map((number) => ({ number, protocol: 'tcp' as const })),
  healthLog: undefined,
})

beforeEach(() => {
  asked = []
  wants = false
  isCurious = false
  watched = []
  news = 0
  inventory = create()
})

const shown = (): readonly Container[] => {
  inventory.publish()
  return inventory.listing?.containers ?? []
}
const ids = (): string[] => shown().map(({ id }) => id)

test('an unchanged container stays the same object, and an unchanged listing too', () => {
  inventory.merge(list({ Id: 'a', Status: 'Up 1 second' }, { Id: 'b' }))
  const [a] = shown()
  const { listing } = inventory
  inventory.merge(list({ Id: 'b' }, { Id: 'a', Status: 'Up 2 seconds' }))
  expect(inventory.publish()).toBe(false)
  expect(inventory.listing).toBe(listing)
  inventory.merge(list({ Id: 'b', State: 'paused' }), new Set(['b']))
  expect(shown()[0]).toBe(a)
  expect(inventory.listing).not.toBe(listing)
  expect(Object.isFrozen(inventory.listing)).toBe(true)
})

test('what was asked for and is not there is gone; the others stay', () => {
  inventory.merge(list({ Id: 'a' }, { Id: 'b' }, { Id: 'c' }))
  inventory.merge(list({ Id: 'd' }), new Set(['b', 'd', 'unheard-of']))
  expect(ids()).toEqual(['a', 'c', 'd'])
  inventory.merge([])
  expect(ids()).toEqual([])
})

test('an empty listing is a listing', () => {
  inventory.merge([])
  expect(inventory.listing).toBeUndefined()
  expect(inventory.publish()).toBe(true)
  expect(inventory.listing?.containers).toEqual([])
})

describe('ports', () => {
  beforeEach(() => {
    wants = true
  })

  test('are asked for once per container, which is out of view until they are known', () => {
    expect(inventory.merge(list({ Id: 'a' })).unknown).toEqual(['a'])
    expect(ids()).toEqual([])
    inventory.settle('a', ports(80))
    expect(shown()).toMatchObject([{ id: 'a', exposedPorts: [{ number: 80 }] }])
    expect(inventory.merge(list({ Id: 'a' })).unknown).toEqual([])
    expect(inventory.merge(list({ Id: 'a', State: 'exited' })).unknown).toEqual([])
    expect(inventory.merge(list({ Id: 'a' })).unknown).toEqual([])
    expect(shown()).toMatchObject([{ state: 'running', exposedPorts: [{ number: 80 }] }])
    expect(asked).toEqual(['a'])
  })

  test('of containers that do not run are nobody’s business', () => {
    inventory.merge(list({ Id: 'a', State: 'exited' }))
    expect(ids()).toEqual(['a'])
    expect(asked).toEqual([])
  })

  test('that cannot be had leave the container without, to be asked for again', () => {
    inventory.merge(list({ Id: 'a' }))
    inventory.settle('a', undefined)
    expect(shown()).toMatchObject([{ id: 'a' }])
    expect(shown()[0]?.exposedPorts).toBeUndefined()
    expect(inventory.unanswered()).toEqual(['a'])
    inventory.settle('a', ports())
    expect(shown()[0]?.exposedPorts).toEqual([])
    expect(inventory.unanswered()).toEqual([])
  })

  test('that arrive after the container has gone are dropped', () => {
    inventory.merge(list({ Id: 'a' }))
    inventory.merge([], new Set(['a']))
    inventory.settle('a', ports())
    expect(ids()).toEqual([])
  })

  test('are forgotten with the container', () => {
    inventory.merge(list({ Id: 'a' }))
    inventory.settle('a', ports())
    inventory.merge([])
    expect(inventory.merge(list({ Id: 'a' })).unknown).toEqual(['a'])
  })
})

describe('what is listened on', () => {
  beforeEach(() => {
    wants = true
    isCurious = true
  })

  const run = (...exposed: number[]): void => {
    inventory.merge(list({ Id: 'a' }))
    inventory.settle('a', ports(...exposed))
    inventory.publish()
  }
  const tell = (...ports: number[]): void => watched[0]?.seen(ports)
  const listeningPorts = (): unknown => shown()[0]?.listeningPorts

  test('is looked for once the image is known to expose no TCP port, and then remembered', () => {
    inventory.merge(list({ Id: 'a' }))
    expect(watched).toEqual([])
    inventory.settle('a', ports())
    expect(watched).toMatchObject([{ address: '127.0.0.66' }])
    tell(3000)
    expect(news).toBe(1)
    expect(listeningPorts()).toEqual([3000])
    expect(Object.isFrozen(listeningPorts())).toBe(true)
    expect(watched).toEqual([])
    inventory.merge(list({ Id: 'a', State: 'exited' }))
    inventory.merge(list({ Id: 'a' }))
    expect(listeningPorts()).toEqual([3000])
    // Its start wasn't heard of.
    expect(watched).toHaveLength(1)
  })

  test.each<[string, () => void]>([
    ['the image exposes one', () => run(80)],
    ['nobody cares', () => ((isCurious = false), run())],
    [
      'it has stopped',
      () => {
        run()
        inventory.merge(list({ Id: 'a', State: 'exited' }))
      },
    ],
    [
      'it has gone',
      () => {
        run()
        inventory.merge([])
      },
    ],
    [
      'nobody looks any more',
      () => {
        run()
        inventory.close()
      },
    ],
  ])('is not looked for where %s', (_, arrange) => {
    arrange()
    expect(watched).toEqual([])
  })

  test('is looked for until it does: several ports may become one', () => {
    run()
    tell(3000, 9229)
    expect(listeningPorts()).toEqual([3000, 9229])
    tell(3000, 9229)
    expect(news).toBe(1)
    tell(9229)
    expect(listeningPorts()).toEqual([9229])
    expect(watched).toEqual([])
  })

  test('is looked for again after a start, and stays where it is still so, whatever else is', () => {
    run()
    tell(3000)
    inventory.hear('a', true)
    expect(watched).toHaveLength(1)
    tell(3000, 9229)
    expect(listeningPorts()).toEqual([3000])
    expect(news).toBe(1)
    expect(watched).toEqual([])
  })

  test('is given up after a start where another port is in its place', () => {
    run()
    tell(3000)
    inventory.hear('a', true)
    tell(4000)
    expect(listeningPorts()).toEqual([4000])
    expect(watched).toEqual([])
  })

  test('is of one container: another one of its name is another one', () => {
    run()
    tell(3000)
    inventory.merge(list({ Id: 'b' }))
    inventory.settle('b', ports())
    expect(listeningPorts()).toBeUndefined()
    expect(watched).toHaveLength(1)
  })

  test('is known from the run before, and looked at once more', () => {
    run()
    tell(3000)
    inventory.publish()
    const { listing } = inventory
    inventory = create(JSON.parse(JSON.stringify(listing)) as Listing)
    expect(inventory.listing?.containers).toMatchObject([{ listeningPorts: [3000] }])
    expect(watched).toHaveLength(1)
    tell(3000)
    expect(watched).toEqual([])
    inventory.merge(list({ Id: 'a' }))
    expect(inventory.publish()).toBe(false)
  })
})

describe('the health log', () => {
  const UNWELL = { Id: 'a', Status: 'Up 3 seconds (unhealthy)' }
  const WELL = { Id: 'a', Status: 'Up 3 seconds (healthy)' }
  const healthLog = { since: 5, output: 'no' }
  const inspected = (): Inspected => ({ ports: [{ number: 80, protocol: 'tcp' }], healthLog })

  test('is asked for once each time that a container becomes unhealthy, which is shown meanwhile', () => {
    expect(inventory.merge(list(UNWELL)).unknown).toEqual(['a'])
    expect(shown()).toMatchObject([{ health: 'unhealthy' }])
    expect(inventory.merge(list(UNWELL)).unknown).toEqual([])
    inventory.settle('a', inspected())
    expect(shown()).toMatchObject([{ healthLog }])
    expect(inventory.merge(list(UNWELL)).unknown).toEqual([])
    expect(inventory.merge(list(WELL), new Set(['a'])).unknown).toEqual([])
    expect(shown()[0]).not.toHaveProperty('healthLog')
    expect(inventory.merge(list(UNWELL)).unknown).toEqual(['a'])
    expect(shown()[0]).not.toHaveProperty('healthLog')
  })

  test('leaves the container the same while nothing else changes, in other lists too', () => {
    inventory.merge(list(UNWELL))
    inventory.settle('a', inspected())
    const [a] = shown()
    inventory.merge(list({ ...UNWELL, Status: 'Up 9 seconds (unhealthy)' }))
    expect(inventory.publish()).toBe(false)
    expect(shown()[0]).toBe(a)
  })

  test('is nobody’s business where the container is well, starting, or ended', () => {
    const items = [WELL, { Id: 'b', Status: 'Up (health: starting)' }, { ...UNWELL, Id: 'c', State: 'exited' }]
    expect(inventory.merge(list(...items)).unknown).toEqual([])
  })

  test('brings no ports that nobody asked for, and those that somebody did', () => {
    inventory.merge(list(UNWELL))
    inventory.settle('a', inspected())
    expect(shown()[0]).not.toHaveProperty('exposedPorts')
    wants = true
    expect(inventory.merge(list({ ...UNWELL, Id: 'b' }), new Set(['b'])).unknown).toEqual(['b'])
    inventory.settle('b', inspected())
    expect(shown()[1]).toMatchObject({ healthLog, exposedPorts: [{ number: 80 }] })
  })

  test('that cannot be had is not asked for again, unless the asking was broken off', () => {
    inventory.merge(list(UNWELL))
    inventory.settle('a', undefined)
    expect(inventory.unanswered()).toEqual([])
    expect(inventory.merge(list(UNWELL)).unknown).toEqual([])
    inventory.unsettle('a')
    expect(inventory.merge(list(UNWELL)).unknown).toEqual(['a'])
    inventory.settle('a', inspected())
    inventory.unsettle('a')
    expect(inventory.merge(list(UNWELL)).unknown).toEqual([])
  })
})

describe('a listing of an earlier run', () => {
  const healthLog = { since: 5, output: 'no' }
  let before: Listing

  beforeEach(() => {
    wants = true
    const items = [{ Id: 'a' }, { Id: 'b', Status: 'Up (unhealthy)' }, { Id: 'c' }]
    inventory.merge(list(...items))
    inventory.settle('a', ports(80))
    inventory.settle('b', { ...ports(), healthLog })
    inventory.settle('c', ports())
    inventory.publish()
    before = JSON.parse(JSON.stringify(inventory.listing)) as Listing
    asked = []
    inventory = create(before)
  })

  test('is there at once, and its containers stay the same objects in the first list', () => {
    const { listing } = inventory
    expect(listing).toEqual(before)
    expect(Object.isFrozen(listing)).toBe(true)
    expect(inventory.merge(list({ Id: 'b', Status: 'Up (unhealthy)' }, { Id: 'c' }, { Id: 'a' }))).toEqual({
      eventful: [],
      unknown: [],
    })
    expect(inventory.publish()).toBe(false)
    expect(inventory.listing).toBe(listing)
    expect(asked).toEqual([])
  })

  test('gives way where the first list says otherwise', () => {
    const [a] = inventory.listing?.containers ?? []
    expect(inventory.merge(list({ Id: 'a' }, { Id: 'b', State: 'exited' }, { Id: 'd' })).unknown).toEqual(['d'])
    expect(shown().map(({ id, state }) => [id, state])).toEqual([
      ['a', 'running'],
      ['b', 'exited'],
    ])
    expect(shown()[0]).toBe(a)
  })

  test('has the daemon where it is now', () => {
    inventory = create({ ...before, daemon: '/old/docker-64.sock' })
    expect(inventory.listing).toMatchObject(SOURCE)
    expect(inventory.listing?.containers[0]).toMatchObject(SOURCE)
  })
})

test('what was prepared before an inspect was answered counts with the answer', () => {
  wants = true
  inventory.merge(list({ Id: 'a' }))
  const prepared = list({ Id: 'a', Names: ['/new'] })
  inventory.settle('a', ports(80))
  expect(inventory.merge(prepared).unknown).toEqual([])
  expect(shown()).toMatchObject([{ name: 'new', exposedPorts: [{ number: 80 }] }])
})

test('some container runs unless all have ended, by the list or by an event', () => {
  expect(inventory.hasRunning).toBe(false)
  inventory.merge(list({ Id: 'a' }, { Id: 'b', State: 'exited' }, { Id: 'c', State: 'paused' }))
  inventory.hear('a', false)
  expect(inventory.hasRunning).toBe(true)
  inventory.hear('c', false)
  expect(inventory.hasRunning).toBe(false)
  inventory.hear('a', true)
  expect(inventory.hasRunning).toBe(true)
  inventory.hear('a', false)
  inventory.merge(list({ Id: 'a' }))
  expect(inventory.hasRunning).toBe(true)
})

test('what is cleared is as if it had never been known', () => {
  inventory.merge(list({ Id: 'a' }))
  inventory.publish()
  inventory.clear()
  expect([inventory.listing, inventory.size]).toEqual([undefined, 0])
  expect(inventory.merge(list({ Id: 'a' })).eventful).toEqual(['a'])
  expect(ids()).toEqual(['a'])
})

describe('a change', () => {
  /** Calls back whenever the next is taken from a collection such as this, until the returned function is called. */
  function watchSteps(many: Iterable<unknown>, step: () => void): () => void {
    const iterator = Object.getPrototypeOf(many[Symbol.iterator]()) as Iterator<unknown>
    const next = Object.getOwnPropertyDescriptor(iterator, 'next')?.value as () => IteratorResult<unknown>
    iterator.next = function () {
      step()
      return next.call(this)
    }
    return () => void (iterator.next = next)
  }

  /** How often something of a container is read, or the next of many is taken, from three changes to who is told of them. */
  function costAmong(size: number): number {
    inventory = create()
    let touched = 0
    const touch = (): unknown => (touched += 1)
    const counting = (container: Container): Container =>
      new Proxy(container, { get: (target, key) => touch() && (Reflect.get(target, key) as unknown) })
    const ids = Array.from({ length: size }, (_, n) => `c${n}`)
    const prepared = list(...ids.map((Id) => ({ Id })))
    inventory.merge(prepared.map((one) => ({ ...one, container: counting(one.container) })))
    inventory.publish()
    const before = inventory.listing

    touched = 0
    const stops = [new Map(), new Set(), []].map((many) => watchSteps(many, touch))
    for (const id of ['c7', 'new']) {
      inventory.hear(id, true)
      inventory.merge(list({ Id: id, Names: ['/other'] }), new Set([id]))
      inventory.publish()
    }
    inventory.merge([], new Set(['c8']))
    inventory.publish()
    const facts = [inventory.hasRunning, inventory.size]
    const changed = before && inventory.listing?.changedSince?.(before)
    const cost = touched
    stops.forEach((stop) => stop())

    expect(facts).toEqual([true, size])
    expect([...(changed?.keys() ?? [])]).toEqual(['c7', 'new', 'c8'])
    return cost
  }

  test('costs the same among any number of containers', () => {
    const cost = costAmong(1_000)
    expect(cost).toBeGreaterThan(0)
    expect(cost).toBeLessThan(500)
    expect(costAmong(20_000)).toBe(cost)
  })
})
