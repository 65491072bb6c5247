import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import {
  describeReal,
  eventually,
  makeTestDirectory,
  tcpExchange,
  type RealDaemon,
  type TestDirectory,
} from '@route-server/testbed'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '@route-server/testbed'
import { runRouteServer } from './command.ts'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy } from './service.ts'
import { writePlugins } from './third-party.ts'

jest.setTimeout(60_000)

const BUILT_IN = ['http', 'tcp', 'udp', 'middleware', 'auto-route']

describeReal("plugins of other people, in a folder of the operator's", () => {
  let folder: TestDirectory
  let machine: Machine
  let daemon: RealDaemon

  beforeAll(async () => {
    folder = makeTestDirectory()
    await writePlugins(join(folder.path, 'plugins'))
    machine = await startMachine({
      settings: {
        plugins: [
          { name: join(folder.path, 'plugins/paths.mjs'), options: { host: 'shop.example.com' } },
          ...BUILT_IN,
          { name: join(folder.path, 'plugins/ports.cjs'), options: { entryPoint: 'tcp-3306' } },
          join(folder.path, 'plugins/faulty.mjs'),
        ],
      },
    })
    daemon = machine.daemons[0]
  })

  afterAll(async () => {
    await machine.close()
    await folder.remove()
  })

  test('an ES module makes an HTTP route from its own label and options', async () => {
    const labels = ['acme.path=/cart', 'rediacc.service_port=8080']
    await deploy(daemon, { name: 'cart', listen: { http: 8080 }, labels })
    await machine.askUntil(autoHost('cart', daemon))
    const answer = await machine.ask('shop.example.com', { path: '/cart/1' })
    expect(answer).toMatchObject({ status: 200, json: { name: `cart-${daemon.networkId}`, url: '/cart/1' } })
    expect((await machine.ask('shop.example.com', { path: '/other' })).status).toBe(404)

    const { body } = await machine.routeServer.get('/routes.json?host=shop.example.com')
    expect(JSON.parse(body)).toMatchObject({
      routers: { http: [{ origins: [{ plugin: 'acme-paths', container: 'cart', network: daemon.networkId }] }] },
    })
  })

  test('a CommonJS module makes a TCP route', async () => {
    await deploy(daemon, { name: 'ledger', slot: 1, listen: { tcp: 7000 }, labels: ['acme.port=7000'] })
    await machine.traefik.waitFor(({ tcpRouters = {} }) => `acme-${daemon.networkId}@http` in tcpRouters)
    const entryPoint = machine.traefik.entryPoint('tcp-3306')
    await eventually(async () =>
      expect((await tcpExchange({ entryPoint })).text).toBe(`hello ledger-${daemon.networkId}\n`),
    )
  })

  test.each(['acme.faulty', 'acme.poison'])('a plugin that fails on %s costs only its own part', async (label) => {
    const name = label.replace('.', '-')
    const slot = label === 'acme.faulty' ? 2 : 3
    await deploy(daemon, { name, slot, listen: { http: 8080 }, labels: [`${label}=yes`, 'rediacc.service_port=8080'] })
    expect((await machine.askUntil(autoHost(name, daemon))).json?.name).toBe(`${name}-${daemon.networkId}`)
    const { body } = await machine.routeServer.get(`/routes.json?container=${name}`)
    const { diagnostics } = JSON.parse(body) as { diagnostics: { message: string; origin: { plugin?: string } }[] }
    expect(diagnostics.length).toBeGreaterThan(0)
    expect(diagnostics.every(({ origin }) => origin.plugin === 'acme-faulty')).toBe(true)
    expect(machine.refusals()).toEqual([])
  })
})

describeReal("plugins that can't be used", () => {
  let folder: TestDirectory

  beforeAll(async () => {
    folder = makeTestDirectory()
    await writePlugins(join(folder.path, 'plugins'))
  })

  afterAll(() => folder.remove())

  const startWith = async (plugin: unknown): Promise<Outcome> => {
    const file = join(folder.path, 'config.yaml')
    const settings = { sockets: './docker-*.sock', stateDir: './state', listen: '127.0.0.1:0' }
    await writeFile(file, JSON.stringify({ ...settings, plugins: [...BUILT_IN, plugin] }, null, 2))
    return runRouteServer(['serve', '--config', file])
  }

  test.each<[string, unknown, string[]]>([
    ['a name that nobody has', 'hhtp', ['no plugin "hhtp"', 'http, tcp, udp, middleware, auto-route', 'npm install']],
    ['a path without a file', './plugins/none.mjs', ['no plugin', '/plugins/none.mjs', 'Check the path']],
    ['another API version', './plugins/outdated.mjs', ['outdated.mjs', 'plugin API 99', 'speaks 1', 'install']],
    ['no plugin in the module', './plugins/empty.mjs', ['empty.mjs', 'exports no plugin', 'export one as "plugin"']],
    ['a module that is broken', './plugins/broken.mjs', ['broken.mjs', "can't be loaded"]],
    [
      'options that its schema refuses',
      { name: './plugins/paths.mjs', options: { hots: 'shop.example.com' } },
      ['config.yaml:', 'plugins[5].options.host', 'expected the text host'],
    ],
    [
      'options of the wrong type',
      { name: './plugins/ports.cjs', options: { entryPoint: 7 } },
      ['config.yaml:', 'plugins[5].options.entryPoint', 'got 7'],
    ],
  ])('stop the start with a message that helps: %s', async (_, plugin, parts) => {
    const { status, stdout, stderr } = await startWith(plugin)
    for (const part of parts) expect(stderr).toContain(part)
    expect(stderr).toMatch(/^route-server: .*\n$/)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})
