import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { serve } from './serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'serve-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const pids = join(folder, 'pids')

/** A plugin that says which process it is in, and takes a while to be ready. */
const PLUGIN = `import { appendFileSync } from 'node:fs'
  appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  export const plugin = {
    apiVersion: 1, name: 'mine', labels: {}, contribute() {},
    options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
  }`

const started = (): readonly string[] => readFileSync(pids, 'utf8').split('\n').slice(0, -1)

test('a signal to end while the configuration is read again leaves nothing running', async () => {
  const file = join(folder, 'config.yaml')
  writeFileSync(join(folder, 'plugin.mjs'), PLUGIN)
  const settings = { sockets: './docker-*.sock', stateDir: './state', listen: '127.0.0.1:0', logLevel: 'error' }
  writeFileSync(file, JSON.stringify({ ...settings, plugins: ['./plugin.mjs'] }))
  let greet = (): void => undefined
  const greeted = new Promise<void>((resolve) => (greet = resolve))
  const ended = serve({ file, flags: {}, greet })
  await Promise.race([greeted, ended])
  // It listens to signals next.
  await new Promise(setImmediate)
  process.emit('SIGHUP')
  while (started().length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  process.emit('SIGTERM')
  await ended
  expect(started().filter((pid) => existsSync(`/proc/${pid}`))).toEqual([])
})
