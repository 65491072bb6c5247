import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { describeReal, injectedLabels, type RealDaemon } from '@route-server/testbed'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy, type Service } from './service.ts'

jest.setTimeout(60_000)

describeReal('the same compose file in two networks', () => {
  let machine: Machine
  let daemons: readonly [RealDaemon, RealDaemon]

  beforeAll(async () => {
    machine = await startMachine()
    ;({ daemons } = machine)
  })

  afterAll(() => machine.close())

  const deployInBoth = async (service: Service): Promise<void> => {
    await Promise.all(daemons.map((daemon) => deploy(daemon, service)))
  }

  const header = { name: 'X-Stage', label: 'traefik.http.middlewares.stage.headers.customrequestheaders.X-Stage' }

  test.each<[string, Service]>([
    ['without labels of its own', { name: 'api', slot: 0, listen: { http: 8080 }, expose: ['8080/tcp'] }],
    [
      'with traefik.enable=true alone',
      { name: 'web', slot: 1, listen: { http: 8080 }, expose: ['8080/tcp'], labels: ['traefik.enable=true'] },
    ],
    [
      'with a service and no router',
      {
        name: 'shop',
        slot: 2,
        listen: { http: 3000 },
        labels: ['traefik.enable=true', 'traefik.http.services.shop.loadbalancer.server.port=3000'],
      },
    ],
    [
      'with a router that names no rule',
      {
        name: 'blog',
        slot: 3,
        listen: { http: 3000 },
        labels: [
          'traefik.enable=true',
          'traefik.http.routers.blog.priority=7',
          'traefik.http.services.blog.loadbalancer.server.port=3000',
        ],
      },
    ],
  ])('is served by each under its own automatic host, %s', async (_, service) => {
    await deployInBoth(service)
    for (const daemon of daemons) {
      const { json } = await machine.askUntil(autoHost(service.name, daemon))
      expect(json?.name).toBe(`${service.name}-${daemon.networkId}`)
    }
    const data = await machine.traefik.waitFor(({ services = {} }) =>
      daemons.every(({ networkId }) => `${service.name}-${networkId}@http` in services),
    )
    for (const { networkId } of daemons)
      expect(data.services?.[`${service.name}-${networkId}@http`]).toMatchObject({ status: 'enabled' })
  })

  test('keeps middlewares of the same name apart, each with its own options', async () => {
    const [first, second] = daemons
    const labels = (stage: string): string[] => [
      'traefik.enable=true',
      'traefik.http.routers.app.middlewares=stage',
      'traefik.http.services.app.loadbalancer.server.port=3000',
      `${header.label}=${stage}`,
    ]
    await deploy(first, { name: 'app', slot: 4, listen: { http: 3000 }, labels: labels('production') })
    await deploy(second, { name: 'app', slot: 4, listen: { http: 3000 }, labels: labels('staging') })
    const stageOf = async (daemon: RealDaemon): Promise<string | undefined> =>
      (await machine.askUntil(autoHost('app', daemon))).json?.headers['x-stage']
    expect(await stageOf(first)).toBe('production')
    expect(await stageOf(second)).toBe('staging')

    await second.remove('app')
    await machine.askUntil(autoHost('app', second), 404)
    expect(await stageOf(first)).toBe('production')
  })

  test("can't refer to what the other network has", async () => {
    const [first, second] = daemons
    await deploy(first, {
      name: 'guard',
      slot: 5,
      listen: { http: 3000 },
      labels: [
        'traefik.enable=true',
        'traefik.http.services.guard.loadbalancer.server.port=3000',
        `traefik.http.middlewares.guard.headers.customrequestheaders.X-Stage=guarded`,
      ],
    })
    await machine.askUntil(autoHost('guard', first))
    const strangers = ['guard', `guard-${first.networkId}`, `guard-${first.networkId}@http`, 'guard@docker']
    const names = strangers.map((_, index) => `spy${index}`)
    await Promise.all(
      strangers.map((middleware, index) =>
        deploy(second, {
          name: `spy${index}`,
          slot: 5 + index,
          listen: { http: 3000 },
          labels: [
            'traefik.enable=true',
            `traefik.http.routers.spy${index}.middlewares=${middleware}`,
            `traefik.http.services.spy${index}.loadbalancer.server.port=3000`,
          ],
        }),
      ),
    )
    await deploy(second, { name: 'last', slot: 10, listen: { http: 3000 }, labels: ['rediacc.service_port=3000'] })
    await machine.askUntil(autoHost('last', second))
    for (const name of names) expect((await machine.ask(autoHost(name, second))).status).toBe(404)
  })

  test('a container that claims the other network is not routed', async () => {
    const [first, second] = daemons
    await second.run({
      name: 'liar',
      command: [`http=127.0.0.1:0`],
      labels: {
        ...injectedLabels(first.networkId, 'api', 0),
        'rediacc.service_port': '9999',
      },
    })
    await deploy(second, { name: 'honest', slot: 11, listen: { http: 3000 }, labels: ['rediacc.service_port=3000'] })
    await machine.askUntil(autoHost('honest', second))
    expect((await machine.askUntil(autoHost('api', first))).json?.name).toBe(`api-${first.networkId}`)
    expect(JSON.stringify(await machine.traefik.api('/api/rawdata'))).not.toContain(':9999')
  })
})
