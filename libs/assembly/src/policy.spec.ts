import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { loadConfig } from '@route-server/config'
import { DEFAULT_POLICY, guardsOf } from '@route-server/kernel'
import { policyOf } from './policy.ts'

test('what the operator leaves out is as the kernel has it', () => {
  expect(policyOf(loadConfig())).toEqual(DEFAULT_POLICY)
})

test('what the operator says is the policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'))
  const file = join(folder, 'config.yaml')
  writeFileSync(
    file,
    `tenancy: trusted
hosts: { "*.Shop.example.com": 2816 }
forks: refuse
claimLapse: 1d
hold: 0
dynamicPorts: { tcp: false, udp: 5000-5001 }
shares: { ports: 3 }
limits: { routers: 7 }
allow: { catchAll: [64], upstreams: [10.0.0.0/8], files: [/srv], plugins: [geo], tlsStores: [128] }
plugins: [http, tcp, udp, auto-route]
`,
  )
  expect(policyOf(loadConfig({ file }))).toEqual({
    tenancy: 'trusted',
    guards: guardsOf('trusted'),
    hosts: { '*.shop.example.com': 2816 },
    catchAll: [64],
    upstreams: ['10.0.0.0/8'],
    files: ['/srv'],
    plugins: ['geo'],
    tlsStores: [128],
    forks: 'refuse',
    dynamicPorts: { tcp: { first: 1, last: 0 }, udp: { first: 5000, last: 5001 } },
    claimLapse: 86_400_000,
    hold: 0,
    shares: { ...DEFAULT_POLICY.shares, ports: 3 },
    limits: { ...DEFAULT_POLICY.limits, routers: 7 },
    notEnabled: [expect.objectContaining({ name: 'middleware' })],
  })
  rmSync(folder, { recursive: true })
})
