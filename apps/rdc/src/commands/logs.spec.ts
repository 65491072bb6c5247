import { mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bundleRdc, start, type Started } from '../testing/run-rdc.ts'
import { hasSshd, startSshd, type Sshd } from '../testing/sshd.ts'

;(hasSshd ? describe : describe.skip)('logs, over a real sshd', () => {
  let folder: string
  let program: string
  let sshd: Sshd
  let env: Readonly<Record<string, string>>
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'logs-'))
    program = bundleRdc(folder)
    sshd = await startSshd(folder)
    env = { REDIACC_CONFIG_DIR: join(folder, 'config'), REDIACC_SSH_CONFIG: sshd.configFile }
    await rdc(`context add-machine server-1 --ip 127.0.0.1 --user root --port ${sshd.port}`).ended
  }, 30_000)
  afterAll(async () => {
    await sshd.stop()
    rmSync(folder, { recursive: true })
  })
  const rdc = (line: string): Started => start(program, line.split(' '), { env })

  test('prints what the machine has logged, and nothing else on standard output', async () => {
    sshd.program('systemctl', 'exit 0')
    sshd.program('journalctl', 'echo "journalctl $*"')
    expect(await rdc('context logs server-1').ended).toEqual({
      status: 0,
      stdout: 'journalctl --no-pager --unit rediacc-router.service --lines 100\n',
      stderr: 'Connecting to server-1 127.0.0.1\n',
    })
    expect((await rdc('context logs server-1 --traefik -n 5').ended).stdout).toBe(
      'journalctl --no-pager --unit rediacc-traefik.service --lines 5\n',
    )
  })

  test('says what to do where nothing stands yet, and what failed', async () => {
    sshd.program('systemctl', 'exit 1')
    const absent = await rdc('context logs server-1').ended
    expect([absent.status, absent.stderr]).toEqual([
      1,
      expect.stringContaining(
        'rdc: there is no rediacc-router.service on server-1. Put it there with: rdc context push-infra server-1\n',
      ),
    ])
    sshd.program('systemctl', 'exit 0')
    sshd.program('journalctl', 'echo "No journal files were found." >&2; exit 1')
    expect((await rdc('context logs server-1').ended).stderr).toContain(
      "rdc: the log of rediacc-router can't be read: No journal files were found.\n",
    )
    expect(await rdc('context logs server-1 -n x').ended).toMatchObject({ status: 2 })
  })

  test('follows until Ctrl-C', async () => {
    sshd.program('journalctl', 'echo "$*"; exec sleep 600')
    const { child, ended } = rdc('context logs server-1 -f')
    if (child.stdout) await once(child.stdout, 'data')
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ status: 0, stdout: expect.stringContaining('--follow') })
  })

  test('a machine that refuses is told by its sentence', async () => {
    await rdc('context add-machine away --ip 127.0.0.1 --port 1').ended
    expect(await rdc('context logs away').ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('refuses connections'),
    })
  })
})
