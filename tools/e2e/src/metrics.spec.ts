import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { describeMetrics, eventually, promtoolPath, workspaceFile } from '@route-server/testbed'
import { spawnSync } from 'node:child_process'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy } from './service.ts'

jest.setTimeout(60_000)

/** What promtool says of it; nothing where all is well. */
function promtool(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(promtoolPath(), args, { input, encoding: 'utf8' })
  return status === 0 ? '' : `${stdout}${stderr}`
}

describeMetrics('what is measured', () => {
  let machine: Machine

  beforeAll(async () => {
    machine = await startMachine()
  })

  afterAll(() => machine.close())

  const metrics = async (): Promise<string> => (await machine.routeServer.get('/metrics')).body
  const valueOf = async (series: string): Promise<number> =>
    Number(
      (await metrics())
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')[1],
    )

  test('is as Prometheus wants it, and says how long a change took to the document and to Traefik', async () => {
    const [daemon] = machine.daemons
    await deploy(daemon, { name: 'web', listen: { http: 8080 }, expose: ['8080/tcp'] })
    await machine.askUntil(autoHost('web', daemon))
    await eventually(async () => expect(await valueOf('route_server_event_fetched_seconds_count')).toBeGreaterThan(0))
    expect(await valueOf('route_server_event_published_seconds_count')).toBeGreaterThan(0)
    expect(await valueOf('route_server_polls_total{code="200"}')).toBeGreaterThan(0)
    expect(await valueOf('route_server_routers{protocol="http"}')).toBe(1)
    expect(promtool(['check', 'metrics'], await metrics())).toBe('')
  })

  test('has alert rules that promtool takes', () => {
    expect(promtool(['check', 'rules', workspaceFile('docs/monitoring/alerts.yaml')])).toBe('')
  })
})
