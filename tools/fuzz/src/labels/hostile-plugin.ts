import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Fragment } from '@route-server/plugin-api'
import { table } from '../model/table.ts'
import type { Fields, Shape } from '../model/table.ts'
import { Random } from '@route-server/testbed/random'
import { hostileText } from './hostile-texts.ts'

/** With this label a container gets a fragment of the hostile plugin; its value is the seed. */
export const SEED_LABEL = 'fuzz.fragment'

class Odd {
  readonly rule = 'Host(`odd`)'
}

function endless(): unknown {
  const loop: Record<string, unknown> = {}
  loop['loop'] = loop
  return loop
}

function deep(levels: number): unknown {
  let value: unknown = 'x'
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? { a: value } : [value]
  return value
}

/** Things that no fragment should hold. */
const ODDITIES: readonly ((random: Random) => unknown)[] = [
  (random) => hostileText(random),
  (random) => hostileText(random),
  () => null,
  () => undefined,
  () => NaN,
  () => Infinity,
  () => -0,
  () => 1.5,
  () => 2 ** 53,
  () => 2n ** 63n,
  () => -(2n ** 63n),
  () => Symbol('x'),
  () => () => 'x',
  () => new Date(0),
  () => new Map([['a', 'b']]),
  () => new Set(['a']),
  () => new Odd(),
  () => new String('boxed'),
  () => Buffer.from('x'),
  () => [],
  () => ({}),
  () => [[]],
  () => [null],
  () => new Array<unknown>(3),
  () => endless(),
  () => deep(40),
  () => deep(500),
  () => Object.create({ inherited: 'x' }) as unknown,
  () => JSON.parse('{"__proto__": {"rule": "x"}, "constructor": "y"}') as unknown,
  () => ({
    get rule(): string {
      throw new Error('a getter that throws')
    },
  }),
  (random) => {
    let asked = 0
    return {
      get rule(): unknown {
        return asked++ === 0 ? 'Host(`a`)' : hostileText(random)
      },
    }
  },
  () =>
    new Proxy(
      {},
      {
        ownKeys: () => ['rule'],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 'x' }),
        get: () => ({ toString: () => 'x' }),
      },
    ),
]

const odd = (random: Random): unknown => (random.pick(ODDITIES) ?? (() => null))(random)

const nameOf = (random: Random): string =>
  random.chance(0.3) ? hostileText(random) : random.pick(['web', 'api', 'own'])

function raw(depth: number, random: Random): unknown {
  if (random.chance(0.1)) return odd(random)
  if (depth > 3 || random.chance(0.5)) return random.pick(['x', '1', ''])
  if (random.chance(0.4)) return Array.from({ length: random.below(3) }, () => raw(depth + 1, random))
  return { [nameOf(random)]: raw(depth + 1, random), [random.pick(['a', '[0]', '', 'dev'])]: raw(depth + 1, random) }
}

function valueOf(shape: Shape, marks: string, random: Random): unknown {
  if (random.chance(0.06)) return odd(random)
  const make = (): unknown => {
    if (typeof shape === 'object') return struct(shape, random)
    if (shape === 'bool') return random.chance(0.5)
    if (shape === 'int') return random.pick([0, 80, -1, 9007199254740991, 2n ** 63n - 1n])
    if (shape === 'duration') return random.pick(['30s', '0s', '1m30s', '5'])
    if (shape === 'texts') return Array.from({ length: random.below(3) }, () => random.pick(['a', 'web', 'websecure']))
    if (shape === 'raw') return { [nameOf(random)]: raw(0, random) }
    if (shape === 'text map') return { [nameOf(random)]: 'x' }
    if (shape === 'int map') return { 418: 404 }
    return random.pick(['x', 'web', 'Host(`c.example.com`)', ''])
  }
  if (marks.includes('{}')) return Object.fromEntries([nameOf(random), nameOf(random)].map((name) => [name, make()]))
  if (marks.includes('[]')) return Array.from({ length: random.below(3) }, make)
  return make()
}

function struct(fields: Fields, random: Random): unknown {
  const keys = Object.keys(fields)
  const chosen = Array.from({ length: 1 + random.below(3) }, () => random.pick(keys)).filter((key) => key !== undefined)
  return Object.fromEntries(
    chosen.map((key): [string, unknown] => {
      const [, name = '', marks = ''] = /^(\w+)(.*)$/.exec(key) ?? []
      return [random.chance(0.02) ? hostileText(random) : name, valueOf(fields[key] ?? 'text', marks, random)]
    }),
  )
}

const option = (random: Random): unknown =>
  random.chance(0.2) ? random.pick(['║x', '║24║a', 'a║b', '', ['║x', 'x'], [], {}]) : raw(0, random)

/** Entries that are right but for one thing that another check wouldn't catch. */
const FLAWED: readonly ((random: Random) => unknown)[] = [
  (random) => ({ plugin: { dev: { a: option(random), b: { [random.pick(['', '[0]', 'c'])]: option(random) } } } }),
  (random) => ({ headers: { customRequestHeaders: random.chance(0.5) ? {} : { 'X-A': null } } }),
  () => ({ errors: { status: ['500'], statusRewrites: {}, service: 'web', query: '/' } }),
  () => ({ compress: {}, plugin: {} }),
]

const flawed = (random: Random): unknown => ({
  http: { middlewares: { own: (random.pick(FLAWED) ?? (() => ({})))(random) } },
})

/** A third party's plugin at its worst: what it contributes is anything at all. It is pure, as every plugin has to be. */
export const hostilePlugin = definePlugin({
  name: 'hostile',
  labels: { [SEED_LABEL]: 'The seed of what it contributes.' },
  options: noOptions,
  contribute({ labels }) {
    const seed = labels[SEED_LABEL]
    if (seed === undefined) return undefined
    const random = new Random(Number(seed))
    if (random.chance(0.03)) throw odd(random)
    const make = random.chance(0.05) ? odd : random.chance(0.3) ? flawed : (random: Random) => struct(table, random)
    return make(random) as Fragment
  },
})
