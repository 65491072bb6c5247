import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Container } from '@route-server/plugin-api'
import { sampleContainer } from '../sample-container.ts'
import { createNetworkLife, PROBATION_MS, UNCERTAIN_MS } from './network-life.ts'
import type { LifeOptions, NetworkLife } from './network-life.ts'
import { isGone } from './roster.ts'
import type { Resident } from './roster.ts'

const GRACE = 15_000
const HOLD = 10_000

let clock = 0
beforeEach(() => {
  clock = 0
})

const isGhost = (one: Resident): boolean => one.presence === 'held' && isGone(one.reason)

/** A life whose moments are the test's, and what those who were told of its changes alone know of it. */
function living(options: Partial<LifeOptions> = {}): {
  readonly life: NetworkLife
  /** Who is there as listed, and then those that went. */
  readonly attend: (...containers: readonly Container[]) => readonly string[]
  readonly again: () => readonly string[]
  readonly residents: () => readonly Resident[]
} {
  const life = createNetworkLife()
  const inForce: LifeOptions = { redeployGrace: GRACE, hold: 0, health: 'gate', ...options }
  let listing = { network: 2816, daemon: 'd', containers: [] as readonly Container[] }
  const told = new Map<string, Resident>()
  const residents = (): readonly Resident[] => {
    const order = listing.containers.map(({ id }) => id)
    const rank = (one: Resident): number => (isGhost(one) ? order.length : order.indexOf(one.container.id))
    return [...told.values()].sort((a, b) => rank(a) - rank(b))
  }
  const look = (): readonly string[] => {
    const change = life.attend(listing, { date: 1_000_000 + clock, clock }, inForce)
    for (const [id, resident] of change) {
      if (resident) told.set(id, resident)
      else told.delete(id)
    }
    expect(told).toEqual(life.residents)
    return residents().map((resident) =>
      [resident.container.name, resident.presence === 'held' ? resident.reason : resident.presence].join(' '),
    )
  }
  return {
    life,
    attend(...containers) {
      listing = { ...listing, containers }
      return look()
    },
    again: look,
    residents,
  }
}

const web = (fields: Partial<Container> = {}): Container => sampleContainer({ name: 'web', ...fields })

describe('who runs gets traffic, unless something speaks against it', () => {
  test.each<[string, Partial<Container>]>([
    ['web serving', {}],
    ['web serving', { health: 'healthy' }],
    ['web starting', { health: 'starting' }],
    ['web unhealthy', { health: 'unhealthy' }],
    ['web paused', { state: 'paused' }],
    ['web absent', { state: 'created' }],
    ['web absent', { state: 'exited' }],
    ['web absent', { state: 'restarting' }],
  ])('%s: %j', (said, fields) => {
    expect(living().attend(web(fields))).toEqual([said])
  })

  test('health matters to nobody where the operator says so; a pause does', () => {
    const { attend } = living({ health: 'ignore' })
    expect(attend(web({ health: 'unhealthy' }))).toEqual(['web serving'])
    expect(attend(web({ health: 'unhealthy', state: 'paused' }))).toEqual(['web paused'])
  })

  test('since when it is held back stays as long as the reason does', () => {
    const { attend, residents } = living()
    attend(web({ health: 'unhealthy' }))
    clock = 5_000
    attend(web({ health: 'unhealthy', healthLog: { since: 1, output: 'no' } }))
    expect(residents()).toMatchObject([{ reason: 'unhealthy', since: 1_000_000, container: { healthLog: {} } }])
  })
})

describe('a container that goes away', () => {
  test.each([
    ['is removed', []],
    ['stops', [web({ state: 'exited' })]],
    ['is about to be started again', [web({ state: 'restarting' })]],
  ])('and %s leaves its routes for the grace', (_, after) => {
    const { life, attend, again } = living()
    attend(web())
    clock = 1_000
    expect(attend(...after)).toEqual(['web departed'])
    expect(life.due).toBe(1_000 + GRACE)
    clock = 1_000 + GRACE - 1
    expect(again()).toEqual(['web departed'])
    clock = 1_000 + GRACE
    expect(again()).toEqual(after.map(() => 'web absent'))
    expect(life.due).toBe(Infinity)
  })

  test('is followed at once by a successor of its service, whatever its name and ID', () => {
    const { attend } = living()
    attend(web())
    const successor = web({ id: 'f'.repeat(64), name: 'web-2', labels: { 'rediacc.service_name': 'web' } })
    expect(attend({ ...successor, state: 'created' })).toEqual(['web-2 absent', 'web departed'])
    expect(attend({ ...successor, health: 'starting' })).toEqual(['web-2 starting'])
  })

  test('is not followed by a one-off container, nor by another service', () => {
    const { attend } = living()
    attend(web())
    const run = web({ id: 'a', labels: { 'com.docker.compose.oneoff': 'True' } })
    expect(attend(run, sampleContainer({ name: 'db' }))).toEqual(['web serving', 'db serving', 'web departed'])
  })

  test('keeps the object that was evaluated', () => {
    const { attend, residents } = living()
    const before = web()
    attend(before)
    attend(web({ state: 'exited' }))
    expect(residents()[0]?.container).toBe(before)
  })

  test('is back when it runs again', () => {
    const { attend } = living()
    attend(web())
    attend(web({ state: 'exited' }))
    expect(attend(web())).toEqual(['web serving'])
  })

  test('that never ran leaves nothing', () => {
    const { attend } = living()
    attend(web({ state: 'exited' }))
    expect(attend()).toEqual([])
  })
})

