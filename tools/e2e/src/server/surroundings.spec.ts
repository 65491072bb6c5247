import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  ADDRESSES,
  addressOf,
  describeServer,
  eventually,
  freshNetworkId,
  injectedLabels,
  startCloudflare,
  type Cloudflare,
  type RealDaemon,
} from '@route-server/testbed'
import { startBareServer, type BareServer } from './bare-server.ts'

const BOOT = 120_000
const MINUTE = 60_000

/** Where the server's own resolver is; the client keeps the one that works. */
const RESOLVER = ADDRESSES.authority

describeServer('a server behind NAT, whose DNS is not what it should be', () => {
  let bare: BareServer
  let daemon: RealDaemon
  let elsewhere: Cloudflare
  const id = freshNetworkId()
  beforeAll(async () => {
    elsewhere = await startCloudflare()
    const listeners = elsewhere.listeners
      .filter(({ host }) => host === ADDRESSES.resolver)
      .map((listener) => ({ ...listener, host: RESOLVER }))
    bare = await startBareServer({ nat: true, listeners })
    await bare.describe()
    daemon = await bare.server.startDockerd({ networkId: id })
    // With a resolver that answers nothing they have to be known all the same.
    await bare.server.exec(
      `printf '%s\\n' '${ADDRESSES.cloudflare} api.cloudflare.com' '${ADDRESSES.authority} acme.example.net' >>/etc/hosts`,
    )
  }, BOOT)
  afterAll(async () => {
    await bare.close()
    await elsewhere.close()
  }, BOOT)

  const closePort53 = (): Promise<unknown> =>
    bare.server.exec(
      `nft 'table inet closed { chain out { type filter hook output priority 0; ip daddr ${ADDRESSES.nameServer} meta l4proto { tcp, udp } th dport 53 drop; }; }'`,
    )
  const resolver = (answers: 'REFUSED' | 'NXDOMAIN') => async (): Promise<void> => {
    await bare.server.exec(`nft delete table inet closed; echo 'nameserver ${RESOLVER}' >/etc/resolv.conf`)
    elsewhere.dns.resolver.setFault(answers)
  }
  let slot = 0

  /** A host that the wildcard doesn't cover is served with a certificate of its own. */
  async function isCertified(host: string): Promise<void> {
    const ip = addressOf(id, slot)
    await daemon.run({
      name: `web-${slot}`,
      labels: {
        ...injectedLabels(id, `web-${slot}`, slot),
        'traefik.enable': 'true',
        [`traefik.http.routers.web-${slot}.rule`]: `Host(\`${host}\`)`,
        [`traefik.http.routers.web-${slot}.entrypoints`]: 'websecure',
        [`traefik.http.routers.web-${slot}.tls.certresolver`]: 'letsencrypt',
        [`traefik.http.services.web-${slot}.loadbalancer.server.port`]: '8080',
      },
      command: [`http=${ip}:8080`],
    })
    slot += 1
    await eventually(
      async () =>
        expect(
          await bare.server.client.fetch(`https://${host}/`, {
            ca: bare.authority.root,
            address: bare.server.address,
          }),
        ).toMatchObject({ status: 200 }),
      { deadline: MINUTE, every: 250 },
    )
  }

  test.each([
    [
      'the zone cannot be asked: outgoing port 53 is closed',
      closePort53,
      "The machine can't ask the name servers of example.com (outgoing port 53 is closed)",
      'closed.deep.example.com',
    ],
    [
      'its resolver refuses',
      resolver('REFUSED'),
      "The machine's resolver doesn't know example.com: Traefik asks the zone's name servers instead",
      'refused.deep.example.com',
    ],
    [
      'its resolver has an old "there is no such name"',
      resolver('NXDOMAIN'),
      "The machine's resolver doesn't know example.com: Traefik asks the zone's name servers instead",
      'old.deep.example.com',
    ],
  ] as const)(
    '%s: a push finds out and says so, and certificates come all the same',
    async (_, prepare, note, host) => {
      await prepare()
      const { status, stderr } = await bare.push()
      expect([status, stderr]).toEqual([0, expect.stringContaining(note)])
      expect(stderr).toContain('203.0.113.50 is on no interface of server-1: entry points are at 10.0.0.5')
      await isCertified(host)
    },
    2 * MINUTE,
  )

  test(
    'nobody can be asked: a push says that Traefik waits instead',
    async () => {
      await closePort53()
      const { status, stderr } = await bare.push('--dry-run')
      expect([status, stderr]).toEqual([3, expect.stringContaining('Traefik waits 120 s for each challenge instead')])
    },
    MINUTE,
  )
})
