import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Container, Plugin } from '@route-server/plugin-api'
import { createKernel } from '../kernel.ts'
import type { Kernel } from '../kernel.ts'
import { reconcile } from './reconciler.ts'
import type { Change, Reconciler, ReconcilerOptions } from './reconciler.ts'
import { EMPTY_LEDGER } from '../ledger/ledger.ts'
import type { Ledger, LedgerChange } from '../ledger/ledger.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import { sampleContainer } from '../sample-container.ts'
import type { Snapshot, SnapshotSource } from '../snapshot.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const nothing: Snapshot = { listings: new Map(), daemons: [], unknown: [], diagnostics: [] }
const waiting: Snapshot = { ...nothing, unknown: ['docker-64.sock was not listed yet'] }

const newKernel = (ledger: Ledger = EMPTY_LEDGER): Kernel =>
  createKernel(
    [
      {
        plugin: {
          apiVersion: 1,
          name: 'test',
          labels: {},
          options: { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: undefined }) } },
          contribute: ({ name }) => ({ http: { middlewares: { [name]: { compress: {} } } } }),
        },
        options: undefined,
      },
    ],
    { httpEntryPoints: [], allowedReferences: [] },
    DEFAULT_POLICY,
    ledger,
  )

const holding = (...names: readonly string[]): Snapshot => ({
  ...nothing,
  listings: new Map([
    [64, { network: 64, daemon: 'd', containers: names.map((name) => sampleContainer({ network: 64, name })) }],
  ]),
})

const stopped = sampleContainer({ network: 64, name: 'b', state: 'exited' })

/** A source that a test turns. */
function turned(first: Snapshot): SnapshotSource & { turn(next: Snapshot): void; readonly listeners: number } {
  let snapshot = first
  const listeners = new Set<() => void>()
  return {
    read: () => snapshot,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    turn(next) {
      snapshot = next
      for (const changed of listeners) changed()
    },
    get listeners() {
      return listeners.size
    },
  }
}

let open: Reconciler[] = []
let renderings = 0
function counting(kernel: Kernel): Kernel {
  return {
    ...kernel,
    apply(...args) {
      renderings++
      return kernel.apply(...args)
    },
  }
}

function start(
  source: SnapshotSource,
  more: Partial<ReconcilerOptions> = {},
): Reconciler & { readonly changes: Change[] } {
  const changes: Change[] = []
  const reconciler = reconcile({
    source,
    kernel: counting(newKernel()),
    autoRoutes: true,
    settle: 50,
    startGrace: 30_000,
    life: { redeployGrace: 0, hold: 0, health: 'gate' },
    claimLapse: 60_000,
    ...more,
  })
  reconciler.subscribe((change) => changes.push(change))
  open.push(reconciler)
  return { ...reconciler, changes }
}

/** `revision: names`, or what it waits for. */
function shown({ view }: Pick<Reconciler, 'view'>): string {
  const document = view.document()
  if ('waitingFor' in document) return `waiting: ${document.waitingFor.join()}`
  const names = [...new TextDecoder().decode(Buffer.concat(document.parts)).matchAll(/^ {4}(\S+?)-64:/gm)].map(
    ([, name]) => name,
  )
  return `${document.revision}: ${names.join()}`
}

beforeEach(() => {
  jest.useFakeTimers()
  renderings = 0
})
afterEach(() => {
  for (const reconciler of open) reconciler.close()
  open = []
  expect(jest.getTimerCount()).toBe(0)
  jest.useRealTimers()
})

describe('the first document', () => {
  test('is there at once where everything is known, an empty one too', () => {
    expect(shown(start(turned(holding('a'))))).toBe('1: a')
    expect(shown(start(turned(nothing)))).toBe('1: ')
  })

  test('waits for what is not known, and says for what', () => {
    const source = turned(waiting)
    const reconciler = start(source)
    jest.advanceTimersByTime(29_999)
    expect(shown(reconciler)).toBe('waiting: docker-64.sock was not listed yet')
    expect([renderings, reconciler.served()]).toEqual([0, undefined])
    source.turn(holding('a'))
    expect(shown(reconciler)).toBe('1: a')
  })

  test('waits no longer than the grace, where there is something to serve', () => {
    const reconciler = start(turned({ ...holding('a'), unknown: waiting.unknown }))
    expect(shown(reconciler)).toMatch('waiting')
    jest.advanceTimersByTime(30_000)
    expect(shown(reconciler)).toBe('1: a')
  })

  test('is never empty for want of knowledge', () => {
    const source = turned(waiting)
    const reconciler = start(source)
    jest.advanceTimersByTime(1_000_000)
    expect(shown(reconciler)).toMatch('waiting')
    source.turn({ ...holding(), unknown: waiting.unknown })
    jest.advanceTimersByTime(1_000)
    expect(shown(reconciler)).toMatch('waiting')
    source.turn({ ...holding('a'), unknown: waiting.unknown })
    jest.advanceTimersByTime(1_000)
    expect(shown(reconciler)).toBe('1: a')
  })
})

