import { afterAll, beforeAll, test } from '@jest/globals'
import { ENGINE_API_CHECKS, type EngineUnderTest } from '@route-server/docker-simulator'
import {
  describeReal,
  freshNetworkId,
  makeTestDirectory,
  type RealDaemon,
  startDockerd,
  type TestDirectory,
} from '@route-server/testbed'
import { dockerEngine } from './docker-engine.ts'

describeReal('a real dockerd, as any Docker Engine', () => {
  let directory: TestDirectory | undefined
  let daemon: RealDaemon | undefined
  let engine: EngineUnderTest

  beforeAll(async () => {
    directory = makeTestDirectory()
    daemon = await startDockerd({ directory: directory.path, networkId: freshNetworkId() })
    engine = await dockerEngine(daemon.socket)
  }, 60_000)

  afterAll(async () => {
    await daemon?.close()
    await directory?.remove()
  }, 60_000)

  for (const { behaviour, check } of ENGINE_API_CHECKS) test(behaviour, () => check(engine), 120_000)
})
