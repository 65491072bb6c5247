import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { composePath, describeCompose } from '@route-server/testbed'
import { placesIn } from './check/places.ts'
import { bundleRenet, start, type Ended } from './testing/run-renet.ts'

jest.setTimeout(60_000)

let folder: string
let cwd: string
let count = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  count += 1
  cwd = join(folder, `project-${count}`)
  mkdirSync(cwd)
})

function write(name: string, text: string): string {
  const file = join(cwd, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const PLACES = `x-labels: &labels
  shared: a
services:
  map:
    labels:
      <<: *labels
      own: b
  list:
    labels:
      - first=1
      - "second=2"
  heir:
    extends: map
  stranger:
    extends: { file: base/common.yaml, service: base }
  other: { labels: *labels }
`

test.each([
  ['map', 'own', 'compose.yaml', 7, 7],
  ['map', 'shared', 'compose.yaml', 2, 3],
  ['list', 'second', 'compose.yaml', 11, 9],
  ['list', 'third', 'compose.yaml', 8, 3],
  ['heir', 'own', 'compose.yaml', 7, 7],
  ['stranger', 'far', 'base/common.yaml', 4, 7],
  ['other', 'shared', 'compose.yaml', 2, 3],
  ['included', undefined, 'more/compose.yaml', 2, 3],
  ['nobody', undefined, 'override.yaml', 1, 1],
])('the place of %s %s', (service, label, name, line, column) => {
  write('base/common.yaml', 'services:\n  base:\n    labels:\n      far: c\n')
  write('more/compose.yaml', 'services:\n  included: { image: x }\n')
  const compose = write('compose.yaml', `${PLACES}include: [more/compose.yaml]\n`)
  const override = write('override.yaml', 'services:\n  nothing: { ports: !reset [] }\n')
  expect(placesIn([override, compose]).find(service, label)).toEqual({ file: join(cwd, name), line, column })
})

test('of a label in two files the later one counts', () => {
  const text = 'services:\n  web:\n    labels: { a: b }\n'
  const files = [write('compose.yaml', text), write('compose.override.yaml', `\n${text}`)]
  expect(placesIn(files).find('web', 'a')).toEqual({ file: files[1], line: 4, column: 15 })
})

describeCompose('renet check', () => {
  let program: string
  beforeAll(() => {
    program = bundleRenet(folder)
    mkdirSync(join(folder, 'docker/cli-plugins'), { recursive: true })
    symlinkSync(composePath(), join(folder, 'docker/cli-plugins/docker-compose'))
  })

  const run = (...args: string[]): Promise<Ended> =>
    start(program, ['check', ...args], { cwd, env: { DOCKER_CONFIG: join(folder, 'docker'), HOME: folder } }).ended

  const PROJECT = `services:
  one:
    image: shop:latest
    labels:
      traefik.enable: "true"
      traefik.http.routers.one.rule: Host(\`app.example.com\`)
      traefik.http.services.one.loadbalancer.server.port: 5432
  two:
    image: shop:1
    labels:
      - traefik.enable=true
      - traefik.http.routers.two.rule=Host(\`app.example.com\`)
      - traefik.http.services.two.loadbalancer.server.port=80
  three:
    image: shop:1
    labels:
      - traefik.enable=true
      - traefik.http.routers.three.rule=Host(\`three.example.com\`)
      - traefik.http.routers.three.middlewares=auth
      - traefik.http.routers.three.entrypoint=websecure
      - traefik.http.services.three.loadbalancer.server.port=80
  four:
    image: shop:1
    labels:
      traefik.enable: "true"
      traefik.tcp.routers.m.entrypoints: tcp-25
      traefik.tcp.routers.m.rule: HostSNI(\`*\`)
      traefik.tcp.services.m.loadbalancer.server.port: "25"
  five:
    image: shop:1
    labels:
      traefik.enable: "true"
      traefik.http.routers.five.rule: Host(\`five.example.com\`)
      traefik.http.routers.five.middlewares: nowhere, key
      traefik.http.services.five.loadbalancer.server.port: "80"
      traefik.http.middlewares.key.headers.customrequestheaders.X-Api-Key: not-a-real-one
      rediacc.network_id: "12"
`
  const EXPECTED = [
    'compose.yaml:12:9: error RULE_TAKEN (service two)',
    'compose.yaml:20:9: error LABEL_INVALID (service three)',
    'compose.yaml:26:7: error ENTRY_POINT_UNREGISTERED (service four)',
    'compose.yaml:29:3: error COMPOSE_REFUSED (service five)',
    'compose.yaml:34:7: error REFERENCE_MISSING (service five)',
    'compose.yaml:7:7: warning PORT_NOT_HTTP (service one)',
    'compose.yaml:36:7: warning SECRET_IN_LABEL (service five)',
    'compose.yaml:2:3: info IMAGE_UNPINNED (service one)',
  ]

  test('finds what is wrong, with its place', async () => {
    write('compose.yaml', PROJECT)
    const { status, stdout, stderr } = await run()
    expect(stderr).toBe('')
    const heads = stdout.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))
    for (const line of EXPECTED) expect(heads).toContain(line)
    expect(stdout).not.toContain('not-a-real-one')
    expect(status).toBe(1)
  })

  test('as JSON and as SARIF', async () => {
    write('compose.yaml', PROJECT)
    const found = JSON.parse((await run('--format', 'json')).stdout) as readonly Record<string, unknown>[]
    expect(found).toContainEqual(
      expect.objectContaining({
        file: 'compose.yaml',
        line: 26,
        column: 7,
        code: 'ENTRY_POINT_UNREGISTERED',
        level: 'error',
        service: 'four',
      }),
    )
    const sarif = JSON.parse((await run('--format', 'sarif')).stdout) as {
      runs: [{ results: { ruleId: string; locations: [{ physicalLocation: unknown }] }[] }]
    }
    const result = sarif.runs[0].results.find(({ ruleId }) => ruleId === 'PORT_NOT_HTTP')
    expect(result?.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'compose.yaml' },
      region: { startLine: 7, startColumn: 7 },
    })
  })

  test('knows the ports that the machine has', async () => {
    write('compose.yaml', PROJECT)
    expect((await run('--tcp-ports', '25,993')).stdout).not.toContain('ENTRY_POINT_UNREGISTERED')
  })

  test('has nothing to say of what is well, and fails for warnings only where it shall', async () => {
    const file = write('other.yaml', 'services: { web: { image: "a:1", expose: ["80"] } }\n')
    expect(await run(file)).toMatchObject({ status: 0, stdout: 'Nothing to say.\n' })
    write('other.yaml', 'services: { web: { image: "a:1", ports: ["8080:80"] } }\n')
    expect(await run(file)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('other.yaml:1:13: warning COMPOSE_CHANGED'),
    })
    expect(await run(file, '--strict')).toMatchObject({ status: 1 })
  })

  test('says what compose says of a file that it refuses', async () => {
    write('compose.yaml', 'services: { web: { imag: x } }\n')
    expect(await run()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("additional properties 'imag' not allowed"),
    })
  })
})