describe('a revision', () => {
  test('comes with new bytes, and only with them', () => {
    const source = turned(holding('a'))
    const reconciler = start(source)
    source.turn(holding('a'))
    jest.advanceTimersByTime(1_000)
    expect([shown(reconciler), reconciler.changes.length]).toEqual(['1: a', 0])
    source.turn(holding('a', 'b'))
    expect(shown(reconciler)).toBe('2: a,b')
    jest.advanceTimersByTime(1_000)
    source.turn(nothing)
    expect(shown(reconciler)).toBe('3: ')
  })

  test('says when it came, and what is other in it', () => {
    jest.setSystemTime(1_000_000)
    const source = turned(holding('a'))
    const reconciler = start(source)
    jest.advanceTimersByTime(7_000)
    source.turn(holding('b'))
    expect(reconciler.changes).toMatchObject([{ document: { revision: 2, changedAt: 1_007_000 } }])
    expect(reconciler.changes[0]?.networks).toMatchObject([
      { network: 64, gone: [{ name: 'a-64' }], come: [{ name: 'b-64' }] },
    ])
  })

  test('is told to who is there from the beginning from the first one on, and counts on from the run before', () => {
    const revisions: number[] = []
    const source = turned(holding('a'))
    const reconciler = start(source, { lastRevision: 41, changed: ({ document }) => revisions.push(document.revision) })
    expect(shown(reconciler)).toBe('42: a')
    jest.advanceTimersByTime(1_000)
    source.turn(holding('b'))
    expect([revisions, reconciler.changes.length]).toEqual([[42, 43], 1])
  })

  test('is what a later reader gets, too', () => {
    const source = turned(holding('a'))
    const reconciler = start(source)
    const [one, two] = [reconciler.view.document(), reconciler.view.document()]
    expect(one).toBe(two)
  })
})

test('a network is the same to who looks until something about it changes', () => {
  const listed = holding('a')
  const source = turned(listed)
  const { view } = start(source)
  const [before] = view.networks()
  jest.advanceTimersByTime(1_000)
  source.turn({ ...listed })
  expect(view.networks()[0]).toBe(before)
  expect(before?.diagnostics()).toEqual([])
  source.turn({ ...nothing, listings: new Map([[64, { network: 64, daemon: 'd', containers: [stopped] }]]) })
  expect(view.networks()[0]?.diagnostics()).toMatchObject([{ code: 'CONTAINER_NOT_RUNNING' }])
  expect(view.diagnostics()).toEqual(view.networks()[0]?.diagnostics())
})

describe('changes that come close together', () => {
  test('are one rendering, of the last of them; the first after a quiet while does not wait', () => {
    const source = turned(holding('a'))
    const reconciler = start(source)
    jest.advanceTimersByTime(1_000)
    for (let i = 0; i < 100; i++) source.turn(holding(`b${i}`))
    expect([shown(reconciler), renderings]).toEqual(['2: b0', 2])
    jest.advanceTimersByTime(49)
    expect(renderings).toBe(2)
    jest.advanceTimersByTime(2)
    expect([shown(reconciler), renderings]).toEqual(['3: b99', 3])
    jest.advanceTimersByTime(1_000)
    expect(renderings).toBe(3)
  })

  test('that go on and on are rendered at the pace of the settle time', () => {
    const source = turned(holding('a'))
    start(source)
    for (let i = 0; i < 100; i++) {
      jest.advanceTimersByTime(10)
      source.turn(holding(`b${i}`))
    }
    expect(renderings).toBeGreaterThanOrEqual(17)
    expect(renderings).toBeLessThanOrEqual(21)
  })
})

