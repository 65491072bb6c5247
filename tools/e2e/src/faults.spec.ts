import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { describeReal, eventually, type RealDaemon } from '@route-server/testbed'
import { setTimeout as sleep } from 'node:timers/promises'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy } from './service.ts'
import { visit, type Visitor } from './visitor.ts'

jest.setTimeout(60_000)

describeReal('while something is broken, its routes stay', () => {
  let machine: Machine
  let daemons: readonly [RealDaemon, RealDaemon]
  let visitors: Visitor[]

  beforeAll(async () => {
    machine = await startMachine({ liveRestore: true, settings: { liveness: '1s', startGrace: '4s' } })
    ;({ daemons } = machine)
    for (const daemon of daemons) {
      await deploy(daemon, { name: 'api', listen: { http: 8080 }, labels: ['rediacc.service_port=8080'] })
      await machine.askUntil(autoHost('api', daemon))
    }
  })

  afterAll(() => machine.close())

  beforeEach(() => {
    visitors = daemons.map((daemon) => visit(machine, autoHost('api', daemon)))
  })

  afterEach(async () => {
    for (const { visits, failures } of await Promise.all(visitors.map((visitor) => visitor.leave()))) {
      expect(failures).toEqual([])
      expect(visits).toBeGreaterThan(5)
    }
  })

  const health = async (): Promise<unknown> => {
    const { status, body } = await machine.routeServer.get('/health')
    return { code: status, ...(JSON.parse(body) as object) }
  }
  const untilHealthIs = (wanted: object): Promise<void> =>
    eventually(async () => expect(await health()).toMatchObject(wanted))

  const OK = { code: 200, status: 'ok', daemons: { live: 2, stale: 0 } }
  const DEGRADED = { code: 200, status: 'degraded', daemons: { live: 1, stale: 1 } }

  /** Long enough for Traefik to have taken any document that is served now. */
  const twoPolls = (): Promise<void> => sleep(1_200)

  test('a daemon that is killed, and started again', async () => {
    const [daemon, other] = daemons
    await daemon.kill()
    await untilHealthIs({ ...DEGRADED, problems: [expect.stringContaining('its last known routes are served')] })
    await twoPolls()
    // The others go on meanwhile.
    await deploy(other, { name: 'web', slot: 1, listen: { http: 8080 }, labels: ['rediacc.service_port=8080'] })
    await machine.askUntil(autoHost('web', other))

    await daemon.startDaemon()
    await untilHealthIs(OK)
    await deploy(daemon, { name: 'web', slot: 1, listen: { http: 8080 }, labels: ['rediacc.service_port=8080'] })
    await machine.askUntil(autoHost('web', daemon))
  })

  test('a daemon that hangs, and recovers', async () => {
    const [daemon] = daemons
    daemon.freeze()
    await untilHealthIs(DEGRADED)
    await twoPolls()
    daemon.thaw()
    await untilHealthIs(OK)
    await daemon.stop('web')
    await machine.askUntil(autoHost('web', daemon), 404)
  })

  test('the route server that is killed, and started again', async () => {
    await machine.routeServer.kill()
    await twoPolls()
    await machine.restartRouteServer()
    await untilHealthIs(OK)
    await twoPolls()
    await deploy(daemons[0], { name: 'new', slot: 2, listen: { http: 8080 }, labels: ['rediacc.service_port=8080'] })
    await machine.askUntil(autoHost('new', daemons[0]))
  })

  test('Traefik that is killed gets everything back', async () => {
    await Promise.all(visitors.map((visitor) => visitor.leave()))
    await machine.traefik.kill()
    await machine.traefik.restart()
    for (const daemon of daemons) await machine.askUntil(autoHost('api', daemon))
    visitors = daemons.map((daemon) => visit(machine, autoHost('api', daemon)))
    await twoPolls()
  })

  test('a daemon that hangs at the start is waited for, without a document; after the grace the others are served', async () => {
    const [hung, other] = daemons
    await visitors.shift()?.leave()
    hung.freeze()
    await machine.restartRouteServer()

    const answers: { status: number; body: string }[] = []
    await eventually(async () => {
      const { status, body } = await machine.routeServer.get('/routes.yaml')
      answers.push({ status, body })
      expect(status).toBe(200)
    })
    const served = answers.pop()
    expect(served?.body).toContain(`api-${other.networkId}`)
    expect(served?.body).not.toContain(`api-${hung.networkId}`)
    expect(answers.length).toBeGreaterThan(10)
    for (const { status, body } of answers) {
      expect(status).toBe(503)
      expect(body).toMatch(/^No routes yet\. The daemon at \S+ hasn't been listed yet\./)
    }

    hung.thaw()
    await machine.askUntil(autoHost('api', hung))
  })
})
