import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { loadConfig } from '@route-server/config'
import { evaluate } from '@route-server/kernel'
import type { Evaluation } from '@route-server/kernel'
import { sampleContainer } from '@route-server/kernel/testing'
import type { Container } from '@route-server/plugin-api'
import { BOUNDS } from './bounded.ts'
import type { Bounds } from './bounded.ts'
import { loadPlugins } from './load-plugins.ts'
import type { RunningPlugin } from './load-plugins.ts'

const folder = mkdtempSync(join(tmpdir(), 'bounded-'))
let running: readonly RunningPlugin[] = []
afterEach(async () => {
  await Promise.all(running.map((plugin) => plugin.close()))
  running = []
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** What the plugins below give, where nothing is the matter: a middleware with the name of the service. */
const GOOD = '({ http: { middlewares: { [context.service]: { compress: {} } } } })'

/** Soon over, for those who only wait for the end; and long enough for a busy machine. */
const SHORT: Bounds = { ...BOUNDS, deadline: 1_000, backOff: 50 }

let files = 0

/** The http plugin, and one whose function `contribute` has this body. */
async function pluginThat(body: string, bounds: Bounds = SHORT, about = ''): Promise<RunningPlugin> {
  const file = join(folder, `plugin-${++files}.mjs`)
  writeFileSync(
    file,
    `import { spawn } from 'node:child_process'
     import { pbkdf2Sync } from 'node:crypto'
     import { existsSync, readdirSync, readlinkSync } from 'node:fs'
     export const plugin = {
       apiVersion: 1, name: 'mine', labels: { 'acme.port': 'A port.' }, ${about}
       options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
       contribute(container, context) { ${body} },
     }`,
  )
  const config = loadConfig({ flags: { plugins: [file, 'http'] } })
  running = await loadPlugins(config, folder, bounds)
  const [mine] = running
  if (!mine) throw new Error('It was not loaded.')
  return mine
}

const containerOf = (name: string, more: Partial<Container> = {}): Container => {
  const network = more.network ?? 2816
  return Object.freeze(
    sampleContainer({
      id: `${network}-${name}`.padEnd(64, '0'),
      name,
      ...more,
      labels: {
        'traefik.enable': 'true',
        'traefik.http.routers.own.rule': 'Path(`/`)',
        'traefik.http.services.own.loadbalancer.server.port': '80',
        ...more.labels,
      },
    }),
  )
}

const evaluated = (container: Container): Evaluation =>
  evaluate(container, running, { httpEntryPoints: ['websecure'], allowedReferences: [], baseDomain: 'example.com' })

const pathsOf = ({ contributions }: Evaluation, plugin: string): readonly string[] =>
  contributions
    .filter(({ origin }) => origin.plugin === plugin)
    .flatMap(({ entries }) => entries.map(({ path }) => path))

const codesOf = ({ diagnostics }: Evaluation): readonly string[] => diagnostics.map(({ code }) => code)

/** Resolves with the container's name once the plugin has something else to say about it. */
const answerFor = (plugin: RunningPlugin, wanted: string): Promise<void> =>
  new Promise((resolve) => {
    const end = plugin.subscribe((containers) => {
      if (!containers.some(({ name }) => name === wanted)) return
      end()
      resolve()
    })
  })

/** Until it isn't behind any more. */
async function settled(container: Container, plugin: RunningPlugin): Promise<Evaluation> {
  for (;;) {
    const evaluation = evaluated(container)
    if (!codesOf(evaluation).includes('PLUGIN_BEHIND')) return evaluation
    await answerFor(plugin, container.name)
  }
}

/** Whatever nobody holds goes. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  await new Promise((resolve) => setTimeout(resolve, 50))
  collect()
}

/** Whoever adopts it may let it lie dead for a while. */
const isGone = (pid: number): boolean =>
  !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

async function whenGone(pid: number): Promise<void> {
  while (!isGone(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}

const OWN = ['http.routers/own-2816', 'http.services/own-2816']

describe('a plugin of a third party', () => {
  test('sees what a built-in one sees, frozen, and says what it wants', async () => {
    const mine = await pluginThat(
      `const isFrozen = [container, container.labels, context, context.settings, context.traefik.configuration].every(Object.isFrozen)
       const ports = context.exposedPorts()
       context.report({ code: 'MINE_SAID', level: 'info', label: 'acme.port', message: JSON.stringify([isFrozen, container.labels['acme.port'],
         context.options, context.settings.baseDomain, context.service, context.address, ports,
         context.traefik.configuration.http.routers.own.rule, context.traefik.broken instanceof Map]) })
       return ${GOOD}`,
    )
    const evaluation = await settled(containerOf('web', { labels: { 'acme.port': '81' } }), mine)
    const said = evaluation.diagnostics.find(({ code }) => code === 'MINE_SAID')
    expect(JSON.parse(said?.message ?? '')).toEqual([
      true,
      '81',
      {},
      'example.com',
      'web',
      '127.0.11.2',
      null,
      'Path(`/`)',
      true,
    ])
    expect(said).toMatchObject({ label: 'acme.port', origin: { plugin: 'mine', container: 'web' } })
    expect(evaluation.wantsPorts).toBe(true)
    expect(evaluation.interest).toBeUndefined()
    expect(pathsOf(evaluation, 'mine')).toEqual(['http.middlewares/web-2816'])
  })

  test('has no environment, nothing of what we have open, and a process of its own that ends with all that it started', async () => {
    const own = join(folder, 'own')
    writeFileSync(own, '')
    const open = openSync(own, 'r')
    const mine = await pluginThat(
      `const links = readdirSync('/proc/self/fd').flatMap((fd) => { try { return [readlinkSync('/proc/self/fd/' + fd)] } catch { return [] } })
       const { pid } = spawn('sleep', ['600'], { stdio: 'ignore' })
       context.report({ code: 'MINE_SAID', level: 'info', message: JSON.stringify({ env: process.env, links, pids: [process.pid, pid] }) })
       return ${GOOD}`,
    )
    const { diagnostics } = await settled(containerOf('web'), mine)
    closeSync(open)
    const { env, links, pids } = JSON.parse(diagnostics.find(({ code }) => code === 'MINE_SAID')?.message ?? '') as {
      readonly env: unknown
      readonly links: readonly string[]
      readonly pids: readonly number[]
    }
    expect(env).toEqual({})
    expect(links).not.toContain(own)
    expect(mine.spent().memory).toBeGreaterThan(2 ** 20)
    await mine.close()
    for (const pid of pids) await whenGone(pid)
    expect(mine.spent().memory).toBeUndefined()
  })

  test('says that it wants to know what listens, and is told', async () => {
    const mine = await pluginThat(`const [port] = context.listeningPorts() ?? []
       return port === 81 ? ${GOOD} : undefined`)
    const web = containerOf('web', { exposedPorts: [] })
    expect((await settled(web, mine)).interest?.isWanted).toBe(true)
    const seen = await settled({ ...web, listeningPorts: [81] }, mine)
    expect(seen.interest?.isWanted).toBe(false)
    expect(pathsOf(seen, 'mine')).toEqual(['http.middlewares/web-2816'])
  })

  test('is asked once about what says the same, a copy of it included', async () => {
    const mine = await pluginThat(`return ${GOOD}`)
    const web = containerOf('web')
    await settled(web, mine)
    const { calls } = mine.spent()
    evaluated(Object.freeze({ ...web }))
    expect(mine.spent()).toMatchObject({ calls, waiting: 0, setAside: [] })
  })

  test('has its time counted, as a built-in one has', async () => {
    const mine = await pluginThat(`const end = performance.now() + 20; while (performance.now() < end); return ${GOOD}`)
    await settled(containerOf('web'), mine)
    expect(mine.spent().calls).toBe(1)
    expect(mine.spent().total).toBeGreaterThanOrEqual(20)
    expect(running[1]?.spent().calls).toBeGreaterThan(0)
  })
})

const DEEP = 'let deep = {}; for (let i = 0; i < 1e5; i++) deep = { deep };'

describe('rubbish costs the plugin its part, and nothing else:', () => {
  test.each<[string, string, string, RegExp]>([
    ['a throw', `throw new Error('no luck')`, 'PLUGIN_THREW', /no luck/],
    [
      'a throw of what cannot be shown',
      `throw { get message() { throw 1 }, toString() { throw 2 } }`,
      'PLUGIN_THREW',
      /cannot be shown/,
    ],
    ['a promise', `return Promise.reject(new Error('late'))`, 'PLUGIN_THREW', /promise/],
    ['a text', `return 'rubbish'`, 'FRAGMENT_INVALID', /must be a map/],
    ['a list', `return [1, 2]`, 'FRAGMENT_INVALID', /must be a map/],
    ['a section that there is not', `return { gopher: { routers: { a: {} } } }`, 'FRAGMENT_INVALID', /no section/],
    [
      'a function in the fragment',
      `return { http: { routers: { a: () => 1 } } }`,
      'PLUGIN_THREW',
      /could not be cloned/,
    ],
    ['a toJSON', `return { toJSON() { for (;;); } }`, 'PLUGIN_THREW', /could not be cloned/],
    ['a getter that throws', `return { get http() { throw new Error('trap') } }`, 'PLUGIN_THREW', /trap/],
    ['a proxy that throws', `return new Proxy({}, { ownKeys() { throw new Error('trap') } })`, 'PLUGIN_THREW', /trap/],
    [
      '10 MB',
      `return { http: { middlewares: { a: { addPrefix: { prefix: 'x'.repeat(1e7) } } } } }`,
      'PLUGIN_THREW',
      /10000\d{3} bytes, and 524288/,
    ],
    [
      'many values',
      `return { http: { middlewares: Object.fromEntries(Array.from({ length: 2e5 }, (_, i) => [i, 0])) } }`,
      'PLUGIN_THREW',
      /more than 20000 values/,
    ],
    [
      'many entries',
      `return { http: { middlewares: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [i, { compress: {} }])) } }`,
      'PLUGIN_THREW',
      /5000 routers, services and so on, and 2000 are allowed/,
    ],
    ['no end of depth', `${DEEP} return deep`, 'PLUGIN_THREW', /nested/],
    ['a circle', `const circle = {}; circle.http = circle; return circle`, 'PLUGIN_THREW', /nested/],
    ['a long list of nothing', `return { http: new Array(2 ** 32 - 1) }`, 'PLUGIN_THREW', /more than 20000 values/],
    ['4 GB that are no object of V8', `new Uint8Array(2 ** 32); return ${GOOD}`, 'PLUGIN_THREW', /allocation failed/],
    ['a change of its input', `container.labels.more = 'x'; return ${GOOD}`, 'PLUGIN_THREW', /not extensible/],
    ['reports of its own shape', `context.report({ code: 7, message: { toString: () => 'odd' } })`, '7', /odd/],
  ])('%s', async (_what, body, code, message) => {
    const mine = await pluginThat(body)
    const evaluation = await settled(containerOf('web'), mine)
    const said = evaluation.diagnostics.find(({ origin }) => origin.plugin === 'mine')
    expect(said).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(pathsOf(evaluation, 'mine')).toEqual([])
    expect(pathsOf(evaluation, 'http')).toEqual(OWN)
    expect(mine.spent().setAside).toEqual([])
  })

  test('a proxy is read as what it shows', async () => {
    const mine = await pluginThat(`return new Proxy(${GOOD}, {})`)
    expect(pathsOf(await settled(containerOf('web'), mine), 'mine')).toEqual(['http.middlewares/web-2816'])
  })
})

/** It does this to the container with that name only. */
const onBad = (body: string): string => `if (container.name === 'bad') { ${body} } return ${GOOD}`

describe('a call that never returns, or takes the process along, is ended, and the others are answered:', () => {
  test.each<[string, string, RegExp]>([
    ['a loop', 'for (;;);', /ended after 1 s/],
    ['a loop that catches all', 'for (;;) try { for (;;); } catch {} finally { continue }', /ended after 1 s/],
    ['a regular expression', `/^(a+)+$/.test('a'.repeat(50) + 'b')`, /ended after 1 s/],
    ['waiting', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', /ended after 1 s/],
    ['a getter of the fragment', 'return { get http() { for (;;); } }', /ended after 1 s/],
    ['a proxy', 'return new Proxy({}, { ownKeys() { for (;;); } })', /ended after 1 s/],
    ['a problem that is shown', 'context.report({ message: { toString() { for (;;); } } })', /ended after 1 s/],
    ['microtasks without end', 'const on = () => Promise.resolve().then(on); on(); for (;;);', /ended after 1 s/],
    ['code that is not JavaScript', `pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512')`, /ended after 1 s/],
    [
      'memory, bit by bit',
      'const all = []; for (;;) all.push(new Array(1000).fill(all.length))',
      /memory|ended after 1 s/,
    ],
    ['4 GB of memory at a stroke', 'new Array(2 ** 29).fill(0)', /memory|ended after 1 s/],
    ['a map that grows', 'const all = new Map(); for (;;) all.set(all.size, {})', /memory|ended after 1 s/],
    ['texts', `const all = []; for (;;) all.push(Buffer.alloc(1e7, 'x').toString())`, /memory|ended after 1 s/],
    ['an exit', 'process.exit(3)', /exit code 3/],
    ['an abort', 'process.abort()', /aborted \(SIGABRT\)/],
    ['a kill', `process.kill(process.pid, 'SIGKILL')`, /was killed.*\(SIGKILL\)/],
    ['a signal that nobody expects', `process.kill(process.pid, 'SIGSEGV')`, /crashed \(SIGSEGV\)/],
  ])('%s', async (_what, body, why) => {
    const mine = await pluginThat(onBad(body), { ...SHORT, backOff: 60_000 })
    const bad = containerOf('bad')
    const first = await settled(bad, mine)
    expect(codesOf(first)).toContain('PLUGIN_SET_ASIDE')
    expect(first.diagnostics.find(({ code }) => code === 'PLUGIN_SET_ASIDE')).toMatchObject({
      level: 'error',
      message: expect.stringMatching(why),
      origin: { plugin: 'mine', container: 'bad' },
    })
    expect(pathsOf(first, 'http')).toEqual(OWN)
    expect(mine.spent().setAside).toMatchObject([{ network: 2816, container: 'bad' }])
    const neighbour = await settled(containerOf('web', { network: 2880 }), mine)
    expect(pathsOf(neighbour, 'mine')).toEqual(['http.middlewares/web-2880'])
    const sibling = await settled(containerOf('web'), mine)
    expect(pathsOf(sibling, 'mine')).toEqual(['http.middlewares/web-2816'])
  })

  test('a failure outside of any call', async () => {
    const mine = await pluginThat(
      `if (container.name === 'bad') setTimeout(() => { throw new Error('late') }); return ${GOOD}`,
    )
    expect(pathsOf(await settled(containerOf('bad'), mine), 'mine')).toEqual(['http.middlewares/bad-2816'])
    while (mine.spent().setAside.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(mine.spent().setAside).toMatchObject([{ why: 'failed outside of any call: late' }])
    const web = containerOf('web')
    expect(codesOf(evaluated(web))).toContain('PLUGIN_SET_ASIDE')
    await answerFor(mine, 'web')
    expect(pathsOf(evaluated(web), 'mine')).toEqual(['http.middlewares/web-2816'])
  })
})

describe('what a plugin said', () => {
  test('stays while it is set aside, and it is asked again until it answers', async () => {
    const gate = join(folder, `gate-${files}`)
    const mine = await pluginThat(
      `if (container.state === 'paused') { if (!existsSync(${JSON.stringify(gate)})) for (;;); return undefined } return ${GOOD}`,
    )
    await settled(containerOf('web'), mine)
    const paused = containerOf('web', { state: 'paused' })
    const aside = await settled(paused, mine)
    expect(codesOf(aside)).toContain('PLUGIN_SET_ASIDE')
    expect(pathsOf(aside, 'mine')).toEqual(['http.middlewares/web-2816'])
    const { calls } = mine.spent()
    while (mine.spent().calls < calls + 2) await new Promise((resolve) => setTimeout(resolve, 10))
    writeFileSync(gate, '')
    await answerFor(mine, 'web')
    const after = evaluated(paused)
    expect(codesOf(after)).not.toContain('PLUGIN_SET_ASIDE')
    expect(pathsOf(after, 'mine')).toEqual([])
    expect(mine.spent()).toMatchObject({ waiting: 0, setAside: [] })
  })

  test('comes to the container that says the same and has taken the place of the one that it was asked about', async () => {
    const mine = await pluginThat(`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); return ${GOOD}`, {
      ...SHORT,
      patience: 0,
    })
    const web = containerOf('web')
    const askAboutACopy = (): readonly string[] => codesOf(evaluated(Object.freeze({ ...web })))
    expect(askAboutACopy()).toContain('PLUGIN_BEHIND')
    await new Promise(setImmediate)
    const again = Object.freeze({ ...web })
    expect(codesOf(evaluated(again))).toContain('PLUGIN_BEHIND')
    await new Promise(setImmediate)
    await collectGarbage()
    expect(pathsOf(await settled(again, mine), 'mine')).toEqual(['http.middlewares/web-2816'])
    expect(mine.spent().calls).toBe(1)
  })

  test('of others is not waited for, once patience is used up', async () => {
    const mine = await pluginThat(`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60); return ${GOOD}`, {
      ...SHORT,
      patience: 100,
    })
    const containers = Array.from({ length: 20 }, (_, i) => containerOf(`web-${i}`))
    const first = containers.map(evaluated)
    const isBehind = first.map((evaluation) => codesOf(evaluation).includes('PLUGIN_BEHIND'))
    expect(isBehind.slice(2)).toEqual(new Array(18).fill(true))
    expect(first.map((evaluation) => pathsOf(evaluation, 'http'))).toEqual(new Array(20).fill(OWN))
    const late = containerOf('late', { network: 2880 })
    evaluated(late)
    await answerFor(mine, 'late')
    expect(mine.spent().waiting).toBeGreaterThan(0)
    for (const container of containers) await settled(container, mine)
    expect(mine.spent()).toMatchObject({ calls: 21, waiting: 0, setAside: [] })
  })
})
