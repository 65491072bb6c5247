import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import {
  describeReal,
  eventually,
  makeTestDirectory,
  mountSmallDisk,
  type RealDaemon,
  type TestDirectory,
} from '@route-server/testbed'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runRouteServer } from './command.ts'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy } from './service.ts'
import { countsOf, visit, type Visitor } from './visitor.ts'

jest.setTimeout(60_000)

const RESTARTS = 10
const PORT = ['rediacc.service_port=8080']

describeReal('a route server that starts again', () => {
  let machine: Machine
  let daemons: readonly [RealDaemon, RealDaemon]
  let visitors: Visitor[]
  let stateDir: string

  beforeAll(async () => {
    machine = await startMachine({ liveRestore: true, settings: { liveness: '1s', startGrace: '3s' } })
    ;({ daemons } = machine)
    stateDir = join(machine.directory, 'state')
    for (const daemon of daemons) {
      await deploy(daemon, { name: 'api', listen: { http: 8080 }, labels: PORT })
      await machine.askUntil(autoHost('api', daemon))
    }
  })

  afterAll(() => machine.close())

  beforeEach(() => {
    visitors = daemons.map((daemon) => visit(machine, autoHost('api', daemon), { by: `api-${daemon.networkId}` }))
  })

  afterEach(async () => {
    for (const visits of await Promise.all(visitors.map((visitor) => visitor.leave()))) {
      process.stdout.write(`${expect.getState().currentTestName ?? ''}: ${countsOf(visits)}\n`)
      expect(visits.lost).toEqual([])
    }
  })

  interface Health {
    readonly status: string
    readonly daemons: Readonly<Record<string, number>>
    readonly warnings?: readonly string[]
  }
  const health = async (): Promise<Health> => JSON.parse((await machine.routeServer.get('/health')).body) as Health
  const untilHealthIs = (wanted: object): Promise<void> =>
    eventually(async () => expect(await health()).toMatchObject(wanted))
  const OK = { status: 'ok', daemons: { live: 2, stale: 0 } }

  test('ten times at random moments, by SIGKILL and SIGTERM, while no daemon answers: its document is there at once', async () => {
    const mark = machine.recorder.mark()
    for (let n = 0; n < RESTARTS; n += 1) {
      await sleep(Math.random() * 300)
      for (const daemon of daemons) daemon.freeze()
      await machine.restartRouteServer(n % 2 === 0 ? 'SIGKILL' : 'SIGTERM')
      const { status, body } = await machine.routeServer.get('/routes.yaml')
      expect(status).toBe(200)
      for (const { networkId } of daemons) expect(body).toContain(`\n    api-${networkId}:\n`)
      expect(await health()).toMatchObject({ status: 'degraded', daemons: { live: 0, stale: 2 } })
      for (const daemon of daemons) daemon.thaw()
      if (n % 3 === 0) await untilHealthIs(OK)
    }
    await untilHealthIs(OK)
    for (const document of machine.recorder.bodies(mark))
      for (const { networkId } of daemons) expect(document).toContain(`\n    api-${networkId}:\n`)
  })

  test('knows what changed while it was away', async () => {
    const [daemon] = daemons
    await deploy(daemon, { name: 'old', slot: 3, listen: { http: 8080 }, labels: PORT })
    await machine.askUntil(autoHost('old', daemon))
    await machine.routeServer.kill()
    await daemon.remove('old')
    await deploy(daemon, { name: 'new', slot: 4, listen: { http: 8080 }, labels: PORT })
    await machine.restartRouteServer()
    await machine.askUntil(autoHost('new', daemon))
    await machine.askUntil(autoHost('old', daemon), 404)
  })

  test("remembers whose host it is: a fork doesn't get it while the original is down", async () => {
    const [original, fork] = daemons
    const host = 'app.example.org'
    const service = {
      name: 'app',
      slot: 5,
      listen: { http: 8080 },
      labels: [
        'traefik.enable=true',
        `traefik.http.routers.app.rule=Host(\`${host}\`)`,
        'traefik.http.services.app.loadbalancer.server.port=8080',
      ],
    }
    await deploy(original, service)
    await machine.askUntil(host)
    await original.stop('app')
    await machine.askUntil(host, 404)
    await machine.restartRouteServer()
    await deploy(fork, service)
    // At its own automatic host it is served.
    await machine.askUntil(autoHost('app', fork))
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await machine.restartRouteServer(signal)
      await machine.askUntil(autoHost('app', fork))
      // Who went away a moment before a restart may be remembered, and is answered for with 503; the fork never is.
      expect([404, 503]).toContain((await machine.ask(host)).status)
    }
    await original.start('app')
    expect((await machine.askUntil(host)).json?.name).toBe(`app-${original.networkId}`)
    await Promise.all(daemons.map((daemon) => daemon.remove('app')))
  })

  test('leaves its state directory to nobody: a second one refuses to start, and the first goes on', async () => {
    const { status, stderr } = await runRouteServer(['serve', '--listen', '127.0.0.1:0', '--state-dir', stateDir])
    expect(status).toBe(1)
    expect(stderr).toContain(
      `The state directory ${stateDir} is held by another route server (process ${machine.routeServer.pid}). Stop that one first, or choose another directory with --state-dir.`,
    )
    await untilHealthIs(OK)
  })

  test('sets damaged claims aside, says so, and serves', async () => {
    await machine.routeServer.kill()
    await writeFile(join(stateDir, 'claims.jsonl'), '{"format": 2, "hosts": [\n')
    await machine.restartRouteServer()
    const { warnings = [] } = await health()
    expect(warnings.join(' ')).toMatch(/The claims in \S+claims\.jsonl can't be used: .* The file was set aside as \S+/)
    expect((await readdir(stateDir)).filter((name) => name.startsWith('claims.jsonl'))).not.toEqual(['claims.jsonl'])
    await untilHealthIs(OK)
  })

  test('waits for a daemon that it has never heard, without a document; after the grace the others are served', async () => {
    const [hung, other] = daemons
    await machine.routeServer.kill()
    await rm(stateDir, { recursive: true })
    hung.freeze()
    await machine.restartRouteServer()
    const answers: { status: number; body: string }[] = []
    await eventually(async () => {
      const { status, body } = await machine.routeServer.get('/routes.yaml')
      answers.push({ status, body })
      expect(status).toBe(200)
    })
    await visitors.shift()?.leave()
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

  test('and so does Traefik: it gets everything back', async () => {
    await Promise.all(visitors.map((visitor) => visitor.leave()))
    await machine.traefik.kill()
    await machine.traefik.restart()
    for (const daemon of daemons) await machine.askUntil(autoHost('api', daemon))
  })
})

describeReal('a route server whose disk is read-only from the start', () => {
  let folder: TestDirectory

  beforeAll(() => {
    folder = makeTestDirectory()
  })

  afterAll(() => folder.remove())

  test('refuses to start, and says what to do', async () => {
    const disk = await mountSmallDisk(join(folder.path, 'disk'), 64)
    await disk.setReadOnly(true)
    const { status, stderr } = await runRouteServer(['serve', '--listen', '127.0.0.1:0', '--state-dir', disk.path])
    await disk.close()
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/can't be written to: its file system is read-only\. Mount it writable/),
    })
  })
})