describe('a successor', () => {
  test('serves on what was served until it knows better', () => {
    const first = start(turned(holding('a')))
    const source = turned(waiting)
    const second = start(source, { before: first.served() })
    expect(shown(second)).toBe('1: a')
    source.turn(holding('a'))
    expect([shown(second), second.changes.length]).toEqual(['1: a', 0])
    jest.advanceTimersByTime(100)
    source.turn(holding('b'))
    expect(shown(second)).toBe('2: b')
  })

  test("serves nothing where that is right, whoever isn't known", () => {
    const first = start(turned(holding('a')))
    const without = createKernel([], { httpEntryPoints: [], allowedReferences: [] })
    const source = turned({ ...nothing, unknown: waiting.unknown })
    const second = start(source, { before: first.served(), kernel: without })
    expect(shown(second)).toBe('1: a')
    source.turn({ ...holding('a'), unknown: waiting.unknown })
    jest.advanceTimersByTime(100)
    expect(shown(second)).toBe('2: ')
  })

  test('lets go of whom it followed once it knows better', async () => {
    jest.useRealTimers()
    const source = turned(waiting)
    const followed = ((): WeakRef<object> => {
      const first = start(turned(holding('a')))
      const before = first.served()
      open.pop()?.close()
      start(source, { before })
      return new WeakRef(before?.networks ?? [])
    })()
    source.turn(holding('b'))
    await new Promise((known) => open.at(-1)?.subscribe(known))
    await new Promise(setImmediate)
    collectGarbage()
    expect(followed.deref()).toBeUndefined()
    for (const reconciler of open.splice(0)) reconciler.close()
    jest.useFakeTimers()
  })

  test('obeys what was ordered after the last rendering', () => {
    const ordered = { ...EMPTY_LEDGER, hosts: new Map([['app.example.com', { network: 64, since: 0, away: 0 }]]) }
    const first = start(turned(holding('a')))
    const kept: LedgerChange[] = []
    const second = start(turned(holding('a')), {
      before: first.served(),
      kernel: newKernel(ordered),
      keep: (change) => kept.push(change),
    })
    expect([second.ledger, kept]).toEqual([ordered, []])
  })

  test('knows who went away a moment ago', () => {
    const life = { redeployGrace: 1_000, hold: 0, health: 'gate' } as const
    const source = turned(holding('a', 'b'))
    const first = start(source, { life })
    jest.advanceTimersByTime(100)
    source.turn(holding('a'))
    const second = start(turned(holding('a')), { life, before: first.served() })
    first.close()
    expect(shown(second)).toBe('1: a,b')
    jest.advanceTimersByTime(999)
    expect(shown(second)).toBe('1: a,b')
    jest.advanceTimersByTime(100)
    expect(shown(second)).toBe('2: a')
  })
})

