import { expect, test } from '@jest/globals'
import { entryOf } from '../document/entry.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import { portTable } from './ports.ts'
import { sampleArbitration, sampleRouter, sampleSettings, sampleWishes, servedOf } from './sample-wishes.ts'

const settings = {
  ...sampleSettings,
  entryPoints: ['websecure', 'tcp-5432', 'tcp-10000', 'tcp-10001', 'tcp-10002', 'udp-53'],
}
const policy = { ...DEFAULT_POLICY, dynamicPorts: { tcp: { first: 10_000, last: 10_000 }, udp: { first: 1, last: 0 } } }
const service = entryOf({
  section: 'tcp.services',
  name: 'db-128',
  value: { loadBalancer: { servers: [{ address: '127.0.0.130:5432' }] } },
  references: [],
  origins: [],
})
const ask = (network: number, created: number) =>
  sampleRouter(
    { rule: 'HostSNI(`*`)', entryPoints: undefined },
    { network, created, protocol: 'tcp', name: 'db', asks: { protocol: 'tcp', port: 5432 } },
  )
const dns = sampleRouter({ entryPoints: ['udp-53'] }, { protocol: 'udp', name: 'dns' })

test('every port is told with where it leads, and what is free, and who waits', () => {
  const entries = [ask(64, 1), ask(128, 2), ask(192, 3), dns, service]
  const arbitration = sampleArbitration(entries, { settings, policy })
  const networks = [...sampleWishes(...servedOf(entries, arbitration).values()).values()].map(
    ({ network, wishes }) => ({ network, entries: wishes.entries }),
  )
  expect(portTable({ ...arbitration, networks, settings, policy })).toEqual({
    rows: [
      {
        external: 5432,
        protocol: 'tcp',
        entryPoint: 'tcp-5432',
        network: 64,
        service: 'db',
        router: 'db-64',
        internal: [],
        since: 1000,
        kind: 'fixed',
      },
      {
        external: 10_000,
        protocol: 'tcp',
        entryPoint: 'tcp-10000',
        network: 128,
        service: 'db',
        router: 'db-128',
        internal: ['127.0.0.130:5432'],
        since: 1000,
        kind: 'dynamic',
      },
      {
        external: 53,
        protocol: 'udp',
        entryPoint: 'udp-53',
        network: 64,
        service: 'dns',
        router: 'dns-64',
        internal: [],
        since: 1000,
        kind: 'fixed',
      },
    ],
    free: { tcp: [{ first: 10_001, last: 10_002 }], udp: [] },
    waiting: [{ network: 192, protocol: 'tcp', service: 'db', port: 5432 }],
  })
})

test('a claim whose owner is away is not free', () => {
  const { ledger } = sampleArbitration([dns], { settings, policy })
  expect(portTable({ ledger, waiting: [], networks: [], settings, policy }).free.udp).toEqual([])
})
