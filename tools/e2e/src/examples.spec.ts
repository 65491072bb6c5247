import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { addressOf, describeReal, eventually, type RealDaemon } from '@route-server/testbed'
import { callGrpc, startGrpcEcho, type GrpcEcho } from './grpc-echo.ts'
import { startMachine, type Machine } from './machine.ts'
import { installPlugins } from './packages.ts'
import { autoHost, deploy } from './service.ts'

jest.setTimeout(120_000)

const BUILT_IN = ['http', 'tcp', 'udp', 'middleware', 'auto-route']

describeReal('the worked examples, installed from their tarballs beside the configuration,', () => {
  let machine: Machine
  let daemon: RealDaemon
  let echo: GrpcEcho | undefined

  beforeAll(async () => {
    machine = await startMachine()
    daemon = machine.daemons[0]
    await installPlugins(machine.directory, ['examples/grpc', 'examples/static-redirects', 'examples/paths'])
    await machine.configure({
      plugins: [
        ...BUILT_IN,
        'route-plugin-grpc',
        'route-plugin-static-redirects',
        { name: 'route-plugin-paths', options: { host: 'shop.example.com', stripPrefix: true } },
      ],
    })
    await machine.restartRouteServer('SIGTERM')
  }, 300_000)

  afterAll(async () => {
    await machine.close()
    await echo?.close()
  })

  test('gRPC reaches its service, whose health Traefik asks for', async () => {
    // The containers' own program speaks no gRPC; the host's loopback is theirs, too.
    echo = await startGrpcEcho({ host: addressOf(daemon.networkId, 0), port: 9090 })
    await deploy(daemon, { name: 'greeter', listen: { http: 8080 }, labels: ['grpc.enable=true', 'grpc.port=9090'] })
    const entryPoint = machine.traefik.entryPoint('websecure')
    await eventually(
      async () =>
        expect(await callGrpc(entryPoint, autoHost('greeter', daemon), 'hello')).toEqual({
          httpStatus: 200,
          status: '0',
          message: 'hello',
        }),
      { deadline: 60_000 },
    )
    const checks = echo.checks
    await eventually(() => expect(checks()).toBeGreaterThan(0), { deadline: 60_000 })
  })

  test('a host that moved is redirected', async () => {
    const labels = ['redirect.from=old.example.com', 'redirect.to=https://new.example.com/blog']
    await deploy(daemon, { name: 'moved', slot: 1, listen: { http: 8080 }, labels })
    await machine.askUntil('old.example.com', 301)
    const { headers } = await machine.ask('old.example.com', { path: '/a?b=c' })
    expect(headers.location).toBe('https://new.example.com/blog/a?b=c')
  })

  test("a path of the operator's host reaches its service, by the options", async () => {
    await deploy(daemon, { name: 'cart', slot: 2, listen: { http: 8080 }, labels: ['paths.prefix=/cart'] })
    const answer = await eventually(
      async () => {
        const answer = await machine.ask('shop.example.com', { path: '/cart/1' })
        expect(answer.status).toBe(200)
        return answer
      },
      { deadline: 60_000 },
    )
    expect(answer.json).toMatchObject({ name: `cart-${daemon.networkId}`, url: '/1' })
    expect((await machine.ask('shop.example.com', { path: '/other' })).status).toBe(404)
  })

  test('Traefik refused nothing', () => {
    expect(machine.refusals()).toEqual([])
  })
})
