import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  addressOf,
  describeServer,
  eventually,
  freshNetworkId,
  injectedLabels,
  type RealDaemon,
} from '@route-server/testbed'
import { startBareServer, type BareServer } from './bare-server.ts'

const BOOT = 120_000
const MINUTE = 60_000
const FILE = '/var/lib/rediacc/live/watched/routes.yaml'

describeServer('a server that is set up for the lane by a file', () => {
  const id = freshNetworkId()
  const ip = addressOf(id, 0)
  let bare: BareServer
  let daemon: RealDaemon
  beforeAll(async () => {
    bare = await startBareServer()
    await bare.describe()
    daemon = await bare.server.startDockerd({ networkId: id })
    await setUp('--live')
  }, BOOT)
  afterAll(() => bare.close(), BOOT)

  async function setUp(flag: '--live' | '--no-live'): Promise<void> {
    const set = await bare.server.rdc('context', 'set-infra', 'server-1', flag)
    const pushed = await bare.push()
    expect([set.status, pushed.status, pushed.stderr]).toEqual([0, 0, expect.any(String)])
  }

  const isServed = (): Promise<void> =>
    eventually(
      async () => {
        const { address } = bare.server
        const answer = await bare.server.client.fetch(`https://web-${id}.example.com/`, { insecure: true, address })
        expect(answer).toMatchObject({ status: 200 })
      },
      { deadline: MINUTE, every: 250 },
    )

  test(
    'serves what starts there; the file is the two services’ alone',
    async () => {
      await daemon.run({
        name: 'web',
        labels: {
          ...injectedLabels(id, 'web', 0),
          'rediacc.service_port': '8080',
        },
        command: [`http=${ip}:8080`],
      })
      await isServed()
      const { stdout } = await bare.server.exec(`stat -c '%U %G %a' ${FILE}`)
      expect(stdout.trim()).toBe('rediacc-router rediacc-traefik 640')
      const { status } = await bare.server.exec(`setpriv --reuid nobody --regid nogroup --clear-groups cat ${FILE}`)
      expect(status).not.toBe(0)
    },
    2 * MINUTE,
  )

  test(
    'serves it while the route server is down, even where Traefik starts then',
    async () => {
      await bare.server.exec('systemctl stop rediacc-router.service; systemctl restart rediacc-traefik.service')
      await isServed()
      await bare.server.exec('systemctl start rediacc-router.service')
    },
    2 * MINUTE,
  )

  test(
    'goes back to the poll, and leaves nothing of the lane',
    async () => {
      await setUp('--no-live')
      await isServed()
      expect((await bare.server.exec('ls -d /var/lib/rediacc/live 2>/dev/null')).stdout).toBe('')
    },
    2 * MINUTE,
  )
})
