import { describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, Context, Plugin, Settings } from '@route-server/plugin-api'
import { evaluate } from './evaluate.ts'
import type { Evaluation } from './evaluate.ts'
import { createKernel } from '../kernel.ts'
import { residentsOf } from '../life/presence.ts'
import { render } from '../render.ts'
import { sampleContainer } from '../sample-container.ts'

const settings: Settings = { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] }

/** Plugins made for one test may do what no type allows. */
function plugin(name: string, contribute: (container: Container, context: Context) => unknown): Plugin {
  return definePlugin({ name, labels: {}, options: noOptions, contribute: contribute as Plugin['contribute'] })
}

const healthy = plugin('healthy', () => ({ http: { middlewares: { m: { compress: {} } } } }))

const run = (plugins: readonly Plugin[], container = sampleContainer()): Evaluation =>
  evaluate(
    container,
    plugins.map((plugin) => ({ plugin, options: undefined })),
    settings,
  )
const pathsOf = ({ contributions }: Evaluation): string[] =>
  contributions.flatMap(({ entries }) => entries.map(({ path }) => path))
const codesOf = ({ diagnostics }: Evaluation): string[] => diagnostics.map(({ code }) => code)

const throwing = (cause: unknown): Plugin =>
  plugin('broken', () => {
    throw cause
  })

