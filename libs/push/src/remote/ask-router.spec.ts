import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { askRouter } from './ask-router.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'ask-router-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** As a script that is pushed has it: a word in single quotes, in one line. */
const asked = async (): Promise<string> => {
  const program = `${askRouter(join(folder, 'control.sock'))} routerSays("/routes.json").then(({ routers }) => console.log(routers), ({ code }) => console.log(code))`
  expect(program).not.toContain("'")
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program.replaceAll('\n', ' ')])
  return stdout.trim()
}

test('says what the route server says over its socket', async () => {
  const server = createServer(({ url }, response) => response.end(JSON.stringify({ routers: `those of ${url ?? ''}` })))
  await once(server.listen(join(folder, 'control.sock')), 'listening')
  expect(await asked()).toBe('those of /routes.json')
  server.close()
})

test('fails where there is none', async () => {
  expect(await asked()).toBe('ENOENT')
})
