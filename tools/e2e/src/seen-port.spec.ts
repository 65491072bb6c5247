import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { describeReal, eventually, type RealDaemon } from '@route-server/testbed'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy } from './service.ts'

jest.setTimeout(120_000)

describeReal('a service of which neither label nor image says the port', () => {
  let machine: Machine
  let daemon: RealDaemon
  let other: RealDaemon

  beforeAll(async () => {
    machine = await startMachine({ settings: { hold: '3s', redeployGrace: '15s' } })
    ;[daemon, other] = machine.daemons
  })

  afterAll(() => machine.close())

  const document = async (): Promise<string> => (await machine.routeServer.get('/routes.yaml')).body
  const warnings = async (container: string): Promise<readonly string[]> => {
    const { body } = await machine.routeServer.get(`/routes.json?container=${container}`)
    const { diagnostics } = JSON.parse(body) as { diagnostics: { code: string; message: string }[] }
    return diagnostics.map(({ code, message }) => `${code}: ${message}`)
  }

  test('is served at the one that it listens on, each network its own', async () => {
    await deploy(daemon, { name: 'api', listen: { http: 3000 } })
    await deploy(other, { name: 'api', listen: { http: 4000 } })
    for (const one of [daemon, other])
      expect((await machine.askUntil(autoHost('api', one))).json?.name).toBe(`api-${one.networkId}`)
  })

  test('is in the first document after a restart of the route server, byte for byte', async () => {
    const before = await document()
    expect(before).toContain(':3000')
    await machine.restartRouteServer()
    expect(await document()).toBe(before)
    expect((await machine.ask(autoHost('api', daemon))).status).toBe(200)
  })

  test('is served at its new port once it is recreated with another one, and at no moment not at all', async () => {
    const mark = machine.recorder.mark()
    await daemon.remove('api')
    await deploy(daemon, { name: 'api', listen: { http: 3001 } })
    await machine.recorder.handed(':3001')
    const bodies = machine.recorder.bodies(mark)
    expect(bodies.filter((body) => !body.includes(autoHost('api', daemon)))).toEqual([])
    expect((await machine.askUntil(autoHost('api', daemon))).json?.name).toBe(`api-${daemon.networkId}`)
  })

  test('is not served where it listens on several, until a label says which', async () => {
    const service = { name: 'shop', slot: 1, listen: { http: 3000, tcp: 4000 } }
    await deploy(daemon, service)
    await eventually(async () => {
      expect(await warnings('shop')).toEqual([
        expect.stringMatching(/^SERVICE_PORT_AMBIGUOUS: .*: 3000, 4000; .* rediacc\.service_port=3000\.$/),
      ])
    })
    expect((await machine.ask(autoHost('shop', daemon))).status).toBe(404)
    await daemon.remove('shop')
    await deploy(daemon, { ...service, labels: ['rediacc.service_port=3000'] })
    expect((await machine.askUntil(autoHost('shop', daemon))).json?.name).toBe(`shop-${daemon.networkId}`)
  })

  test('is told to be looked for where it listens on nothing', async () => {
    await deploy(daemon, { name: 'worker', slot: 2, listen: {} })
    await eventually(async () => {
      expect(await warnings('worker')).toEqual([
        expect.stringMatching(/^SERVICE_PORT_UNKNOWN: .* nothing was seen listening on 127\.\S+ yet, .* looked for/),
      ])
    })
  })
})
