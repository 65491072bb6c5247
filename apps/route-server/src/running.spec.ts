import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { loadConfig } from '@route-server/config'
import type { Flags } from '@route-server/config'
import { startDaemon } from '@route-server/docker-simulator'
import type { ContainerSpec } from '@route-server/docker-simulator'
import { createHistory } from '@route-server/history'
import { createMeter } from '@route-server/metrics'
import { openState } from '@route-server/state'
import type { State } from '@route-server/state'
import type { Log } from './log.ts'
import { createChanges } from './changes.ts'
import { start } from './running.ts'

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A state directory that fails where the listings are asked for. */
const broken = {
  history: [],
  get kept(): never {
    throw new Error('oops')
  },
} as unknown as State

test('a start that fails leaves nothing running', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'running-'))
  const config = loadConfig({ flags: { sockets: [join(folder, 'docker-*.sock')] } })
  const running = () => process.getActiveResourcesInfo().filter((what) => /Timeout/.test(what))
  const before = running()
  const history = createHistory({ keeper: { history: [], keepRevision: () => undefined }, mask: (text) => text })
  const keepers = {
    log: quiet,
    state: broken,
    publisher: undefined,
    meter: createMeter(),
    history,
    changes: createChanges(),
  }
  await expect(start(config, folder, 'start', keepers, () => ({}))).rejects.toThrow('oops')
  await new Promise(setImmediate)
  expect(running()).toEqual(before)
  rmSync(folder, { recursive: true })
})

const containerOf = (name: string, port: number): ContainerSpec => ({
  name: `${name}-1`,
  labels: {
    'rediacc.service_name': name,
    'rediacc.service_ip': '127.0.11.2',
    'rediacc.network_id': '2816',
    'traefik.enable': 'true',
    [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.example.org\`)`,
    [`traefik.http.services.${name}.loadbalancer.server.port`]: String(port),
  },
})

test('other settings are the cause of what they change, and of nothing that comes later', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'running-'))
  const daemon = await startDaemon({ socket: join(folder, 'docker-2816.sock'), containers: [containerOf('web', 8080)] })
  const configured = (flags: Flags) =>
    loadConfig({ flags: { sockets: [join(folder, 'docker-*.sock')], redeployGrace: 0, hold: 0, ...flags } })
  const state = await openState(join(folder, 'state'), {
    chosen: true,
    program: 'test',
    control: createServer(),
    log: quiet,
  })
  const history = createHistory({ keeper: state, mask: (text) => text })
  const keepers = { log: quiet, state, publisher: undefined, meter: createMeter(), history, changes: createChanges() }
  const causes = () => history.revisions().map(({ causes: [first] }) => first?.kind)
  const untilThere = async (revisions: number): Promise<void> => {
    while (history.revisions().length < revisions) await sleep(10)
  }
  async function reload(flags: Flags): Promise<void> {
    const { reconciler, daemons } = running
    const memory = () => ({
      ledger: reconciler.ledger,
      listings: daemons.read().listings,
      served: reconciler.served(),
    })
    const next = await start(configured(flags), folder, 'settings', keepers, memory)
    await running.stop()
    running = next
  }
  let running = await start(configured({}), folder, 'start', keepers, () => ({}))
  await untilThere(1)
  await reload({})
  daemon.run(containerOf('shop', 8081))
  await untilThere(2)
  await reload({ baseDomain: 'example.com', httpEntryPoints: ['web'] })
  await untilThere(3)
  daemon.run(containerOf('blog', 8082))
  await untilThere(4)
  const container: unknown = expect.stringMatching(/^(?:event|listing)$/)
  expect(causes()).toEqual(['start', container, 'settings', container])
  await running.stop()
  history.close()
  await state.close()
  await daemon.close()
  rmSync(folder, { recursive: true })
})