describe('a plugin that fails costs its own part and nothing else', () => {
  const untellable = {
    toString(): string {
      throw new Error('not even this')
    },
  }
  const shy = new Error('x')
  Object.defineProperty(shy, 'message', {
    get() {
      throw new Error('not even this')
    },
  })

  test.each<readonly [what: string, plugin: Plugin]>([
    ['throws an error', throwing(new Error('of its own'))],
    ['throws null', throwing(null)],
    ['throws undefined', throwing(undefined)],
    ['throws a symbol', throwing(Symbol('x'))],
    ['throws an object without a prototype', throwing(Object.create(null))],
    ['throws what cannot be told', throwing(untellable)],
    ['throws an error that throws', throwing(shy)],
    [
      'goes round for ever',
      plugin('broken', function again(container, context): unknown {
        return again(container, context)
      }),
    ],
    ['returns a promise', plugin('broken', () => Promise.resolve({}))],
    ['returns a promise that fails', plugin('broken', () => Promise.reject(new Error('later')))],
    ['changes the container', plugin('broken', (container) => Object.assign(container, { network: 64 }))],
    ['changes the labels', plugin('broken', (_, { traefik }) => Object.assign(traefik.configuration, { http: {} }))],
    ['changes the settings', plugin('broken', (_, { settings }) => Object.assign(settings, { baseDomain: 'evil' }))],
    ['changes the context', plugin('broken', (_, context) => Object.assign(context, { address: '127.0.0.1' }))],
    [
      'returns what has no end',
      plugin(
        'broken',
        () =>
          new Proxy(
            {},
            {
              ownKeys: () => {
                throw new Error('x')
              },
            },
          ),
      ),
    ],
    [
      'reports what cannot be read',
      plugin('broken', (_, { report }) => {
        report({
          get code(): never {
            throw new Error('x')
          },
        } as never)
      }),
    ],
    [
      'reports nothing',
      plugin('broken', (_, { report }) => {
        report(undefined as never)
      }),
    ],
  ])('%s', (_, broken) => {
    const container = Object.freeze(sampleContainer())
    const kernel = createKernel(
      [broken, healthy].map((plugin) => ({ plugin, options: undefined })),
      settings,
    )
    const { networks } = render(kernel, residentsOf([{ network: 2816, daemon: 'd', containers: [container] }]))
    expect(networks.flatMap(({ entries }) => [...entries.keys()])).toEqual(['http.middlewares/m-2816'])
    const said = networks.flatMap(({ diagnostics }) => diagnostics)
    expect(said).toMatchObject([
      { code: 'PLUGIN_THREW', level: 'error', origin: { plugin: 'broken', container: 'web' } },
    ])
    expect(said[0]?.message).not.toContain('    at ')
  })

  test.each<[string, Plugin['contribute'], Readonly<Record<string, string>>, readonly string[]]>([
    ['throws', () => oops(), { 'mine.secret': 'yes' }, []],
    ['has no answer', behind, { 'mine.secret': 'yes' }, []],
    ['throws, and is not meant', () => oops(), {}, ['http.middlewares/auto-2816']],
  ])('and where it %s, what nobody asked for is not made without it', (_, contribute, labels, paths) => {
    const mine = { ...plugin('mine', contribute), labels: { 'mine.{name}': 'What protects it.' } }
    const auto = { ...plugin('auto', () => ({ http: { middlewares: { auto: { compress: {} } } } })), yields: true }
    const kernel = createKernel(
      [mine, auto].map((one) => ({ plugin: one, options: undefined })),
      settings,
    )
    const containers = [sampleContainer({ labels })]
    const { networks } = render(kernel, residentsOf([{ network: 2816, daemon: 'd', containers }]))
    expect(networks.flatMap(({ entries }) => [...entries.keys()])).toEqual(paths)
  })

  test('and a container on which we fail ourselves costs nothing but itself', () => {
    const broken = sampleContainer({ name: 'broken' })
    Object.defineProperty(broken, 'networkMode', {
      get() {
        throw new Error('oops')
      },
    })
    const kernel = createKernel([{ plugin: healthy, options: undefined }], settings)
    const containers = [broken, sampleContainer()]
    const { networks } = render(kernel, residentsOf([{ network: 2816, daemon: 'd', containers }]))
    expect(networks.flatMap(({ entries }) => [...entries.keys()])).toEqual(['http.middlewares/m-2816'])
    expect(networks[0]?.diagnostics).toMatchObject([
      {
        code: 'EVALUATION_FAILED',
        level: 'error',
        origin: { container: 'broken' },
        message: expect.stringContaining('oops'),
      },
    ])
  })

  test.each([[undefined], [{}]])('returning %j is nothing to speak of', (fragment) => {
    const evaluation = run([plugin('quiet', () => fragment)])
    expect([pathsOf(evaluation), codesOf(evaluation)]).toEqual([[], []])
  })

  test.each([[null], [0], ['x'], [[]], [true], [Symbol('x')]])('returning rubbish is reported', (fragment) => {
    const evaluation = run([plugin('broken', () => fragment), healthy])
    expect(pathsOf(evaluation)).toEqual(['http.middlewares/m-2816'])
    expect(codesOf(evaluation)).toEqual(['FRAGMENT_INVALID'])
  })
})

test('what a plugin reports is a diagnostic, whatever it made of it', () => {
  const odd = { code: 7, level: 'fatal', message: ['a', 'b'], label: 5, origin: { plugin: 'forged' }, extra: 'x' }
  const { diagnostics } = run([
    plugin('odd', (_, { report }) => {
      report(odd as never)
    }),
  ])
  expect(diagnostics).toEqual([
    { code: '7', level: 'warning', message: 'a,b', origin: expect.objectContaining({ plugin: 'odd' }) },
  ])
})

test('asking for the ports is noted where they are not known', () => {
  const asking = plugin('asking', (_, { exposedPorts }) => void exposedPorts())
  expect(run([asking]).wantsPorts).toBe(true)
  expect(run([asking], sampleContainer({ exposedPorts: [] })).wantsPorts).toBe(false)
  expect(run([healthy]).wantsPorts).toBe(false)
})

