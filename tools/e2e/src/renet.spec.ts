import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { addressOf, describeRealCompose, loadEchoImage, type RealDaemon } from '@route-server/testbed'
import type { Outcome } from '@route-server/testbed/parts'
import { startMachine, type Machine } from './machine.ts'
import { composePlugin, renet } from './renet.ts'

jest.setTimeout(120_000)

/** Asks from inside a container, by name, and prints what is answered. */
const asks = (url: string): string[] => [
  'node',
  '-e',
  `fetch('${url}').then(async (answer) => console.log(answer.status, (await answer.json()).name))`,
]

/** On every address of this machine, so not one that anybody uses. */
const WIDE_PORT = 20_000 + (process.pid % 10_000)

const GOLDEN = join(import.meta.dirname, '../../../apps/renet/golden')

/** Ten of the compose files that are golden elsewhere. */
const CASES: readonly {
  readonly name: string
  readonly flags?: readonly string[]
  /** A service, and what it connects to by name. */
  readonly from: string
  readonly others: readonly string[]
}[] = [
  { name: 'plain-web', from: 'web', others: ['web:8080'] },
  {
    name: 'names-on-networks',
    from: 'front',
    others: ['back:8080', 'api:8080', 'backend.internal:8080', 'front:3000'],
  },
  { name: 'queue-and-workers', from: 'mailer', others: ['queue:5672', 'queue:15672'] },
  { name: 'profiles', flags: ['--profile', 'debug'], from: 'debug', others: ['app:80', 'debug:9229'] },
  { name: 'health-and-depends-on', from: 'web', others: ['cache:6379', 'web:3000'] },
  { name: 'secrets-and-configs', from: 'app', others: ['app:8000'] },
  { name: 'extends', from: 'admin', others: ['web:3000', 'admin:3000'] },
  { name: 'include', from: 'web', others: ['db:5432'] },
  { name: 'anchors', from: 'two', others: ['db:5432', 'one:3000'] },
  { name: 'override-file', from: 'web', others: ['web:3000'] },
]

/** Connects to each name and port, trying for a while: a container may need another moment to listen. */
const CONNECT = `
const { connect } = require('node:net')
for (const other of process.argv.slice(1)) {
  const [host, port] = other.split(':')
  const attempt = (left) => connect({ host, port })
    .once('connect', function () { console.log(other, 'connected'); this.destroy() })
    .once('error', (error) => left > 0 ? setTimeout(attempt, 100, left - 1) : console.log(other, error.message))
  attempt(100)
}`

