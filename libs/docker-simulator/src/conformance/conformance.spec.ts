import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENGINE_API_CHECKS, type SimulatedDaemon, startDaemon } from '../index.ts'

describe('the simulator, as any Docker Engine', () => {
  let folder: string
  let daemon: SimulatedDaemon

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulator-'))
    daemon = await startDaemon({ socket: join(folder, 'docker-2816.sock') })
  })

  afterAll(async () => {
    await daemon.close()
    await rm(folder, { recursive: true })
  })

  for (const { behaviour, check } of ENGINE_API_CHECKS) test(behaviour, () => check(daemon), 60_000)
})
