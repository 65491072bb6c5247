import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Explanation } from '@route-server/explain'
import {
  addressOf,
  describeReal,
  eventually,
  freshNetworkId,
  makeTestDirectory,
  startDockerd,
  startRouteServer,
  startTraefik,
  type RealDaemon,
  type RealTraefik,
  type RunningRouteServer,
  type TestDirectory,
} from '@route-server/testbed'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runRouteServer } from './command.ts'
import { deploy, type Service } from './service.ts'

jest.setTimeout(120_000)

/** Where nobody answers, so that no test asks the world for names. */
const NO_RESOLVER = '127.0.0.1:9'

describeReal('explain, with real programs on the way', () => {
  let folder: TestDirectory
  let daemon: RealDaemon
  let routeServer: RunningRouteServer
  let traefik: RealTraefik

  beforeAll(async () => {
    folder = makeTestDirectory()
    daemon = await startDockerd({ directory: folder.path, networkId: freshNetworkId() })
    const config = {
      sockets: './docker-*.sock',
      baseDomain: 'example.com',
      redeployGrace: '1s',
      hold: 0,
      shares: { revisions: 100_000 },
      allow: { references: ['ghost@file'] },
    }
    // JSON is YAML.
    await writeFile(join(folder.path, 'config.yaml'), JSON.stringify(config))
    routeServer = await startRouteServer({
      args: ['--config', join(folder.path, 'config.yaml'), '--state-dir', join(folder.path, 'state')],
    })
    traefik = await startTraefik({ directory: folder.path, routesUrl: `${routeServer.url}/routes.yaml` })
  })

  afterAll(async () => {
    await traefik.close()
    await routeServer.close()
    await daemon.close()
    await folder.remove()
  })

  const flags = (): string[] => {
    const { host, port } = traefik.entryPoint('traefik')
    return ['--state-dir', join(folder.path, 'state'), '--traefik-api', `http://${host}:${port}`]
  }
  const explain = (what: string, ...more: readonly string[]) =>
    runRouteServer(['explain', what, ...flags(), '--resolver', NO_RESOLVER, ...more])
  const lines = (stdout: string): readonly string[] => stdout.trimEnd().split('\n')

  /** Asks until the first line is as wanted: it takes a moment until everybody knows. */
  const explained = (what: string, answer: RegExp): Promise<{ readonly cure: string; readonly status: number }> =>
    eventually(async () => {
      const { stdout, stderr, status } = await explain(what)
      const all = lines(stdout)
      if (!answer.test(all[0] ?? '')) throw new Error(`${what}: ${stderr}${stdout}`)
      return { cure: all.at(-1) ?? '', status }
    })

  const web = (name: string, { port = 8080, labels = [] as readonly string[] } = {}): Service => ({
    name,
    labels: [
      'traefik.enable=true',
      `traefik.http.routers.${name}.rule=Host(\`${name}.example.org\`)`,
      `traefik.http.routers.${name}.entrypoints=websecure`,
      `traefik.http.services.${name}.loadbalancer.server.port=${port}`,
      ...labels,
    ],
  })

  test('a service that listens on another port', async () => {
    await deploy(daemon, { ...web('other'), listen: { http: 3000 } })
    const address = addressOf(daemon.networkId, 0)
    const { cure, status } = await explained(
      'other.example.org',
      new RegExp(`can't be reached: nothing listens on ${address}:8080; other listens on ${address}:3000\\.$`),
    )
    expect([cure, status]).toEqual([
      'To do: Set traefik.http.services.other.loadbalancer.server.port=3000, or have the program listen on port 8080.',
      3,
    ])
  })

  test('a service that listens on localhost, as its own sockets tell', async () => {
    await deploy(daemon, { ...web('local', { port: 38_080 }), slot: 1, arguments: ['http=127.0.0.1:38080'] })
    const { cure } = await explained(
      'local',
      /local listens on 127\.0\.0\.1:38080, where Traefik doesn't look for it\.$/,
    )
    expect(cure).toContain('${LOCAL_IP}:38080')
  })

  test('a router that Traefik has switched off', async () => {
    await deploy(daemon, {
      ...web('ghostly', { labels: ['traefik.http.routers.ghostly.middlewares=ghost@file'] }),
      slot: 2,
      listen: { http: 8080 },
    })
    const { status } = await explained(
      'https://ghostly.example.org/',
      /Traefik has switched the router ghostly-\d+ off: .*ghost@file/,
    )
    expect(status).toBe(3)
  })

  test('a container that has ended', async () => {
    await deploy(daemon, { ...web('ended'), slot: 3, listen: { http: 8080 } })
    await daemon.stop('ended')
    const { cure } = await explained('ended', /^ended isn't routed: it isn't running \(exited\)\.$/)
    expect(cure).toContain(`${daemon.socket} start ended`)
  })

  test('a service that all is well with but its certificate, in text and in JSON', async () => {
    await deploy(daemon, { ...web('well'), slot: 4, listen: { http: 8080 } })
    await explained('well.example.org', /certificate of another name \(TRAEFIK DEFAULT CERT\)/)
    const { stdout } = await explain('well.example.org', '--json')
    const { verdict, facts, observed, findings } = JSON.parse(stdout) as Explanation
    expect(verdict).toBe('unreachable')
    expect(findings[0]).toMatchObject({ cause: 'CERTIFICATE_ABSENT' })
    expect(facts.fetches.traefik).toMatchObject({ status: 200 })
    expect(observed.traefik?.routers).toEqual([{ name: `well-${daemon.networkId}`, status: 'enabled', errors: [] }])
    expect(observed.answers).toMatchObject([{ status: 200 }])
  })

  test('a machine without Traefik, and how it is', async () => {
    const healthy = await runRouteServer(['doctor', ...flags()])
    expect(healthy.stdout).toMatch(/^well {6}polls +Traefik fetched the route document \d+ s ago$/m)
    expect(healthy.stdout).toMatch(/^doubtful +exposure +every container on this machine can read \/routes\.yaml/m)
    await traefik.kill()
    const { cure } = await explained(
      'well.example.org',
      /nobody listens on port 443 of this machine|Traefik doesn't listen/,
    )
    expect(cure).toMatch(/^To do: /)
  })

  test('no route server', async () => {
    const { status, stderr } = await runRouteServer(['explain', 'web', '--state-dir', join(folder.path, 'nowhere')])
    expect([status, stderr]).toEqual([1, expect.stringContaining('No route server runs on')])
    const { status: bad, stdout } = await runRouteServer(['doctor', '--state-dir', join(folder.path, 'nowhere')])
    expect([bad, lines(stdout)[0]]).toEqual([3, expect.stringMatching(/^bad +route server +No route server runs on/)])
  })
})
