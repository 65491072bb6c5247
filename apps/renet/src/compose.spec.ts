import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { composePath, describeCompose } from '@route-server/testbed'
import { bundleRenet, start, type Ended, type Started } from './testing/run-renet.ts'
import { VERSION } from './version.ts'

jest.setTimeout(60_000)

let folder: string
let program: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'renet-spec-'))
  program = bundleRenet(folder)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let count = 0
let cwd: string
let env: Record<string, string>
beforeEach(() => {
  count += 1
  cwd = join(folder, `project-${count}`)
  mkdirSync(join(cwd, 'docker/cli-plugins'), { recursive: true })
  env = { DOCKER_CONFIG: join(cwd, 'docker'), HOME: cwd, REDIACC_SOCKETS: cwd, REDIACC_NETWORK_ID: '2816' }
  writeFileSync(join(cwd, 'compose.yaml'), 'services: { web: { image: x, expose: ["80"] } }\n')
})

const begin = (args: readonly string[], input?: string): Started =>
  start(program, args, { cwd, env, ...(input !== undefined && { input }) })
const run = (line: string, input?: string): Promise<Ended> => begin(line.split(' '), input).ended

/** A program in compose's place: it gives a model, and does for any other command what the script says. */
function pretend(script: string, file = join(cwd, 'docker/cli-plugins/docker-compose')): void {
  const model = JSON.stringify({ name: 'p', services: { web: { image: 'x' } } })
  writeFileSync(
    file,
    `#!/bin/bash\nif [[ " $* " == *" --format json "* ]]; then echo '${model}'; exit; fi\n${script}\n`,
  )
  chmodSync(file, 0o755)
}

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
    version: string
  }
  expect(version).toBe(VERSION)
})

describe('Docker Compose', () => {
  test('is missing', async () => {
    env['PATH'] = '/nowhere'
    expect(await run('compose -- up')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("renet: Docker Compose v2 isn't installed"),
    })
  })

  test('is version 1', async () => {
    env['PATH'] = `${cwd}:${process.env['PATH'] ?? ''}`
    writeFileSync(join(cwd, 'docker-compose'), '#!/bin/sh\necho 1.29.2\n')
    chmodSync(join(cwd, 'docker-compose'), 0o755)
    expect((await run('compose -- up')).stderr).toBe(
      `renet: ${cwd}/docker-compose is Docker Compose 1.29.2, and renet needs v2. Install the package docker-compose-plugin.\n`,
    )
  })

  test('stands alone', async () => {
    env['PATH'] = `${cwd}:${process.env['PATH'] ?? ''}`
    pretend('echo v2.40.3', join(cwd, 'docker-compose'))
    expect(await run('compose -- config')).toMatchObject({ status: 0, stdout: 'v2.40.3\n' })
  })

  test('gets what stands behind --, its standard input and the daemon; its exit status is ours', async () => {
    pretend('echo "$* [$(cat)] $DOCKER_HOST [$DOCKER_CONTEXT] $WEB_IP"; exit 17')
    env['DOCKER_HOST'] = 'tcp://elsewhere:1'
    env['DOCKER_CONTEXT'] = 'other'
    const ended = await run('compose -- -p shop config --odd=flag', 'typed')
    expect(ended).toMatchObject({
      status: 17,
      stdout: `-p shop config --odd=flag [typed] unix://${cwd}/docker-2816.sock [] 127.0.11.2\n`,
    })
    expect(ended.stderr).toContain("DOCKER_HOST (tcp://elsewhere:1) is set and isn't used")
    expect(ended.stderr).toContain("DOCKER_CONTEXT (other) is set and isn't used")
  })

  test('reads our file after the user’s, as often as it likes, and nothing is left of it', async () => {
    pretend('for i in 1 2; do cat "${COMPOSE_FILE##*$\'\\n\'}"; done; echo "$COMPOSE_FILE"')
    const { stdout } = await run('compose -- config')
    expect(stdout.split('"network_mode": "host"')).toHaveLength(3)
    expect(stdout).toContain(`\n${cwd}/compose.yaml\n/dev/fd/3\n`)
    expect((await run('compose -- -f compose.yaml config')).stdout).not.toContain('/dev/fd/3\n')
  })

  test('gets a signal once, and ends as it does', async () => {
    // Bash would look after a signal only between two commands.
    const script = `process.on('SIGINT', () => console.log('got it')); setTimeout(() => {}, 60_000); console.log('ready')`
    pretend(`exec ${process.execPath} -e "${script}"`)
    const { child, said, ended } = begin(['compose', '--', 'config'])
    await said('ready')
    child.kill('SIGINT')
    await said('got it')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ status: null, signal: 'SIGTERM', stdout: 'ready\ngot it\n' })
  })

  test('is left alone where there is no project to speak of', async () => {
    pretend('echo "$*"')
    for (const line of ['version', 'ls -a', 'up --help'])
      expect(await run(`compose -- ${line}`)).toMatchObject({ status: 0, stdout: `${line}\n` })
    rmSync(join(cwd, 'compose.yaml'))
    expect(await run('compose -- config')).toMatchObject({ status: 0, stdout: 'config\n' })
    expect(await run('compose --dry-run -- down')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('There is no compose file to show'),
    })
  })
})