describeRealCompose('renet compose, with a real Docker Compose on a real daemon', () => {
  let machine: Machine
  let daemon: RealDaemon
  let env: Readonly<Record<string, string>>
  let folders = 0

  beforeAll(async () => {
    machine = await startMachine()
    daemon = machine.daemons[0]
    await loadEchoImage(daemon.socket)
    const entryPoint = machine.traefik.entryPoint('websecure')
    env = {
      DOCKER_CONFIG: composePlugin(machine.directory),
      REDIACC_SOCKETS: machine.directory,
      REDIACC_NETWORK_ID: String(daemon.networkId),
      REDIACC_ROUTER: machine.routeServer.url,
      REDIACC_HTTPS: `${entryPoint.host}:${entryPoint.port}`,
    }
  })
  afterAll(() => machine.close())

  const project = (composeFile: string): ((...args: string[]) => Promise<Outcome>) => {
    folders += 1
    const cwd = join(machine.directory, `project-${folders}`)
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'compose.yaml'), composeFile)
    return (...args) => renet(args, { cwd, env })
  }

  test.each(CASES)(
    '$name runs, and its services know one another by name',
    async ({ name, flags = [], from, others }) => {
      const cwd = join(machine.directory, name)
      cpSync(join(GOLDEN, name), cwd, { recursive: true })
      const compose = (...args: string[]): Promise<Outcome> => renet(['compose', '--', ...flags, ...args], { cwd, env })
      try {
        expect(await compose('up', '-d')).toMatchObject({ status: 0 })
        const connected = await compose('exec', '-T', from, 'node', '-e', CONNECT, ...others)
        expect(connected.stdout.trim().split('\n').sort()).toEqual(others.map((other) => `${other} connected`).sort())
      } finally {
        await compose('down', '-t', '1')
      }
    },
  )

  test('an unchanged compose file is started, routed, and its services know one another by name', async () => {
    const run = project(`
services:
  web:
    image: echo:1
    command: http=\${WEB_IP}:3000 name=web
    ports: ["3000"]
    depends_on: { api: { condition: service_healthy } }
    networks: [front]
  api:
    image: echo:1
    command: http=\${API_IP}:8080 name=api
    expose: ["8080"]
    healthcheck: { test: [CMD, node, /echo.mjs, "check=http://\${API_IP}:8080/healthz"], interval: 1s }
    networks: { front: { aliases: [backend] } }
  store:
    image: echo:1
    command: tcp=\${STORE_IP}:5432 name=store
    ports: ["5432:5432"]
networks: { front: {} }
`)
    const up = await run('compose', '--', 'up', '-d')
    expect(up).toMatchObject({ status: 0 })
    const [api, store, web] = [0, 1, 2].map((slot) => addressOf(daemon.networkId, slot))
    expect(up.stdout).toContain(`api      ${api ?? ''}`)
    expect(up.stdout).toMatch(
      new RegExp(`web +${web ?? ''} +WEB_IP +3000 +https://web-${daemon.networkId}.example.com\n`),
    )
    expect(up.stdout).toMatch(new RegExp(`store +${store ?? ''} +STORE_IP +5432 +internal only`))
    expect(up.stderr).toContain("service store: port 5432:5432 (PostgreSQL) isn't published.")

    const answer = await machine.askUntil(`web-${daemon.networkId}.example.com`)
    expect(answer.json).toMatchObject({ name: 'web' })
    for (const name of ['api', 'backend'])
      expect(await run('compose', '--', 'exec', '-T', 'web', ...asks(`http://${name}:8080`))).toMatchObject({
        status: 0,
        stdout: '200 api\n',
      })

    const some = await run('compose', '--', 'up', '-d', 'store')
    expect(some.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(['SERVICE', 'api', 'store', 'web', ''])
    expect((await run('ps')).stdout).toMatch(/project-\d+-web-1 +web +127\S+ +Up .* +https:\/\/web-/)

    const ids = await run('docker', '--', 'ps', '-q')
    expect(await run('compose', '--', 'up', '-d')).toMatchObject({ status: 0 })
    expect((await run('docker', '--', 'ps', '-q')).stdout).toBe(ids.stdout)

    const oneOff = await run(
      'compose',
      '--',
      'run',
      '--rm',
      '-T',
      '--entrypoint',
      'node',
      'web',
      '-p',
      'process.env.WEB_IP + " " + process.env.API_IP',
    )
    expect(oneOff.stdout).toBe(`${addressOf(daemon.networkId, -1)} ${api ?? ''}\n`)
    expect((await run('docker', '--', 'ps', '-q')).stdout).toBe(ids.stdout)

    expect(await run('compose', '--', 'down', '-t', '1')).toMatchObject({ status: 0 })
    expect((await run('docker', '--', 'ps', '-aq')).stdout).toBe('')
  })

  test('a service that listens elsewhere, or nowhere, is told of', async () => {
    const run = project(`
services:
  wide: { image: "echo:1", command: "http=0.0.0.0:${WIDE_PORT} name=wide", expose: ["${WIDE_PORT}"] }
  other: { image: "echo:1", command: "http=\${WIDE_IP}:3001 name=other", expose: ["3001"] }
  mute: { image: "echo:1", entrypoint: [node, -e, "setInterval(() => undefined, 1000)"], expose: ["3002"] }
  good: { image: "echo:1", command: "http=\${GOOD_IP}:3003 name=good", expose: ["3003"] }
`)
    const { status, stderr } = await run('compose', '--', 'up', '-d')
    await run('compose', '--', 'down', '-t', '1')
    expect(status).toBe(0)
    expect(stderr).toContain(`renet: warning: wide listens on 0.0.0.0:${WIDE_PORT}; bind to \${WIDE_IP}`)
    expect(stderr).toMatch(
      /renet: warning: other listens on 127\S+:3001, which is the address of wide; bind to \$\{OTHER_IP\}/,
    )
    expect(stderr).toMatch(/renet: warning: mute listens on nothing; 127\S+:3002 was expected/)
    expect(stderr).not.toContain('good listens')
  })

  test('--wait-routed returns when Traefik serves the routes', async () => {
    const run = project(`
services:
  web: { image: "echo:1", command: "http=\${WEB_IP}:3000 name=web", expose: ["3000"] }
  own:
    image: echo:1
    command: http=\${OWN_IP}:3000 name=own
    labels:
      traefik.enable: "true"
      traefik.http.routers.own.rule: Host(\`own.example.com\`)
      traefik.http.services.own.loadbalancer.server.port: 3000
`)
    try {
      const up = await run('compose', '--wait-routed', '--', 'up', '-d')
      expect(up.stderr).not.toContain('not routed')
      expect(up.status).toBe(0)
      expect((await machine.ask('own.example.com')).json).toMatchObject({ name: 'own' })
      expect((await machine.ask(`web-${daemon.networkId}.example.com`)).json).toMatchObject({ name: 'web' })
    } finally {
      await run('compose', '--', 'down', '-t', '1')
    }
  })

  test('--wait-routed says why a route is not there', async () => {
    const run = project(`
services:
  web:
    image: echo:1
    command: http=\${WEB_IP}:3000 name=web
    labels:
      traefik.enable: "true"
      traefik.http.routers.web.rule: Host(\`web.example.com\`)
      traefik.http.routers.web.entrypoint: websecure
      traefik.http.services.web.loadbalancer.server.port: 3000
`)
    const { status, stderr } = await run('compose', '--wait-routed', '--', 'up', '-d')
    await run('compose', '--', 'down', '-t', '1')
    expect(status).toBe(1)
    expect(stderr).toContain(
      'renet: not routed: web is not as asked (LABEL_INVALID): traefik.http.routers.web.entrypoint',
    )
  })
})
