import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { describeReal, eventually, type RealDaemon } from '@route-server/testbed'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runRouteServer } from './command.ts'
import { startMachine, type Machine } from './machine.ts'
import { deploy } from './service.ts'

jest.setTimeout(120_000)

describeReal('the last changes of the document', () => {
  let machine: Machine
  let daemon: RealDaemon
  let stateDir: string

  beforeAll(async () => {
    machine = await startMachine()
    ;[daemon] = machine.daemons
    stateDir = join(machine.directory, 'state')
  })

  afterAll(() => machine.close())

  const labels = (host: string, password: string): readonly string[] => [
    'traefik.enable=true',
    `traefik.http.routers.web.rule=Host(\`${host}\`)`,
    'traefik.http.routers.web.middlewares=auth',
    'traefik.http.services.web.loadbalancer.server.port=8080',
    `traefik.http.middlewares.auth.basicauth.users=ann:${password}`,
    `traefik.http.middlewares.more.headers.customrequestheaders.X-Any=${password}`,
  ]
  const untilServed = (host: string): Promise<void> =>
    eventually(async () => expect((await machine.routeServer.get('/routes.yaml')).body).toContain(`(\`${host}\`)`))
  const command = async (...words: string[]): Promise<string> =>
    (await runRouteServer([...words, '--state-dir', stateDir])).stdout

  test('are told with their causes, in lines, without secrets, and are there after a restart', async () => {
    await deploy(daemon, { name: 'web', listen: { http: 8080 }, labels: labels('old.example.org', 'hunter2hunter2') })
    await untilServed('old.example.org')
    await daemon.remove('web')
    await deploy(daemon, { name: 'web', listen: { http: 8080 }, labels: labels('new.example.org', 'hunter3hunter3') })
    await untilServed('new.example.org')

    const told = await eventually(async () => {
      const text = await command('history')
      expect(text).toContain('+ rule: "Host(`new.example.org`)"')
      return text
    })
    const who = `container web \\(service web of network ${daemon.networkId}\\)`
    expect(told).toMatch(new RegExp(`because: start of ${who}`))
    expect(told).toMatch(/labels: .*traefik\.http\.routers\.web\.rule/)
    const { body } = await machine.routeServer.get('/history')
    const file = (): Promise<string> => readFile(join(stateDir, 'history.jsonl'), 'utf8')
    for (const text of [told, body, await file()]) expect(text).not.toMatch(/hunter/)

    const revisionOf = async (): Promise<number> =>
      (JSON.parse((await machine.routeServer.get('/health')).body) as { revision: number }).revision
    const before = await revisionOf()
    await machine.restartRouteServer('SIGTERM')
    await untilServed('new.example.org')
    expect(await revisionOf()).toBe(before + 1)
    expect(await command('history')).toContain(`revision ${before}, `)
    expect(await command('diff', String(before))).toContain('The route server was started with revision')
    expect(await file()).not.toMatch(/hunter/)
  })
})
