import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import {
  describeRealCompose,
  eventually,
  loadEchoImage,
  type HttpQuestion,
  type RealDaemon,
} from '@route-server/testbed'
import { startMachine, type Machine } from './machine.ts'
import { composePlugin, renet } from './renet.ts'
import { deploy } from './service.ts'
import { countsOf, visit, type Visitor, type Visits } from './visitor.ts'

/** More for a longer look: `REDEPLOYS=20`. */
const REDEPLOYS = Number(process.env['REDEPLOYS'] ?? 4)

jest.setTimeout(60_000 + REDEPLOYS * 10_000)

const HOST = 'shop.example.org'
const POLITE_HOST = 'polite.example.org'

/** How many ask at once for a service that is down. */
const FLOOD = Number(process.env['FLOOD'] ?? 300)
/** Of one HTTP/2 connection; Traefik allows 250. */
const STREAMS = 200

/** Requests a second. */
const RATE = 100

const COMPOSE = `
services:
  shop:
    image: echo:1
    command: http=\${SHOP_IP}:8080 name=shop
    restart: always
    labels:
      - traefik.enable=true
      - traefik.http.routers.shop.rule=Host(\`${HOST}\`)
      - traefik.http.services.shop.loadbalancer.server.port=8080
  polite:
    image: echo:1
    command: http=\${POLITE_IP}:8080 name=polite drain=500
    labels:
      - traefik.enable=true
      - traefik.http.routers.polite.rule=Host(\`${POLITE_HOST}\`)
      - traefik.http.services.polite.loadbalancer.server.port=8080
  checked:
    image: echo:1
    command: http=\${CHECKED_IP}:8080 name=checked
    healthcheck: { test: [CMD, node, /echo.mjs, "check=http://\${CHECKED_IP}:8080/healthz"], interval: 4s }
    labels:
      - traefik.enable=true
      - traefik.http.routers.checked.rule=Host(\`checked.example.org\`)
      - traefik.http.services.checked.loadbalancer.server.port=8080
`