test('what listens is wanted by whoever asks and makes nothing of the answer', () => {
  const unexposed = sampleContainer({ exposedPorts: [] })
  const asking = plugin('asking', (_, { listeningPorts }) => {
    const [port] = listeningPorts() ?? []
    return port === 80 ? { http: { middlewares: { own: { compress: {} } } } } : undefined
  })
  const address = '127.0.11.2'
  expect(run([asking], unexposed)).toMatchObject({ interest: { address, isWanted: true }, wantsPorts: false })
  expect(run([asking], { ...unexposed, listeningPorts: [81] }).interest).toEqual({ address, isWanted: true })
  expect(run([asking], { ...unexposed, listeningPorts: [80] }).interest).toEqual({ address, isWanted: false })
  expect(run([healthy], unexposed).interest).toBeUndefined()
})

test('who asks what listens asks what the image exposes, which comes first', () => {
  expect(run([plugin('asking', (_, { listeningPorts }) => void listeningPorts())]).wantsPorts).toBe(true)
})

describe('containers that no plugin sees', () => {
  const seen: string[] = []
  const curious = plugin('curious', ({ name }) => void seen.push(name))
  test.each<readonly [fields: Partial<Container>, code: string]>([
    [{ networkMode: 'bridge' }, 'NETWORK_MODE_WRONG'],
    [{ labels: { 'rediacc.network_id': '64' } }, 'IDENTITY_FALSE'],
    [{ labels: { 'rediacc.service_ip': '127.0.0.1' } }, 'IDENTITY_FALSE'],
  ])('%j', (fields, code) => {
    const evaluation = run([curious], sampleContainer(fields))
    expect([codesOf(evaluation), seen]).toEqual([[code], []])
  })
})

describe('labels', () => {
  const codes = (labels: Readonly<Record<string, string>>): string[] =>
    codesOf(run([healthy], sampleContainer({ labels })))

  test.each<readonly [labels: Readonly<Record<string, string>>, codes: readonly string[]]>([
    [{ 'traefik.http.routers.x.rule': 'A' }, ['ENABLE_MISSING']],
    [{ 'traefik.enable': 'false' }, ['ROUTING_DISABLED']],
    [{ 'traefik.enable': 'yes' }, ['LABEL_INVALID']],
    [{ 'traefik.enable': 'true', 'traefik.http.routers.x.tls': '1' }, ['LABEL_IGNORED', 'LABELS_UNREAD']],
    [{ 'traefik.enable': 'true', 'traefik.udp.routers.x.entrypoints': 'a' }, ['LABELS_UNREAD']],
  ])('%j', (labels, expected) => {
    expect(codes(labels)).toEqual(expected)
  })

  test('a plugin that owns a prefix reads what is below it', () => {
    const owner = { ...healthy, labels: { 'traefik.http.routers.{name}': 'A router.' } }
    const container = sampleContainer({ labels: { 'traefik.enable': 'true', 'traefik.http.routers.x.rule': 'A' } })
    expect(codesOf(run([owner], container))).toEqual([])
  })
})

test('regular expressions of one container have a budget for all plugins together, and those of the next one their own', () => {
  const heavy = (name: string): Plugin =>
    plugin(name, () => ({
      http: {
        middlewares: Object.fromEntries(
          ['a', 'b', 'c'].map((m) => [
            `${name}-${m}`,
            { replacePathRegex: { regex: `.{999}.{999}${m}`, replacement: '/' } },
          ]),
        ),
      },
    }))
  const plugins = [heavy('one'), heavy('two')]
  const first = run(plugins)
  expect(pathsOf(first)).toHaveLength(5)
  expect(first.diagnostics).toMatchObject([{ code: 'ENTRY_REFUSED', level: 'error', origin: { plugin: 'two' } }])
  expect(first.diagnostics[0]?.message).toMatch(/too much.*regular expressions.*10000 characters/)
  expect(run(plugins)).toEqual(first)
})

function behind(_: Container, { report }: Context): undefined {
  report({ code: 'PLUGIN_BEHIND', level: 'info', message: 'Slow.' })
  return undefined
}

function oops(): never {
  throw new Error('oops')
}
