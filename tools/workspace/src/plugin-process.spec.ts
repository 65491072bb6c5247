import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, jest, test } from '@jest/globals'

jest.setTimeout(60_000)

const root = new URL('../../../', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'plugin-process-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** A plugin that starts a process, says whose the two are, and never returns. */
const PLUGIN = `import { spawn } from 'node:child_process'
  import { writeFileSync } from 'node:fs'
  export const plugin = {
    apiVersion: 1, name: 'mine', labels: {},
    options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
    contribute() {
      const { pid } = spawn('sleep', ['600'], { stdio: 'ignore' })
      writeFileSync(${JSON.stringify(join(folder, 'pids'))}, process.pid + ' ' + pid)
      for (;;);
    },
  }`

/** Asks it, as whatever is compiled does, and waits no longer than it has to. */
const PROGRAM = `import { BOUNDS, loadPlugins } from '@route-server/assembly'
  import { loadConfig } from '@route-server/config'
  const config = loadConfig({ flags: { plugins: [${JSON.stringify(join(folder, 'plugin.mjs'))}] } })
  const [{ plugin }] = await loadPlugins(config, '/', { ...BOUNDS, deadline: 600_000 })
  plugin.contribute({ id: 'a', network: 2816 }, { report: ({ code }) => console.log(code), exposedPorts() {}, traefik: {} })
  setInterval(() => {}, 1000)`

const isGone = (pid: string): boolean =>
  !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

test('the compiled libraries load a plugin, and nothing of it is left when they are killed', async () => {
  writeFileSync(join(folder, 'plugin.mjs'), PLUGIN)
  const program = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(createInterface(program.stdout), 'line')) as [string]
  expect(said).toBe('PLUGIN_BEHIND')
  const pids = readFileSync(join(folder, 'pids'), 'utf8').split(' ')
  expect(pids.map(isGone)).toEqual([false, false])
  program.kill('SIGKILL')
  while (!pids.every(isGone)) await new Promise((resolve) => setTimeout(resolve, 20))
})
