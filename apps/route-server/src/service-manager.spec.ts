import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from '@jest/globals'
import { serviceManager } from './service-manager.ts'

const folder = mkdtempSync(join(tmpdir(), 'notify-'))
const said = join(folder, 'said')
const program = join(folder, 'systemd-notify')
writeFileSync(program, `#!/bin/sh\nprintf '%s|' "$@" >>'${said}'\necho >>'${said}'\n`)
chmodSync(program, 0o755)
const env = {
  PATH: [folder, process.env['PATH']].join(delimiter),
  NOTIFY_SOCKET: '/run/systemd/notify',
  WATCHDOG_USEC: '40000',
}
const words = (): readonly string[] => (existsSync(said) ? readFileSync(said, 'utf8').trim().split('\n') : [])
afterAll(() => rmSync(folder, { recursive: true }))

test('says nothing where nobody listens', async () => {
  const manager = serviceManager({ PATH: env.PATH, WATCHDOG_USEC: '' })
  await manager.ready('1 router')
  manager.live(() => 'alive')()
  expect(words()).toEqual([])
})

test('says what becomes of the service, and that it is alive as often as it has to', async () => {
  const manager = serviceManager(env)
  await manager.ready('2 routers')
  const stop = manager.live(() => '3 routers')
  while (words().length < 3) await sleep(10)
  stop()
  await manager.stopping()
  const [first, second, third] = words()
  expect([first, second, third]).toEqual([
    'READY=1|STATUS=2 routers|',
    'WATCHDOG=1|STATUS=3 routers|',
    'WATCHDOG=1|STATUS=3 routers|',
  ])
  expect(words().at(-1)).toBe('STOPPING=1|')
})

test('goes on where the program is missing', async () => {
  await expect(
    serviceManager({ PATH: '/nowhere', NOTIFY_SOCKET: '/run/systemd/notify' }).ready(''),
  ).resolves.toBeUndefined()
})
