import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import { loadConfig } from '@route-server/config'
import type { DaemonWatch } from '@route-server/docker'
import { compose, DAEMONS } from './compose.ts'
import type { Composition, Memory } from './compose.ts'
import { loadPlugins } from '@route-server/assembly'
import type { Log } from './log.ts'
import { provide } from './tokens.ts'
import { sampleContainer } from '@route-server/kernel/testing'

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const web = sampleContainer({ labels: { 'rediacc.service_port': '8080' } })

const fake: DaemonWatch = {
  read: () => ({
    listings: new Map([[2816, { network: 2816, daemon: web.daemon, containers: [web] }]]),
    daemons: [],
    unknown: [],
    diagnostics: [],
  }),
  subscribe: () => () => undefined,
  underWay: () => undefined,
  close: () => Promise.resolve(),
}

describe('the composition', () => {
  test('takes another part in place of one by one line', async () => {
    const config = loadConfig({ flags: { baseDomain: 'example.com' } })
    const given = { config, log: quiet, plugins: await loadPlugins(config, process.cwd()) }
    const { reconciler } = compose(given, (c) => {
      provide(c, DAEMONS, {}, () => fake)
    })
    const document = reconciler.view.document()
    reconciler.close()
    expect('parts' in document && Buffer.concat(document.parts).toString()).toContain('Host(`web-2816.example.com`)')
    expect(reconciler.view.autoRoutes).toBe(true)
  })

  test('holds nothing of what ran before', async () => {
    const config = loadConfig()
    const plugins = await loadPlugins(config, process.cwd())
    const composed: Composition[] = []
    const memory = ((): WeakRef<Memory> => {
      const memory: Memory = {}
      composed.push(
        compose({ config, log: quiet, plugins, memory }, (c) => {
          provide(c, DAEMONS, {}, () => fake)
        }),
      )
      return new WeakRef(memory)
    })()
    await new Promise(setImmediate)
    setFlagsFromString('--expose-gc')
    ;(runInNewContext('gc') as () => void)()
    expect(memory.deref()).toBeUndefined()
    for (const { reconciler } of composed) reconciler.close()
  })

  test('makes no automatic routes without a base domain, or when they are switched off', async () => {
    for (const flags of [{}, { baseDomain: 'example.com', autoRoute: { enabled: false } }]) {
      const config = loadConfig({ flags })
      const { reconciler } = compose({ config, log: quiet, plugins: await loadPlugins(config, process.cwd()) }, (c) => {
        provide(c, DAEMONS, {}, () => fake)
      })
      expect(reconciler.view.autoRoutes).toBe(false)
      expect(reconciler.view.counts().routers.http).toBe(0)
      reconciler.close()
    }
  })
})
