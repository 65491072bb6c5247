import { describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, Settings } from '@route-server/plugin-api'
import { createKernel } from './kernel.ts'
import type { Kernel } from './kernel.ts'
import { residentsOf } from './life/presence.ts'
import type { Resident } from './life/roster.ts'
import { DEFAULT_POLICY, DEFAULT_SHARES } from './policy.ts'
import type { Shares } from './policy.ts'
import { sampleContainer } from './sample-container.ts'

const settings: Settings = {
  baseDomain: 'example.com',
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure'],
  allowedReferences: [],
}

/** A host of its own for each, with a certificate, behind a middleware that all of them share. */
const plugin = definePlugin({
  name: 'told',
  labels: {},
  options: noOptions,
  contribute: ({ name, created }, { address }) => ({
    http: {
      routers: {
        [name]: { rule: `Host(\`${name}.test\`)`, service: name, middlewares: ['shared'], tls: { certResolver: 'le' } },
      },
      services: { [name]: { loadBalancer: { servers: [{ url: `http://${address}:${1 + (created % 60_000)}` }] } } },
      ...(name === 'c0' && { middlewares: { shared: { compress: {} } } }),
    },
  }),
})

const container = (index: number, created = index): Container =>
  sampleContainer({ name: `c${index}`, id: `${created}-${index}`, created, network: 64 })

/** Counts how often a map or a set is asked or changed, and how many of its values are gone through. */
function touches(work: () => void): number {
  let count = 0
  const undo: (() => void)[] = []
  const patch = (
    prototype: object,
    name: string | symbol,
    wrap: (original: (...args: never[]) => unknown) => unknown,
  ) => {
    const original = Reflect.get(prototype, name) as (...args: never[]) => unknown
    Object.defineProperty(prototype, name, { value: wrap(original), configurable: true, writable: true })
    undo.push(() => Object.defineProperty(prototype, name, { value: original, configurable: true, writable: true }))
  }
  function* counted(iterable: Iterable<unknown>): Iterable<unknown> {
    for (const value of iterable) {
      count += 1
      yield value
    }
  }
  for (const prototype of [Map.prototype, Set.prototype] as object[]) {
    for (const name of ['get', 'set', 'add', 'has', 'delete'])
      if (name in prototype)
        patch(
          prototype,
          name,
          (original) =>
            function (this: unknown, ...args: never[]) {
              count += 1
              return original.apply(this as never, args)
            },
        )
    for (const name of ['keys', 'values', 'entries', Symbol.iterator])
      patch(
        prototype,
        name,
        (original) =>
          function (this: unknown) {
            return counted(original.call(this as never) as Iterable<unknown>)
          },
      )
  }
  try {
    work()
  } finally {
    for (const each of undo) each()
  }
  return count
}

const SHARES: Readonly<Record<string, Partial<Shares>>> = {
  'within its shares': { routers: Infinity, hosts: Infinity, bytes: Infinity, certificateHosts: Infinity },
  'over a share': { routers: Infinity, hosts: Infinity, bytes: Infinity, certificateHosts: 50 },
}

function kernelWith(containers: number, shares: Partial<Shares>): Kernel {
  const kernel = createKernel([{ plugin, options: undefined }], settings, {
    ...DEFAULT_POLICY,
    shares: { ...DEFAULT_SHARES, ...shares },
  })
  const all = Array.from({ length: containers }, (_, index) => container(index))
  kernel.apply(residentsOf([{ network: 64, daemon: 'd', containers: all }]), 0)
  kernel.revised()
  kernel.document().bytes()
  return kernel
}

const serving = (one: Container): Resident => ({ container: one, presence: 'serving' })

/** What happens on a machine, by what it takes. */
const EVENTS: Readonly<Record<string, (size: number) => ReadonlyMap<string, Resident | undefined>>> = {
  'a container starts': (size) => new Map([['new', serving({ ...container(size + 1), id: 'new' })]]),
  'a container goes': (size) => new Map([[container(size - 3).id, undefined]]),
  'a container is made anew': (size) => {
    const [before, after] = [container(size - 5), container(size - 5, size + 2)]
    return new Map([
      [before.id, undefined],
      [after.id, serving(after)],
    ])
  },
  'a container falls ill': (size) => {
    const one = container(size - 7)
    return new Map([[one.id, { container: one, presence: 'held', reason: 'unhealthy', since: 0 } as const]])
  },
}

/** What is remembered of the last rules and texts happens to know more or less of these. */
const CHANCE = 40

describe.each(Object.entries(SHARES))('in a network that is %s', (_, shares) => {
  const small = kernelWith(1_000, shares)
  const large = kernelWith(20_000, shares)

  test.each(Object.entries(EVENTS))('where %s nobody else is touched, however many there are', (_, event) => {
    const cost = (kernel: Kernel, size: number): number =>
      touches(() => {
        kernel.apply(new Map([[64, event(size)]]), 1)
        expect(kernel.revised()).toBe(true)
      })
    const [few, many] = [cost(small, 1_000), cost(large, 20_000)]
    expect(many).toBeLessThanOrEqual(few + CHANCE)
  })
})

test('the next document has all parts of the one before but those that a change is in', () => {
  const kernel = kernelWith(2_000, SHARES['within its shares'] ?? {})
  const before = new Set(kernel.document().parts())
  kernel.apply(new Map([[64, EVENTS['a container starts']?.(2_000) ?? new Map()]]), 1)
  const after = kernel.document().parts()
  // One of the routers, and one of the services.
  expect(after.filter((part) => !before.has(part))).toHaveLength(2)
  expect(after.length).toBeGreaterThan(20)
})
