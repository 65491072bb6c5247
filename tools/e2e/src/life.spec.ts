import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { describeReal, eventually, tcpExchange, udpExchange, type RealDaemon } from '@route-server/testbed'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy, portOf } from './service.ts'

jest.setTimeout(60_000)

describeReal('what starts is routed, what stops is not', () => {
  let machine: Machine
  let daemon: RealDaemon

  beforeAll(async () => {
    machine = await startMachine({ settings: { goneGrace: '2s' } })
    daemon = machine.daemons[0]
  })

  afterAll(() => machine.close())

  test('a container is reachable under its auto-route once it starts, and gone once it stops', async () => {
    const host = autoHost('api', daemon)
    await deploy(daemon, { name: 'api', listen: { http: 8080 }, expose: ['8080/tcp'] })
    const { json } = await machine.askUntil(host)
    expect(json).toMatchObject({ name: `api-${daemon.networkId}`, host })

    await daemon.stop('api')
    await machine.askUntil(host, 404)
    const routers = (await machine.traefik.api('/api/http/routers')) as { name: string }[]
    expect(routers.filter(({ name }) => name.includes(`api-${daemon.networkId}`))).toEqual([])

    await daemon.start('api')
    await machine.askUntil(host)
    await daemon.remove('api')
    await machine.askUntil(host, 404)
  })

  test('a container whose program ends by itself is gone, each time', async () => {
    const host = autoHost('worker', daemon)
    await deploy(daemon, { name: 'worker', slot: 5, listen: { http: 8080 }, expose: ['8080/tcp'] })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM']) {
      await machine.askUntil(host)
      await daemon.exec('worker', ['node', '-e', `process.kill(1, '${signal}')`]).catch(() => undefined)
      await machine.askUntil(host, 404)
      await daemon.start('worker')
    }
    await daemon.remove('worker')
  })

  test('a container is replaced by another with the same name and labels', async () => {
    const host = autoHost('shop', daemon)
    const shop = { name: 'shop', slot: 2, expose: ['8080/tcp', '9090/tcp'] }
    await deploy(daemon, { ...shop, listen: { http: 8080 } })
    await machine.askUntil(host)
    await daemon.remove('shop')
    await deploy(daemon, { ...shop, listen: { http: 9090 }, labels: ['rediacc.service_port=9090'] })
    const { json } = await machine.askUntil(host)
    expect(json?.name).toBe(`shop-${daemon.networkId}`)
  })

  test('a daemon that appears later is adopted, and let go when its socket has been away for the grace', async () => {
    const later = await machine.addDaemon()
    const host = autoHost('api', later)
    await deploy(later, { name: 'api', listen: { http: 8080 }, expose: ['8080/tcp'] })
    await machine.askUntil(host)
    await later.stopDaemon()
    await machine.askUntil(host, 404)

    await later.startDaemon()
    await later.start('api')
    expect((await machine.askUntil(host)).json?.name).toBe(`api-${later.networkId}`)
  })

  test('a TCP port is served while its container runs', async () => {
    const labels = [
      'traefik.enable=true',
      'traefik.tcp.routers.db.rule=HostSNI(`*`)',
      'traefik.tcp.routers.db.entrypoints=tcp-5432',
      'traefik.tcp.services.db.loadbalancer.server.port=5432',
    ]
    await deploy(daemon, { name: 'db', slot: 3, listen: { tcp: 5432 }, labels })
    const question = { entryPoint: machine.traefik.entryPoint('tcp-5432'), send: 'select' }
    const served = `hello db-${daemon.networkId}\ndb-${daemon.networkId} select\n`
    await machine.traefik.waitFor(({ tcpRouters = {} }) => `db-${daemon.networkId}@http` in tcpRouters)
    await eventually(async () => expect((await tcpExchange(question)).text).toBe(served))

    await daemon.stop('db')
    await machine.traefik.waitFor(({ tcpRouters }) => tcpRouters === undefined)
    // An entry point without a TCP router answers as a web server without routes.
    expect(await tcpExchange({ ...question, send: 'GET / HTTP/1.0\r\n\r' })).toMatchObject({
      text: expect.stringContaining('404 Not Found'),
    })
  })

  test('a UDP port is served while its container runs, although Traefik never forgets a UDP router', async () => {
    const { traefik } = machine
    const dns = { slot: 4, listen: { udp: 5353 } }
    const labels = [
      'traefik.enable=true',
      'traefik.udp.routers.dns.entrypoints=udp-53',
      'traefik.udp.services.dns.loadbalancer.server.port=5353',
    ]
    const ask = (): Promise<string | undefined> =>
      udpExchange({ entryPoint: traefik.entryPoint('udp-53'), payload: 'who', timeout: 500 })
    await deploy(daemon, { ...dns, name: 'dns', labels })
    const answered = `dns-${daemon.networkId} who`
    await eventually(async () => expect(await ask()).toBe(answered))

    await daemon.stop('dns')
    await traefik.waitFor(({ udpRouters = {} }) => Object.keys(udpRouters).join() === 'udp-53-unused@http')
    // Whoever listens where it led is not reached.
    await deploy(daemon, { ...dns, name: 'stranger', labels: ['traefik.enable=false'] })
    const direct = { entryPoint: portOf(daemon, 5353, dns.slot), payload: 'who' }
    await eventually(async () => expect(await udpExchange(direct)).toBe(`stranger-${daemon.networkId} who`))
    expect(await ask()).toBeUndefined()

    await daemon.remove('stranger')
    await daemon.start('dns')
    await eventually(async () => expect(await ask()).toBe(answered))
    await traefik.waitFor(({ udpRouters = {} }) => Object.keys(udpRouters).join() === `dns-${daemon.networkId}@http`)
  })
})
