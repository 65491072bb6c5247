import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { startDaemon, type SimulatedDaemon } from '@route-server/docker-simulator'
import {
  addressOf,
  describeReal,
  eventually,
  freshNetworkId,
  httpGet,
  makeTestDirectory,
  startRouteServer,
  startTraefik,
  type HttpAnswer,
  type RealTraefik,
  type RunningRouteServer,
  type TestDirectory,
} from '@route-server/testbed'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { labelsOf } from './service.ts'

jest.setTimeout(120_000)

const KILLS = 8
const HASH = '$2y$05$Q5ZyKfVxFQyq3XrRkZyLGeKz8wN0jcZGp8l2DkVwMvS7hE1tY9oCq'

describeReal('a document that is published as a file', () => {
  const networkId = freshNetworkId()
  let folder: TestDirectory
  let watched: string
  let daemon: SimulatedDaemon
  let upstream: Server
  let routeServer: RunningRouteServer
  let traefik: RealTraefik

  beforeAll(async () => {
    folder = makeTestDirectory()
    watched = join(folder.path, 'watched')
    await mkdir(watched)
    // Says what it was asked.
    upstream = createServer(({ headers }, response) => void response.end(JSON.stringify(headers)))
    await once(upstream.listen(8080, addressOf(networkId, 0)), 'listening')
    // A test changes its routes more often in a minute than anybody.
    await writeFile(join(folder.path, 'config.yaml'), 'redeployGrace: 1s\nshares: { revisions: 100000 }\n')
    daemon = await startDaemon({ socket: join(folder.path, `docker-${networkId}.sock`) })
    run('first')
    routeServer = await start()
    // Before it is published for the first time, or after: either will do.
    traefik = await startTraefik({ directory: folder.path, watched, throttle: '0s', logLevel: 'DEBUG' })
  })

  afterAll(async () => {
    await traefik.close()
    await routeServer.close()
    await daemon.close()
    upstream.close()
    await folder.remove()
  })

  const file = (): string => join(watched, 'routes.yaml')
  const start = (): Promise<RunningRouteServer> =>
    startRouteServer({
      args: [
        ...['--config', join(folder.path, 'config.yaml')],
        ...['--sockets', join(folder.path, 'docker-*.sock'), '--base-domain', 'example.com'],
        ...['--state-dir', join(folder.path, 'state'), '--publish-file', file()],
      ],
    })

  function run(name: string, labels: Readonly<Record<string, string>> = {}): void {
    daemon.run({
      name,
      labels: labelsOf(
        { networkId },
        {
          // Replicas of one service, each with a router of its own.
          name: 'app',
          labels: {
            'traefik.enable': 'true',
            [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.example.org\`)`,
            [`traefik.http.routers.${name}.entrypoints`]: 'websecure',
            [`traefik.http.routers.${name}.service`]: 'app',
            'traefik.http.services.app.loadbalancer.server.port': '8080',
            ...labels,
          },
        },
      ),
    })
  }

  const ask = (name: string): Promise<HttpAnswer> =>
    httpGet({ entryPoint: traefik.entryPoint('websecure'), host: `${name}.example.org` })

  const askUntil = (name: string, status = 200): Promise<HttpAnswer> =>
    eventually(async () => {
      const answer = await ask(name)
      if (answer.status === status) return answer
      throw new Error(`${name} is answered with ${answer.status}, not ${status}.`)
    })

  const refusals = (): string[] =>
    traefik
      .log()
      .split('\n')
      .filter((line) => line.includes(' ERR '))

  test('gets a container to its visitors, and takes it away', async () => {
    await askUntil('first')
    run('second')
    await askUntil('second')
    daemon.remove('second')
    await askUntil('second', 404)
  })

  test("is Traefik's alone: whoever polls gets 409 and a sentence, and the operator hears of it", async () => {
    const { status, body } = await routeServer.get('/routes.yaml')
    expect([status, body]).toEqual([409, expect.stringContaining(`published as the file ${file()}`)])
    const { warnings = [] } = JSON.parse((await routeServer.get('/health')).body) as { warnings?: string[] }
    expect(warnings).toEqual([expect.stringContaining('If that is Traefik, take providers.http out')])
    expect(routeServer.output()).toContain('Somebody asks for /routes.yaml')
  })

  test.each(['docker', 'http', 'file'])("means the network's own by auth@%s", async (provider) => {
    const name = `own-${provider}`
    run(name, {
      [`traefik.http.routers.${name}.middlewares`]: `auth@${provider}`,
      'traefik.http.middlewares.auth.basicauth.users': `ada:${HASH}`,
    })
    await askUntil(name, 401)
  })

  test('is no template, whatever labels say', async () => {
    const values = ['{{ env "PATH" }}', '{{', '{{{ }}', '}} {{/* ', '{{ template "x" }}']
    for (const [index, value] of values.entries()) {
      run(`template${index}`, {
        [`traefik.http.routers.template${index}.middlewares`]: `said${index}`,
        [`traefik.http.middlewares.said${index}.headers.customrequestheaders.X-Said`]: value,
      })
      const { body } = await askUntil(`template${index}`)
      expect(JSON.parse(body)).toMatchObject({ 'x-said': value.trim() })
    }
  })

  test('is there for a Traefik that starts while the route server is down', async () => {
    await routeServer.kill()
    await traefik.kill()
    await traefik.restart()
    await askUntil('first')
    expect((await ask('second')).status).toBe(404)
    routeServer = await start()
  })

  test(`is whole at any moment, although the route server is killed ${KILLS} times while it changes`, async () => {
    const state = { isOver: false }
    const seen: unknown[] = []
    const reader = (async () => {
      for (; !state.isOver; await sleep(1)) seen.push(parse(await readFile(file(), 'utf8')))
    })()
    let count = 0
    const churn = (async () => {
      for (; !state.isOver; await sleep(100)) run(`churn${(count += 1)}`)
    })()
    for (let n = 0; n < KILLS; n += 1) {
      await sleep(Math.random() * 400)
      await routeServer.kill()
      routeServer = await start()
    }
    state.isOver = true
    await Promise.all([reader, churn])
    run('last')
    await askUntil('last')
    await askUntil(`churn${count}`)
    for (const document of seen) expect(document).toMatchObject({ http: { services: { [`app-${networkId}`]: {} } } })
    await eventually(async () => expect(await readdir(watched)).toEqual(['routes.yaml']))
    expect(refusals()).toEqual([])
  })
})