describe('the daemon', () => {
  let server: Server | undefined
  beforeEach(() => {
    pretend('echo never')
  })
  afterEach(() => {
    server?.close()
    server = undefined
  })

  test('is not there', async () => {
    expect(await run('compose -- up -d')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `renet: The Docker daemon of network 2816 isn't running, its socket isn't there: ${cwd}/docker-2816.sock. Look at it with: systemctl status rediacc-docker@2816.service\n`,
    })
  })

  test('hangs', async () => {
    const hung = createServer(() => undefined)
    server = hung
    await new Promise<void>((resolve) => hung.listen(join(cwd, 'docker-2816.sock'), resolve))
    expect((await run('compose -- up -d')).stderr).toContain('hangs, it has said nothing for 10 s')
  })
})

describeCompose('with a real Docker Compose', () => {
  beforeEach(() => {
    symlinkSync(composePath(), join(cwd, 'docker/cli-plugins/docker-compose'))
  })

  test('slots are kept, in a fork with another network, too', async () => {
    await run('compose -- config')
    writeFileSync(join(cwd, 'compose.yaml'), 'services: { web: { image: x }, api: { image: x } }\n')
    await run('compose -- config')
    expect((await run('env')).stdout).toBe(
      [
        `export DOCKER_HOST='unix://${cwd}/docker-2816.sock'`,
        "export REDIACC_NETWORK_ID='2816'",
        `export REDIACC_REPO='project-${count}'`,
        "export API_IP='127.0.11.3'",
        "export WEB_IP='127.0.11.2'\n",
      ].join('\n'),
    )
    env['REDIACC_NETWORK_ID'] = '2880'
    expect((await run('slots')).stdout).toBe(
      'SLOT  SERVICE  IP           VARIABLE\n0     web      127.0.11.66  WEB_IP\n1     api      127.0.11.67  API_IP\n',
    )
    expect(await run('slots release web')).toMatchObject({ status: 0 })
    expect((await run('slots --json')).stdout).toContain('"service": "api"')
  })

  test('two at once give each service one slot', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `s${i}: { image: x }`)
    writeFileSync(join(cwd, 'compose.yaml'), `services: { ${names.join(', ')} }\n`)
    const ended = await Promise.all([run('compose -- config --services'), run('compose -- config --services')])
    expect(ended.map(({ status }) => status)).toEqual([0, 0])
    expect(JSON.parse((await run('slots --json')).stdout)).toHaveLength(8)
  })

  test('a compose file may come by standard input', async () => {
    const { stdout } = await run('compose -- -f - config', 'services: { typed: { image: "a:${TYPED_IP}" } }\n')
    expect(stdout).toContain('image: a:127.0.11.2')
  })

  test('what compose says about a broken file is all that is said', async () => {
    writeFileSync(join(cwd, 'compose.yaml'), 'services: { web: { imag: x } }\n')
    const ended = await run('compose -- config')
    expect(ended).toMatchObject({ status: 1, stdout: '' })
    expect(ended.stderr).toContain("additional properties 'imag' not allowed")
  })

  test.each<[what: string, compose: string, more: () => void, message: string]>([
    [
      'a contradicting label',
      'services: { web: { image: x, labels: { rediacc.network_id: "64" } } }',
      () => undefined,
      'service web: its label rediacc.network_id says "64", and it is "2816". Remove the label',
    ],
    [
      'replicas that listen',
      'services: { web: { image: x, scale: 2, expose: ["80"] } }',
      () => undefined,
      'service web: its 2 containers would share one address',
    ],
    [
      'variables that collide',
      'services: { my-api: { image: x }, my.api: { image: x } }',
      () => undefined,
      'The services `my-api` and `my.api` would share the variable MY_API_IP.',
    ],
    [
      'a variable of the user’s in the environment',
      'services: { web: { image: x } }',
      () => (env['WEB_IP'] = '10.0.0.1'),
      'the environment sets WEB_IP to "10.0.0.1", and WEB_IP is the variable of a service\'s address (127.0.11.2).',
    ],
    [
      'a variable of the user’s in .env',
      'services: { web: { image: x } }',
      () => writeFileSync(join(cwd, '.env'), 'WEB_IP=10.0.0.1\n'),
      '/.env sets WEB_IP to "10.0.0.1"',
    ],
    [
      'two networks',
      'services: { web: { image: x } }',
      () => writeFileSync(join(cwd, '.rediacc.json'), '{"networkId":64}'),
      'Two network IDs disagree: REDIACC_NETWORK_ID says 2816',
    ],
    [
      'a damaged file',
      'services: { web: { image: x } }',
      () => writeFileSync(join(cwd, '.rediacc.json'), '{"services":'),
      '/.rediacc.json:1:13: this is not valid JSON',
    ],
  ])('%s', async (_, compose, more, message) => {
    writeFileSync(join(cwd, 'compose.yaml'), compose)
    more()
    const ended = await run('compose -- config')
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(message) })
  })
})
