import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import {
  describeReal,
  eventually,
  makeTestDirectory,
  startRouteServer,
  type RealDaemon,
  type TestDirectory,
} from '@route-server/testbed'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { PROGRAM, runRouteServer } from './command.ts'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy } from './service.ts'

jest.setTimeout(60_000)

describe('the command', () => {
  let folder: TestDirectory

  beforeAll(() => {
    folder = makeTestDirectory()
  })

  afterAll(() => folder.remove())

  const serve = (...args: string[]): string[] => ['serve', '--sockets', join(folder.path, 'docker-*.sock'), ...args]
  const stateDir = (): string => join(folder.path, 'state')

  test('says its version', async () => {
    expect(await runRouteServer(['--version'])).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' })
  })

  test('explains its commands and every flag', async () => {
    const { status, stdout } = await runRouteServer(['--help'])
    expect(status).toBe(0)
    for (const command of ['serve', 'start', 'render']) expect(stdout).toContain(command)
    const help = await runRouteServer(['serve', '--help'])
    const flags = ['--sockets', '--listen', '--base-domain', '--config', '--state-dir', '--log-level', '--log-format']
    for (const flag of flags) expect(help.stdout).toMatch(new RegExp(`${flag} <.+  \\S`))
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at once on %s, with exit status 0, also with a poll open',
    async (signal) => {
      const args = serve('--listen', '127.0.0.1:0', '--state-dir', stateDir())
      const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = once(child, 'exit')
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
      try {
        const url = await eventually(() => {
          const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? []
          if (found === undefined) throw new Error(`It printed no address: ${output}`)
          return found
        })
        // Node's fetch keeps its connection open, as Traefik does.
        expect(await (await fetch(`${url}/routes.yaml`)).text()).toBe('{}\n')
        child.kill(signal)
        expect(await ended).toEqual([0, null])
        expect(output).toContain(`Stopping (${signal}).`)
      } finally {
        child.kill('SIGKILL')
      }
    },
  )

  test('says in one sentence that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const bound = other.address()
    const address = `127.0.0.1:${typeof bound === 'object' ? (bound?.port ?? 0) : 0}`
    const { status, stderr } = await runRouteServer(serve('--listen', address, '--state-dir', stateDir()))
    other.close()
    expect(stderr).toBe(
      `route-server: ${address} is in use by another process; stop it or choose another address with --listen\n`,
    )
    expect(status).toBe(1)
  })

  test('says in one sentence that the place of its state directory is missing', async () => {
    const missing = join(folder.path, 'none/state')
    const { status, stderr } = await runRouteServer(serve('--listen', '127.0.0.1:0', '--state-dir', missing))
    expect(stderr).toBe(
      `route-server: The state directory ${missing} can't be made: the folder ${join(folder.path, 'none')} doesn't exist. Choose another with --state-dir.\n`,
    )
    expect(status).toBe(1)
  })

  test.each([
    [{ basedomain: 'example.com' }, 'config.yaml:1:2 basedomain: unknown key; did you mean "baseDomain"?'],
    [{ listen: 'nowhere' }, 'config.yaml:1:11 listen: expected'],
    [{ resync: '1ms' }, 'config.yaml:1:11 resync: expected a duration such as 60s or 5m, from 10s to 24d, got "1ms"'],
  ])('says where its configuration is wrong: %j', async (settings, message) => {
    const file = join(folder.path, 'config.yaml')
    await writeFile(file, JSON.stringify(settings))
    const { status, stderr } = await runRouteServer(serve('--config', file, '--state-dir', stateDir()))
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(status).toBe(1)
  })

  test('says what is wrong with a file that it is to render', async () => {
    const file = join(folder.path, 'inspected.json')
    await writeFile(file, '{"not": "a list"}')
    const notInspected = await runRouteServer(['render', file])
    expect(notInspected).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining("isn't the output of docker inspect"),
    })
    const none = await runRouteServer(['render', `${file}.none`])
    expect(none).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining("can't be read") })
  })

  test('serves nothing where it knows that nothing is there', async () => {
    const server = await startRouteServer({ args: serve('--state-dir', stateDir()).slice(1) })
    expect(await server.get('/routes.yaml')).toMatchObject({ status: 200, body: '{}\n' })
    await server.close()
  })
})

describeReal('the configuration of a running route server', () => {
  let machine: Machine
  let daemon: RealDaemon

  beforeAll(async () => {
    machine = await startMachine()
    daemon = machine.daemons[0]
    for (const each of machine.daemons) {
      await deploy(each, { name: 'api', listen: { http: 8080 }, expose: ['8080/tcp'] })
      await machine.askUntil(autoHost('api', each))
    }
  })

  afterAll(() => machine.close())

  const changed = (host: string): string => host.replace(/example\.com$/, 'example.org')

  test('is read again on SIGHUP: an invalid one changes nothing, and a valid one is in force', async () => {
    const host = autoHost('api', daemon)
    await machine.configure({ baseDomain: 5 })
    machine.routeServer.signal('SIGHUP')
    await eventually(() =>
      expect(machine.routeServer.output()).toMatch(/config\.yaml:\d+:\d+ baseDomain: expected a domain/),
    )
    expect(machine.routeServer.output()).toContain('the old one stays')
    expect((await machine.ask(host)).status).toBe(200)

    await machine.configure({ baseDomain: 'example.org' })
    machine.routeServer.signal('SIGHUP')
    await machine.askUntil(changed(host))
    expect((await machine.ask(host)).status).toBe(404)

    await machine.configure({ plugins: ['http', 'tcp', 'udp', 'middleware'] })
    machine.routeServer.signal('SIGHUP')
    await machine.askUntil(changed(host), 404)

    await machine.configure({})
    machine.routeServer.signal('SIGHUP')
    await machine.askUntil(host)
  })

  test('`render` prints for saved output of docker inspect what is served', async () => {
    const labels = [
      'traefik.enable=true',
      'traefik.http.routers.shop.rule=Host(`shop.example.com`) && PathPrefix(`/cart`)',
      'traefik.http.routers.shop.middlewares=auth',
      'traefik.http.middlewares.auth.basicauth.users=test:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/',
      'traefik.http.services.shop.loadbalancer.server.port=3000',
      'traefik.tcp.routers.db.rule=HostSNI(`*`)',
      'traefik.tcp.routers.db.entrypoints=tcp-5432',
      'traefik.tcp.services.db.loadbalancer.server.port=5432',
      'traefik.udp.routers.dns.entrypoints=udp-53',
      'traefik.udp.services.dns.loadbalancer.server.port=53',
    ]
    await deploy(daemon, { name: 'shop', slot: 1, listen: { http: 3000 }, labels })
    await machine.traefik.waitFor(({ udpRouters = {} }) => `dns-${daemon.networkId}@http` in udpRouters)
    const files = await Promise.all(
      machine.daemons.map(async (each) => {
        const names = each === daemon ? ['api', 'shop'] : ['api']
        const file = join(machine.directory, `inspected-${each.networkId}.json`)
        await writeFile(file, JSON.stringify(await Promise.all(names.map((name) => each.inspect(name)))))
        return file
      }),
    )
    const config = join(machine.directory, 'config.yaml')
    const { status, stdout, stderr } = await runRouteServer(['render', '--config', config, ...files])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe((await machine.routeServer.get('/routes.yaml')).body)
  })
})