describe('a fault of ours', () => {
  /** A kernel that breaks in the middle of so many changes. */
  function breaking(times: () => number): Kernel {
    const kernel = newKernel()
    let broken = 0
    return {
      ...kernel,
      apply(...args) {
        const outcome = kernel.apply(...args)
        if (broken >= times()) return outcome
        broken += 1
        throw new Error('oops')
      },
    }
  }

  test('costs no change: everything is worked out anew, from what is there', () => {
    let times = 0
    const told: string[] = []
    const source = turned(holding('a'))
    const reconciler = start(source, {
      kernel: breaking(() => times),
      onFault: (sentence, cause) => told.push(`${sentence} (${String(cause)})`),
      onRecovery: (sentence) => told.push(sentence),
    })
    jest.advanceTimersByTime(1_000)
    times = 1
    source.turn(holding('a', 'b'))
    expect(shown(reconciler)).toBe('1: a')
    expect(reconciler.problem()).toMatch(/oops.*last good one is served on/)
    jest.advanceTimersByTime(200)
    expect(shown(reconciler)).toBe('2: a,b')
    expect([reconciler.problem(), told]).toEqual([
      undefined,
      [expect.stringMatching(/\(Error: oops\)$/), 'The route document is up to date again.'],
    ])
  })

  test('that comes again and again is met ever more rarely, and the last good document is served on', () => {
    let times = 0
    let faults = 0
    const source = turned(holding('a'))
    const reconciler = start(source, { kernel: breaking(() => times), onFault: () => (faults += 1) })
    jest.advanceTimersByTime(1_000)
    times = Infinity
    for (let i = 0; i < 600; i++) {
      source.turn(holding(`b${i}`))
      jest.advanceTimersByTime(100)
    }
    expect([shown(reconciler), faults]).toEqual(['1: a', 10])
    times = 0
    jest.advanceTimersByTime(60_000)
    expect(shown(reconciler)).toBe('2: b599')
  })

  test('at the start keeps nobody from starting', () => {
    const reconciler = start(turned(holding('a')), { kernel: breaking(() => 1) })
    expect(shown(reconciler)).toMatch('waiting')
    jest.advanceTimersByTime(200)
    expect(shown(reconciler)).toBe('1: a')
  })

  test('in a decree is none for the decree', () => {
    const ordered = { ...EMPTY_LEDGER, hosts: new Map([['app.example.com', { network: 64, since: 0, away: 0 }]]) }
    const kernel = newKernel()
    const kept: LedgerChange[] = []
    let isBroken = true
    const reconciler = start(turned(holding('a')), {
      kernel: {
        ...kernel,
        decree(ledger) {
          if (!isBroken) return kernel.decree(ledger)
          isBroken = false
          throw new Error('oops')
        },
      },
      keep: (change) => kept.push(change),
    })
    reconciler.decree(ordered)
    jest.advanceTimersByTime(200)
    expect([shown(reconciler), reconciler.ledger, kept.length]).toEqual(['1: a', ordered, 1])
  })

  test.each<[string, Partial<ReconcilerOptions>]>([
    ['tells', { tell: () => fault() }],
    ['hears', {}],
  ])("in who %s of a change is nobody else's", (_, more) => {
    const told: string[] = []
    const source = turned(holding('a'))
    const reconciler = start(source, { onFault: (sentence) => told.push(sentence), ...more })
    reconciler.subscribe(fault)
    let heard = 0
    reconciler.subscribe(() => heard++)
    jest.advanceTimersByTime(1_000)
    source.turn(holding('b'))
    expect([shown(reconciler), heard]).toEqual(['2: b', 1])
    expect(told.at(-1)).toMatch(/oops.*Everything else goes on/)
  })
})

function fault(): never {
  throw new Error('oops')
}

describe('a plugin that has something else to say of a container', () => {
  /** Names what it is asked about, with how often it was asked. */
  function counted(): { readonly kernel: Kernel; readonly asked: readonly string[] } {
    const asked: string[] = []
    const plugin: Plugin = {
      apiVersion: 1,
      name: 'test',
      labels: {},
      options: { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: undefined }) } },
      contribute({ name }) {
        asked.push(name)
        const times = asked.filter((one) => one === name).length
        return { http: { middlewares: { [`${name}${times}`]: { compress: {} } } } }
      },
    }
    const settings = { httpEntryPoints: [], allowedReferences: [] }
    return { kernel: createKernel([{ plugin, options: undefined }], settings), asked }
  }

  test('is asked about that one again, and about no other', () => {
    const { kernel, asked } = counted()
    let answered: (containers: readonly Container[]) => void = () => undefined
    const reconciler = start(turned(holding('a', 'b')), { kernel, answers: (to) => ((answered = to), () => undefined) })
    expect(shown(reconciler)).toBe('1: a1,b1')
    jest.advanceTimersByTime(100)
    answered([sampleContainer({ network: 64, name: 'a' }), sampleContainer({ network: 64, name: 'gone' })])
    jest.advanceTimersByTime(100)
    expect([shown(reconciler), asked]).toEqual(['2: a2,b1', ['a', 'b', 'a']])
  })

  test('has nothing to say to one that is closed', () => {
    let listeners = 0
    const answers: ReconcilerOptions['answers'] = () => (listeners++, () => listeners--)
    const reconciler = start(turned(holding('a')), { answers })
    expect(listeners).toBe(1)
    reconciler.close()
    expect(listeners).toBe(0)
  })
})

test('a closed one hears and does nothing more', () => {
  const source = turned(holding('a'))
  const reconciler = start(source)
  source.turn(holding('b'))
  reconciler.close()
  source.turn(holding('c'))
  jest.advanceTimersByTime(100_000)
  expect([shown(reconciler), source.listeners, jest.getTimerCount()]).toEqual(['1: a', 0, 0])
})

test('who no longer listens is told nothing', () => {
  const source = turned(holding('a'))
  const reconciler = start(source)
  let told = 0
  const unsubscribe = reconciler.subscribe(() => told++)
  jest.advanceTimersByTime(100)
  source.turn(holding('b'))
  unsubscribe()
  jest.advanceTimersByTime(100)
  source.turn(holding('c'))
  expect(told).toBe(1)
})