describe('the address of a container that goes away', () => {
  test('stays beside a replica that gets no traffic, until its successor is there', () => {
    const { attend } = living({ hold: 10_000 })
    const replicaOf = (name: string, fields: Partial<Container> = {}): Container =>
      web({ id: name.padEnd(64, '0'), name, labels: { 'rediacc.service_name': 'web' }, ...fields })
    const ill = replicaOf('ill', { health: 'unhealthy' })
    attend(replicaOf('one'), ill)
    expect(attend(replicaOf('next', { state: 'created' }), ill)).toEqual([
      'next absent',
      'ill unhealthy',
      'one awaited',
    ])
    expect(attend(replicaOf('next'), ill)).toEqual(['next serving', 'ill unhealthy'])
  })

  test('goes to a successor that is starting, whichever moment was seen', () => {
    const { attend } = living({ hold: 10_000 })
    attend(web())
    clock = 1
    attend()
    clock = 5_000
    expect(attend()).toEqual(['web departed'])
    expect(attend(web({ id: 'f'.repeat(64), health: 'starting' }))).toEqual(['web serving'])
  })

  const next = (fields: Partial<Container> = {}): Container =>
    web({ id: 'f'.repeat(64), name: 'next', ...fields, labels: { 'rediacc.service_name': 'web', ...fields.labels } })
  const holding = (options: Partial<LifeOptions> = {}): ReturnType<typeof living> => living({ hold: HOLD, ...options })

  test.each<[string, readonly Container[]]>([
    ['its successor is made already', [next({ state: 'created' })]],
    ['it stopped, and its successor is made already', [web({ state: 'exited' }), next({ state: 'created' })]],
    ['it crashed, and Docker starts it again', [web({ state: 'restarting' })]],
  ])('stays for the hold where %s; then its routes answer 503', (_, after) => {
    const { life, attend, again } = holding()
    attend(web())
    clock = 1_000
    expect(attend(...after)).toContain('web awaited')
    clock = 1_000 + UNCERTAIN_MS
    expect(again()).toContain('web awaited')
    expect(life.due).toBe(1_000 + HOLD)
    clock = 1_000 + HOLD - 1
    expect(again()).toContain('web awaited')
    clock = 1_000 + HOLD
    expect(again()).toContain('web departed')
    expect(life.due).toBe(1_000 + GRACE)
    clock = 1_000 + GRACE
    expect(again()).toEqual(after.map(({ name }) => `${name} absent`))
    expect(life.due).toBe(Infinity)
  })

  test.each<[string, readonly Container[]]>([
    ['stopped', [web({ state: 'exited' })]],
    ['removed', []],
    [
      'stopped, beside a successor of somebody else',
      [web({ state: 'exited' }), sampleContainer({ name: 'db', state: 'created' })],
    ],
    [
      'stopped, beside a one-off',
      [web({ state: 'exited' }), next({ state: 'created', labels: { 'com.docker.compose.oneoff': 'True' } })],
    ],
  ])('stays where it is %s only for as long as that could be a restart', (_, after) => {
    const { life, attend, again } = holding()
    attend(web())
    expect(attend(...after)).toContain('web awaited')
    expect(life.due).toBe(UNCERTAIN_MS)
    clock = UNCERTAIN_MS
    expect(again()).toContain('web departed')
    expect(life.due).toBe(GRACE)
  })

  test('is there again when its successor is made while the hold lasts', () => {
    const { attend } = holding()
    attend(web())
    attend()
    clock = 5_000
    expect(attend()).toEqual(['web departed'])
    expect(attend(next({ state: 'created' }))).toEqual(['next absent', 'web awaited'])
    expect(attend(next())).toEqual(['next serving'])
  })

  describe('whose port was seen, where the image exposes none,', () => {
    const seen = { exposedPorts: [], listeningPorts: [3000] }

    test('stays for the hold until the port of its successor is seen, too', () => {
      const { life, attend, again } = holding()
      attend(web(seen))
      expect(attend(next({ exposedPorts: [] }))).toEqual(['next serving', 'web awaited'])
      clock = UNCERTAIN_MS
      expect(again()).toEqual(['next serving', 'web awaited'])
      expect(life.due).toBe(HOLD)
      expect(attend(next(seen))).toEqual(['next serving'])
    })

    test('goes with its grace where nothing is seen', () => {
      const { attend, again } = holding()
      attend(web(seen))
      attend(next({ exposedPorts: [] }))
      clock = HOLD
      expect(again()).toEqual(['next serving', 'web departed'])
      clock = GRACE
      expect(again()).toEqual(['next serving'])
    })

    test.each<[string, Partial<Container>]>([
      ['whose image exposes one', { exposedPorts: [{ number: 80, protocol: 'tcp' }] }],
      ['of which nobody asks that', {}],
      ['that asks for something else', { exposedPorts: [], labels: { 'traefik.enable': 'true' } }],
    ])('is followed at once by a successor %s', (_, fields) => {
      const { attend } = holding()
      attend(web(seen))
      expect(attend(next(fields))).toEqual(['next serving'])
    })
  })

  test('never stays longer than its routes', () => {
    const { life, attend, again } = holding({ redeployGrace: 3_000 })
    attend(web())
    attend(web({ state: 'restarting' }))
    clock = UNCERTAIN_MS
    expect(again()).toEqual(['web awaited'])
    expect(life.due).toBe(3_000)
    clock = 3_000
    expect(again()).toEqual(['web absent'])
  })

  test.each<[string, Partial<Container>, Partial<LifeOptions>]>([
    ['it was unhealthy', { health: 'unhealthy' }, {}],
    ['it was starting', { health: 'starting' }, {}],
    ['it was paused', { state: 'paused' }, {}],
    ["it doesn't want to", { labels: { 'rediacc.hold': '0' } }, {}],
    ["the operator doesn't want it", {}, { hold: 0 }],
    ['there is no grace', {}, { redeployGrace: 0 }],
  ])("doesn't stay where %s", (_, fields, options) => {
    const { attend } = holding(options)
    attend(web(fields))
    expect(attend(web({ ...fields, state: 'exited' }), next({ state: 'created' }))).not.toContain('web awaited')
  })

  test("doesn't stay where another container of its service is there", () => {
    const { attend } = holding()
    attend(web(), next())
    expect(attend(next(), web({ state: 'exited' }))).toEqual(['next serving', 'web absent'])
  })

  test("doesn't stay where it keeps dying", () => {
    const { attend } = holding()
    for (let i = 0; i < 5; i++) {
      attend(web())
      clock += 1_000
      expect(attend(web({ state: 'restarting' }))).toEqual(['web awaited'])
      clock += 1_000
    }
    attend(web())
    expect(attend(web({ state: 'restarting' }))).toEqual(['web departed'])
    expect(attend(web())).toEqual(['web looping'])
  })

  describe("is its successor's, who is starting", () => {
    const [ill, well] = [next({ health: 'unhealthy' }), next({ health: 'healthy' })]
    const starting = next({ health: 'starting' })

    test.each([
      ['is healthy', well, 'next serving'],
      ['is found unhealthy', ill, 'next unhealthy'],
    ])('until it %s', (_, then, said) => {
      const { attend, again } = holding()
      attend(web({ health: 'healthy' }))
      attend(next({ state: 'created' }))
      clock = 5_000
      expect(attend(starting)).toEqual(['next serving'])
      clock = 60_000
      expect(again()).toEqual(['next serving'])
      expect(attend(then)).toEqual([said])
      expect(attend(starting)).toEqual(['next starting'])
    })

    test('also where it is the same container, started again', () => {
      const { attend } = holding()
      attend(web({ health: 'healthy' }))
      attend(web({ state: 'restarting' }))
      expect(attend(web({ health: 'starting' }))).toEqual(['web serving'])
      expect(attend(web({ state: 'restarting' }))).toEqual(['web awaited'])
    })

    test('also where it was there before, and nobody else is', () => {
      const { attend } = holding()
      expect(attend(web(), starting)).toEqual(['web serving', 'next starting'])
      expect(attend(starting)).toEqual(['next serving'])
    })

    test.each<[string, readonly Container[], Partial<LifeOptions>]>([
      [
        'another one is well',
        [starting, web({ id: 'c', name: 'third', labels: { 'rediacc.service_name': 'web' } })],
        {},
      ],
      ['it wants no hold', [next({ health: 'starting', labels: { 'rediacc.hold': '0' } })], {}],
      ['there is no hold', [starting], { hold: 0 }],
    ])('but not where %s', (_, after, options) => {
      const { attend } = holding(options)
      attend(web())
      expect(attend(...after)).toContain('next starting')
    })

    test('but not where the hold is over', () => {
      const { attend, again } = holding()
      attend(web())
      attend(next({ state: 'created' }))
      clock = HOLD
      expect(again()).toContain('web departed')
      expect(attend(starting)).toEqual(['next starting'])
    })
  })
})

