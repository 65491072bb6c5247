import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { describeServer, eventually } from '@route-server/testbed'
import { startBareServer, type BareServer } from './bare-server.ts'

const BOOT = 120_000

describeServer('a server behind NAT, with its SSH elsewhere', () => {
  let bare: BareServer
  beforeAll(async () => {
    bare = await startBareServer({ nat: true, sshPort: 2222 })
  }, BOOT)
  afterAll(() => bare.close(), BOOT)

  test('is reached at its public address, and says where its entry points are', async () => {
    await bare.describe()
    expect((await bare.server.rdc('context', 'set-infra', 'server-1', '--no-public-ipv6')).status).toBe(0)
    expect((await bare.server.rdc('context', 'add-machine', 'server-1', '--port', '2222')).status).toBe(0)
    const { status, stderr } = await bare.push()
    expect([status, stderr]).toEqual([0, expect.stringContaining(`entry points are at ${bare.server.primaryAddress}`)])
    await eventually(async () =>
      expect(await bare.server.client.fetch(`http://${bare.server.address}/`)).toMatchObject({
        status: 301,
        location: `https://${bare.server.address}/`,
      }),
    )
    expect((await bare.server.rdc('context', 'status', 'server-1')).status).toBe(0)
  }, 60_000)
})