describeRealCompose('a container that is recreated, while requests wait', () => {
  let machine: Machine
  let daemon: RealDaemon
  let compose: (...args: string[]) => Promise<void>

  beforeAll(async () => {
    machine = await startMachine({ settings: { hold: '6s', redeployGrace: '15s', goneGrace: '15s' } })
    daemon = machine.daemons[0]
    await loadEchoImage(daemon.socket)
    const cwd = join(machine.directory, 'project')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'compose.yaml'), COMPOSE)
    const env = {
      DOCKER_CONFIG: composePlugin(machine.directory),
      REDIACC_SOCKETS: machine.directory,
      REDIACC_NETWORK_ID: String(daemon.networkId),
    }
    compose = async (...args) => {
      expect(await renet(['compose', '--', ...args], { cwd, env })).toMatchObject({ status: 0 })
    }
    await compose('up', '-d')
    await Promise.all(['shop', 'polite', 'checked'].map((name) => machine.askUntil(`${name}.example.org`)))
  })

  afterAll(() => machine.close())

  const recreate = (...services: readonly string[]): Promise<void> =>
    compose('up', '-d', '--force-recreate', ...services)

  interface Gap {
    /** How often Traefik tried again. */
    readonly attempts: number
    /** Requests that waited in vain. */
    readonly inVain: number
    /** What Traefik got to know meanwhile. */
    readonly documents: number
  }

  /** From now on, what Traefik does about requests that find nobody. */
  function watchGap(): () => Gap {
    const logged = machine.traefik.log().length
    const mark = machine.recorder.mark()
    return () => {
      const log = machine.traefik.log().slice(logged)
      const times = (text: string): number => log.split(text).length - 1
      return {
        attempts: times('New attempt '),
        inVain: times('Final retry attempt failed'),
        documents: machine.recorder.bodies(mark).length,
      }
    }
  }

  /**
   * Everybody was answered, but for those whose request the old process had got already, and took along: Traefik doesn't send
   * a request twice. And the document stayed as it was.
   */
  function expectHeld(gap: Gap, all: Readonly<Record<string, Visits>>): void {
    for (const [what, visits] of Object.entries(all))
      process.stdout.write(
        `${what}: ${countsOf(visits)} with the old process; the longest took ${Math.round(visits.longest)} ms\n`,
      )
    expect(
      Object.values(all)
        .flatMap(({ lost }) => lost)
        .filter((text) => !text.startsWith('502 ')),
    ).toEqual([])
    expect(gap).toEqual({ attempts: expect.any(Number), inVain: 0, documents: 1 })
    expect(gap.attempts).toBeGreaterThan(0)
  }

  const asking = (path: string, headers: Readonly<Record<string, string>> = {}): ClientRequest =>
    request({
      ...machine.traefik.entryPoint('websecure'),
      path,
      headers: { host: HOST, ...headers },
      servername: HOST,
      rejectUnauthorized: false,
    })
  const handshake = (): ClientRequest => asking('/', { connection: 'Upgrade', upgrade: 'websocket' })

  /** One handshake of a WebSocket: the status of the answer. */
  const upgrade = (): Promise<number | string> =>
    new Promise((resolve) => {
      handshake()
        .once('upgrade', ({ statusCode = 0 }, socket) => {
          socket.destroy()
          resolve(statusCode)
        })
        .once('response', ({ statusCode = 0 }) => resolve(statusCode))
        .once('error', (error) => resolve(error.message))
        .end()
    })

  test('by compose, again and again under load: whoever comes in the gap is answered, and the document stays as it is', async () => {
    const gap = watchGap()
    const agent = new Agent({ keepAlive: true, maxSockets: 1_000 })
    const post = (bytes: number): Partial<HttpQuestion> => ({ method: 'POST', body: Buffer.alloc(bytes) })
    const shop = (rate: number, question?: Partial<HttpQuestion>): Visitor =>
      visit(machine, HOST, { by: 'shop', rate, agent, ...(question && { question }) })
    const polite = (rate: number, question?: Partial<HttpQuestion>): Visitor =>
      visit(machine, POLITE_HOST, { by: 'polite', rate, agent, ...(question && { question }) })
    const visitors = {
      GET: shop(RATE / 2),
      'POST of 2 kB': shop(RATE / 2, post(2_000)),
      'POST of 5 MB': shop(1, post(5_000_000)),
      'GET, to a program that drains': polite(RATE / 2),
      'POST of 2 kB, to a program that drains': polite(RATE / 2, post(2_000)),
    }
    for (let n = 0; n < REDEPLOYS; n += 1) {
      await sleep(500)
      const since = Date.now()
      await recreate('shop', 'polite')
      expect(await daemon.deathsSince(since)).toHaveLength(2)
    }
    await sleep(1_000)
    const visits = await Promise.all(
      Object.entries(visitors).map(
        async ([what, visitor]) => [`recreated ${REDEPLOYS} times, ${what}`, await visitor.leave()] as const,
      ),
    )
    agent.destroy()
    expectHeld(gap(), Object.fromEntries(visits))
  })

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'and the route server ends with %s and starts again meanwhile',
    async (signal) => {
      const gap = watchGap()
      const visitor = visit(machine, HOST, { by: 'shop', rate: 50 })
      await Promise.all([recreate('shop'), machine.restartRouteServer(signal)])
      machine.recorder.from(machine.routeServer.url)
      await sleep(1_500)
      expectHeld(gap(), { [`recreated while the route server gets ${signal}`]: await visitor.leave() })
    },
  )

  test('a WebSocket that comes in the gap is opened', async () => {
    const gap = watchGap()
    let isOver = false
    const recreating = recreate('shop').finally(() => (isOver = true))
    const asked: Promise<number | string>[] = []
    while (!isOver) {
      asked.push(upgrade())
      await sleep(20)
    }
    await recreating
    const statuses = await Promise.all(asked)
    // Those that the old process had got already, and took along.
    expect(new Set(statuses.filter((status) => status !== 502))).toEqual(new Set([101]))
    expect(gap()).toMatchObject({ inVain: 0, documents: 1 })
  })

  test('what the old process was sending ends with it, and can be asked for again at once', async () => {
    const [response] = (await once(asking('/drip').end(), 'response')) as [IncomingMessage]
    const [, socket] = (await once(handshake().end(), 'upgrade')) as [IncomingMessage, Socket]
    const ends = [
      once(response.resume(), 'end').then(
        () => 'as if it were whole',
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      ),
      new Promise((resolve) =>
        socket
          .resume()
          .on('error', () => undefined)
          .once('close', resolve),
      ),
    ]
    await recreate('shop')
    // A download that is cut says so.
    expect((await Promise.all(ends))[0]).toBe('ECONNRESET')
    expect(await upgrade()).toBe(101)
  })

  test('with a health check: its successor answers before the first check, and the document stays as it is', async () => {
    const gap = watchGap()
    const visitor = visit(machine, 'checked.example.org', { by: 'checked', rate: 50 })
    await recreate('checked')
    const health = async (): Promise<string | undefined> =>
      (await daemon.inspect('project-checked-1')).State.Health?.Status
    expect(await health()).toBe('starting')
    // Who comes after it knows by whom the address was served before.
    await machine.restartRouteServer()
    machine.recorder.from(machine.routeServer.url)
    await eventually(async () => expect(await health()).toBe('healthy'))
    await sleep(1_500)
    expectHeld(gap(), { 'recreated with a health check': await visitor.leave() })
  })

  test('that crashes, and that Docker starts again', async () => {
    const gap = watchGap()
    const visitor = visit(machine, HOST, { by: 'shop', rate: 50 })
    await sleep(500)
    const since = Date.now()
    await daemon.exec('project-shop-1', ['node', '-e', "process.kill(1, 'SIGTERM')"]).catch(() => undefined)
    await eventually(async () => expect(await daemon.deathsSince(since)).toHaveLength(1))
    await sleep(1_500)
    expectHeld(gap(), { 'crashed with a restart policy': await visitor.leave() })
  })

  const labelsOf = (name: string): string[] => [
    'traefik.enable=true',
    `traefik.http.routers.${name}.rule=Host(\`${name}.example.org\`)`,
    `traefik.http.services.${name}.loadbalancer.server.port=8080`,
  ]

  const memory = (): number => {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${machine.traefik.pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kib) / 1024)
  }

  test('that is down, and that many ask for, takes nothing from a neighbour but a little time', async () => {
    // It runs, and listens elsewhere.
    await deploy(daemon, { name: 'down', slot: 10, listen: { tcp: 9000 }, labels: labelsOf('down') })
    await machine.traefik.waitFor(({ services = {} }) => `down-${daemon.networkId}@http` in services)
    const { host, port } = machine.traefik.entryPoint('websecure')
    const sessions = Array.from({ length: Math.ceil(FLOOD / STREAMS) }, () =>
      connect(`https://${host}:${port}`, { servername: 'down.example.org', rejectUnauthorized: false }),
    )
    const ask = async (session: ClientHttp2Session): Promise<unknown> => {
      const request = session.request({ ':authority': 'down.example.org', ':path': '/' })
      const [headers] = (await once(request, 'response')) as [IncomingHttpHeaders]
      return headers[':status']
    }
    const before = memory()
    let most = before
    const looking = setInterval(() => (most = Math.max(most, memory())), 100)
    const started = performance.now()
    const neighbour = visit(machine, POLITE_HOST, { by: 'polite', rate: 20 })
    const statuses = await Promise.all(
      sessions.flatMap((session, n) =>
        Array.from({ length: Math.min(STREAMS, FLOOD - n * STREAMS) }, () => ask(session)),
      ),
    )
    const seconds = (performance.now() - started) / 1000
    clearInterval(looking)
    const visits = await neighbour.leave()
    for (const session of sessions) session.destroy()
    process.stdout.write(
      `${FLOOD} requests wait for a service that is down, the last ${seconds.toFixed(1)} s: Traefik's memory ${before} MiB before, ${most} MiB at most; neighbour ${countsOf(visits)}, the longest ${Math.round(visits.longest)} ms\n`,
    )
    expect(new Set(statuses)).toEqual(new Set([502]))
    expect(visits.lost).toEqual([])
    await daemon.remove('down')
  })

  test("a stop that is meant isn't held for long, and a container that wants no hold isn't at all", async () => {
    await deploy(daemon, { name: 'meant', slot: 8, listen: { http: 8080 }, labels: labelsOf('meant') })
    await deploy(daemon, {
      name: 'unheld',
      slot: 9,
      listen: { http: 8080 },
      labels: [...labelsOf('unheld'), 'rediacc.hold=0'],
    })
    await Promise.all(['meant', 'unheld'].map((name) => machine.askUntil(`${name}.example.org`)))
    await Promise.all(['meant', 'unheld'].map((name) => daemon.stop(name)))
    const stopped = performance.now()
    expect([502, 503]).toContain((await machine.ask('unheld.example.org')).status)
    expect(performance.now() - stopped).toBeLessThan(2_000)
    await machine.traefik.waitFor(
      ({ services = {} }) => !JSON.stringify(services[`meant-${daemon.networkId}@http`]).includes(':8080'),
    )
    const asked = performance.now()
    expect((await machine.ask('meant.example.org')).status).toBe(503)
    expect(performance.now() - asked).toBeLessThan(1_000)
  })
})