describe('a container that keeps dying', () => {
  function crash(times: number, { attend }: ReturnType<typeof living>): void {
    for (let i = 0; i < times; i++) {
      attend(web())
      clock += 1_000
      attend(web({ state: 'restarting' }))
      clock += 1_000
    }
  }

  test('gets no traffic after the sixth death in a minute, until it has been up for ten seconds', () => {
    const one = living()
    crash(5, one)
    expect(one.attend(web())).toEqual(['web serving'])
    clock += 1_000
    one.attend(web({ state: 'restarting' }))
    expect(one.attend(web())).toEqual(['web looping'])
    expect(one.life.due).toBe(clock + PROBATION_MS)
    clock += PROBATION_MS - 1
    expect(one.again()).toEqual(['web looping'])
    clock += 1
    expect(one.again()).toEqual(['web serving'])
    expect(one.life.due).toBe(Infinity)
  })

  test('keeps its routes while it waits to be started again, however long', () => {
    const one = living()
    crash(6, one)
    clock += GRACE
    expect(one.again()).toEqual(['web looping'])
  })

  test('is not one that is made anew each time', () => {
    const one = living()
    for (let i = 0; i < 9; i++) {
      expect(one.attend(web({ id: `a${i}` }))).toEqual(['web serving'])
      clock += 1_000
      one.attend()
    }
  })

  test('takes no traffic from another container of its service that stays up', () => {
    const one = living()
    const other = web({ id: 'b', name: 'other', labels: { 'rediacc.service_name': 'web' } })
    one.attend(other)
    clock = 60_000
    for (let i = 0; i < 6; i++) {
      one.attend(other, web())
      clock += 1_000
      one.attend(other, web({ state: 'restarting' }))
      clock += 1_000
    }
    expect(one.attend(other, web())).toEqual(['other serving', 'web looping'])
  })

  test('five deaths a minute are nothing to speak of', () => {
    const one = living()
    for (let i = 0; i < 30; i++) {
      crash(1, one)
      clock += 10_000
    }
    expect(one.attend(web())).toEqual(['web serving'])
  })

  test('goes when it is stopped for good', () => {
    const one = living()
    crash(6, one)
    one.attend(web())
    clock += 1_000
    one.attend(web({ state: 'exited' }))
    clock += GRACE
    expect(one.again()).toEqual(['web absent'])
  })
})

