import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { addressOf, describeReal, eventually, type RealDaemon } from '@route-server/testbed'
import { once } from 'node:events'
import { Agent } from 'node:https'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { startMachine, type Machine } from './machine.ts'
import { deploy, type Service } from './service.ts'
import { countsOf, visit } from './visitor.ts'

jest.setTimeout(90_000)

const REDEPLOYS = 4
const RATE = 200

/** One service whose containers all serve `{name}.example.org`. */
const serving = (name: string, port: number): Pick<Service, 'name' | 'listen' | 'labels'> => ({
  name,
  listen: { http: port },
  labels: [
    'traefik.enable=true',
    `traefik.http.routers.${name}.rule=Host(\`${name}.example.org\`)`,
    `traefik.http.services.${name}.loadbalancer.server.port=${port}`,
  ],
})

describeReal('a container that goes, comes or is ill', () => {
  let machine: Machine
  let daemon: RealDaemon
  let other: RealDaemon
  let mark: number

  beforeAll(async () => {
    machine = await startMachine({ settings: { redeployGrace: '15s', goneGrace: '15s' } })
    ;[daemon, other] = machine.daemons
    await deploy(other, { ...serving('calm', 8080), slot: 1 })
    await machine.askUntil('calm.example.org')
    mark = machine.recorder.mark()
  })

  afterAll(() => machine.close())

  /** Of all documents that Traefik got since a mark, those that lack a router. */
  const lacking = (router: string, since: number): readonly string[] =>
    machine.recorder.bodies(since).filter((body) => !body.includes(`\n    ${router}:\n`))

  afterEach(() => {
    expect(lacking(`calm-${other.networkId}`, mark)).toEqual([])
  })

  const revision = async (): Promise<number> =>
    (JSON.parse((await machine.routeServer.get('/health')).body) as { revision: number }).revision

  /** What is said of a container, and that it is said. */
  const untilSaid = (container: string, code: string): Promise<string> =>
    eventually(async () => {
      const { body } = await machine.routeServer.get(`/routes.json?container=${container}`)
      const { diagnostics } = JSON.parse(body) as { diagnostics: { code: string; message: string }[] }
      const found = diagnostics.find((diagnostic) => diagnostic.code === code)
      if (!found) throw new Error(`${code} isn't said of ${container}: ${JSON.stringify(diagnostics)}`)
      return found.message
    })

  test('keeps dying: after five deaths the document stays as it is, until it has been up for ten seconds', async () => {
    const visitor = visit(machine, 'calm.example.org', { by: `calm-${other.networkId}` })
    // Its program ends at once: it isn't told a port.
    await deploy(daemon, {
      ...serving('loop', 8080),
      slot: 7,
      restartPolicy: 'always',
      arguments: ['this is no argument'],
    })
    await deploy(daemon, { ...serving('clumsy', 8080), slot: 8 })
    await machine.askUntil('clumsy.example.org')
    const before = await revision()
    for (let n = 0; n < 6; n += 1) {
      // One that is up again before anybody looked changes no document, and doesn't count.
      await daemon.stop('clumsy')
      await machine.askUntil('clumsy.example.org', 503)
      await daemon.start('clumsy')
      if (n < 5) await machine.askUntil('clumsy.example.org')
    }
    await untilSaid('clumsy', 'CONTAINER_LOOPING')
    await untilSaid('loop', 'CONTAINER_LOOPING')
    const settled = await revision()
    for (let n = 0; n < 5; n += 1) await daemon.restart('clumsy')
    const after = await revision()
    expect((await machine.askUntil('clumsy.example.org', 503)).status).toBe(503)
    await machine.askUntil('clumsy.example.org')
    const visits = await visitor.leave()
    process.stdout.write(
      `two containers that keep dying: ${settled - before} revisions until they were known, ${after - settled} after; neighbour ${countsOf(visits)}\n`,
    )
    // Each death may show twice, and there are six of each.
    expect(settled - before).toBeLessThanOrEqual(24)
    expect(after - settled).toBe(0)
    expect(visits.lost).toEqual([])
  })

  test('is redeployed under load: no 404, nobody else answers, and nothing is lost once its successor answers', async () => {
    const version = (n: number): Service => ({ ...serving('shop', n % 2 === 0 ? 8080 : 9090), calls: `shop-v${n}` })
    await deploy(daemon, version(0))
    await machine.askUntil('shop.example.org')
    const served = machine.recorder.mark()
    // A fork, with the same labels, that would like to have the host.
    await deploy(other, { ...version(0), calls: 'fork' })
    const agent = new Agent({ keepAlive: true, maxSockets: 200 })
    const visitor = visit(machine, 'shop.example.org', { rate: RATE, agent })
    /** How many requests had been answered when each was removed. */
    const removals: number[] = []
    for (let n = 1; n <= REDEPLOYS; n += 1) {
      await sleep(1_000)
      removals.push(visitor.settled())
      await daemon.remove('shop')
      await deploy(daemon, version(n))
      await eventually(async () => expect((await machine.ask('shop.example.org')).json?.name).toBe(`shop-v${n}`))
    }
    await sleep(1_000)
    const visits = await visitor.leave()
    agent.destroy()
    process.stdout.write(`redeployed ${REDEPLOYS} times at ${RATE} requests/s: ${countsOf(visits)}\n`)

    expect(visits.sent).toBeGreaterThan(REDEPLOYS * RATE)
    // Docker has stopped the one and not yet started the other; Traefik says 502 until it has fetched the next document.
    expect(visits.lost.filter((text) => !/^50[23] /.test(text))).toEqual([])
    // Whatever was sent after a version's first answer, and answered before its removal, was answered by it.
    const firsts = Array.from({ length: REDEPLOYS + 1 }, (_, n) => visits.since.get(`shop-v${n}`))
    for (const [n, first] of firsts.entries()) {
      expect(first).toBeDefined()
      const told = visits.told.slice(first, removals[n])
      expect({ n, told: new Set(told) }).toEqual({ n, told: new Set([`shop-v${n}`]) })
    }
    // And nobody else ever answered.
    const answers = new Set(visits.told.filter((text) => !visits.lost.includes(text)))
    expect(answers).toEqual(new Set(firsts.map((_, n) => `shop-v${n}`)))
    expect(lacking(`shop-${daemon.networkId}`, served)).toEqual([])
    await Promise.all([daemon.remove('shop'), other.remove('shop')])
  })

  test('is gone for a moment, and the configuration is read again meanwhile: its route answers 503, not 404', async () => {
    const host = 'brief.example.org'
    const brief = { ...serving('brief', 8080), slot: 9 }
    await deploy(daemon, brief)
    await machine.askUntil(host)
    await daemon.remove('brief')
    await machine.askUntil(host, 503)
    const visitor = visit(machine, host)
    machine.routeServer.signal('SIGHUP')
    await eventually(() => expect(machine.routeServer.output()).toContain('it is in force'))
    await sleep(1_200)
    await deploy(daemon, brief)
    await machine.askUntil(host)
    const visits = await visitor.leave()
    process.stdout.write(`read again while one is redeployed: ${countsOf(visits)}\n`)
    expect(visits.lost.filter((text) => !/^50[23] /.test(text))).toEqual([])
    await daemon.remove('brief')
  })

  test('is one of two: once Traefik has fetched the next document nothing goes to the dead one', async () => {
    const replica = (slot: number): Service => ({
      ...serving('pair', 8080),
      slot,
      container: `pair-${slot}`,
      calls: `pair-${slot}`,
    })
    await Promise.all([deploy(daemon, replica(0)), deploy(daemon, replica(1))])
    const holds = (dead: string, is: boolean): Promise<unknown> =>
      machine.traefik.waitFor(({ services = {} }) => {
        const text = JSON.stringify(services[`pair-${daemon.networkId}@http`] ?? '')
        return text.includes(addressOf(daemon.networkId, 1)) && text.includes(dead) === is
      })
    const dead = addressOf(daemon.networkId, 0)
    await holds(dead, true)
    const visitor = visit(machine, 'pair.example.org', { rate: RATE / 4 })
    await sleep(500)
    await daemon.remove('pair-0')

    // Somebody listens where it did, and counts who comes.
    let connections = 0
    const listener = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await once(listener.listen(8080, dead), 'listening')
    await holds(dead, false)
    // What was sent by the old document is on its way yet.
    await sleep(100)
    const before = connections
    const since = visit(machine, 'pair.example.org', { by: 'pair-1', rate: RATE / 4 })
    await sleep(1_500)
    const [all, after] = [await visitor.leave(), await since.leave()]
    process.stdout.write(
      `one of two replicas killed: ${countsOf(all)}; connections to the dead one ${before} before the next document was fetched, ${connections - before} after\n`,
    )
    listener.close()
    expect(connections - before).toBe(0)
    expect(after.lost).toEqual([])
    await daemon.remove('pair-1')
  })

  const FLAG = '/flag'
  const checked = {
    command: ['node', '-e', `if (fs.existsSync('${FLAG}')) { console.log('the database is gone'); process.exit(1) }`],
    interval: 1_000,
  }
  const flag = (container: string, code: string): Promise<string> => daemon.exec(container, ['node', '-e', code])
  const fallIll = (container: string): Promise<string> => flag(container, `fs.writeFileSync('${FLAG}', '')`)
  const recover = (container: string): Promise<string> => flag(container, `fs.rmSync('${FLAG}')`)

  test('has a health check: its route answers 503 with the reason while it is starting or unhealthy', async () => {
    const host = 'clinic.example.org'
    await deploy(daemon, { ...serving('clinic', 8080), slot: 4, health: checked })
    await machine.askUntil(host, 503)
    expect(await untilSaid('clinic', 'CONTAINER_STARTING')).toContain("its health check hasn't succeeded yet")
    await machine.askUntil(host)
    await fallIll('clinic')
    await machine.askUntil(host, 503)
    expect(await untilSaid('clinic', 'CONTAINER_UNHEALTHY')).toMatch(
      /has been unhealthy since .*, last output "the database is gone/,
    )
    await recover('clinic')
    await machine.askUntil(host)

    // With a healthy replica nobody notices.
    await deploy(daemon, { ...serving('clinic', 8080), slot: 5, container: 'clinic-2', calls: 'clinic-2' })
    const counts = new Set<string | undefined>()
    await eventually(async () => {
      counts.add((await machine.ask(host)).json?.name)
      expect(counts.size).toBe(2)
    })
    const visitor = visit(machine, host)
    await fallIll('clinic')
    await untilSaid('clinic', 'CONTAINER_UNHEALTHY')
    await machine.traefik.waitFor(
      ({ services = {} }) =>
        !JSON.stringify(services[`clinic-${daemon.networkId}@http`]).includes(addressOf(daemon.networkId, 4)),
    )
    for (let n = 0; n < 6; n += 1) expect((await machine.ask(host)).json?.name).toBe('clinic-2')
    const visits = await visitor.leave()
    process.stdout.write(`one of two replicas unhealthy: ${countsOf(visits)}\n`)
    expect(visits.lost).toEqual([])
    await Promise.all(['clinic', 'clinic-2'].map((name) => daemon.remove(name)))
  })

  test('is paused: its route answers 503 instead of hanging', async () => {
    const host = 'sleeper.example.org'
    await deploy(daemon, { ...serving('sleeper', 8080), slot: 6 })
    await machine.askUntil(host)
    await daemon.pause('sleeper')
    expect(await untilSaid('sleeper', 'CONTAINER_PAUSED')).toContain('Unpause it.')
    await machine.traefik.waitFor(
      ({ services = {} }) =>
        !JSON.stringify(services[`sleeper-${daemon.networkId}@http`]).includes(addressOf(daemon.networkId, 6)),
    )
    expect((await machine.ask(host)).status).toBe(503)
    await daemon.unpause('sleeper')
    await machine.askUntil(host)
    await daemon.remove('sleeper')
  })
})
