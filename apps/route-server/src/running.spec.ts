import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { loadConfig } from '@route-server/config'
import { createHistory } from '@route-server/history'
import { createMeter } from '@route-server/metrics'
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
  await expect(start(config, folder, keepers, () => ({}))).rejects.toThrow('oops')
  await new Promise(setImmediate)
  expect(running()).toEqual(before)
  rmSync(folder, { recursive: true })
})