test('a resident is the same object while nothing about it changes', () => {
  const { attend, residents } = living()
  const [a, b] = [web(), sampleContainer({ name: 'db' })]
  attend(a, b)
  const before = residents()
  clock += 60_000
  attend(a, sampleContainer({ name: 'db', health: 'unhealthy' }))
  expect(residents()[0]).toBe(before[0])
  expect(residents()[1]).not.toBe(before[1])
})

test('a listing that knows what changed in it is asked, and nobody else is looked at', () => {
  const life = createNetworkLife()
  const options: LifeOptions = { redeployGrace: GRACE, hold: 0, health: 'gate' }
  const containers = Array.from({ length: 50 }, (_, i) => sampleContainer({ name: `c${i}`, id: `${i}` }))
  const first = { network: 2816, daemon: 'd', containers }
  expect(life.attend(first, { date: 0, clock: 0 }, options).size).toBe(50)
  const db = sampleContainer({ name: 'db' })
  const second = {
    network: 2816,
    daemon: 'd',
    get containers(): readonly Container[] {
      throw new Error('Nobody has to ask for all of them.')
    },
    changedSince: () =>
      new Map([
        ['7', undefined],
        [db.id, db],
      ] as const),
  }
  expect([...life.attend(second, { date: 1, clock: 1 }, options).values()]).toMatchObject([
    { presence: 'held', reason: 'departed' },
    { presence: 'serving' },
  ])
})
