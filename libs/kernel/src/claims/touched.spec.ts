import { expect, test } from '@jest/globals'
import { DEFAULT_POLICY } from '../policy.ts'
import { createArbiter } from './arbitrate.ts'
import { EMPTY_LEDGER } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { codesOf, sampleRouter, sampleSettings, sampleWishes } from './sample-wishes.ts'
import { hostsClaimed } from './touched.ts'

const claim = { network: 64, since: 1, away: 0 }
const holding = (...hosts: readonly string[]): Ledger => ({
  ...EMPTY_LEDGER,
  hosts: new Map(hosts.map((host) => [host, claim])),
})

test('the hosts that were claimed are those that are new, or another network has', () => {
  const after = { ...holding('a', 'b', 'c'), entryPoints: EMPTY_LEDGER.entryPoints }
  after.hosts = new Map([...after.hosts, ['b', { ...claim, network: 128 }]])
  expect(hostsClaimed(holding('a', 'b'), after)).toEqual(
    new Map([
      ['b', 128],
      ['c', 64],
    ]),
  )
})

test('where more than hosts was claimed nothing is told of them', () => {
  const after: Ledger = { ...holding('a'), ports: new Map() }
  expect(hostsClaimed(holding('a'), after)).toBeUndefined()
})

/** Network 64 has more hosts than its share; then network 128 wants one. Says what is said in the end, and by a fresh arbiter. */
function afterClaim(host: string, wanted: readonly string[]) {
  const shares = { ...DEFAULT_POLICY.shares, hosts: 1 }
  const many = wanted.map((name, created) =>
    sampleRouter({ rule: `Host(\`${name}\`)` }, { name: `r${created}`, created }),
  )
  const arbiter = createArbiter(sampleSettings, { ...DEFAULT_POLICY, shares })
  const [network] = sampleWishes(...many)
  if (!network) throw new Error('There are no wishes.')
  const before = arbiter([network], EMPTY_LEDGER, 1)
  const [other] = sampleWishes(sampleRouter({ rule: `Host(\`${host}\`)` }, { network: 128, created: 99 }))
  if (!other) throw new Error('There are no wishes.')
  const after = arbiter([network, other], before.ledger, 2)
  const fresh = createArbiter(sampleSettings, { ...DEFAULT_POLICY, shares })([network, other], after.ledger, 3)
  return { before: before.verdicts.get(64), after: after.verdicts.get(64), codes: [codesOf(after), codesOf(fresh)] }
}

test("a claim that has nothing to do with a network's wishes leaves its verdict alone", () => {
  const { before, after, codes } = afterClaim('other.example.net', ['a.example.org', 'b.example.org'])
  expect(after).toBe(before)
  expect(codes).toEqual([['SHARE_EXCEEDED error'], ['SHARE_EXCEEDED error']])
})

test.each([
  ['the host itself', 'b.example.org', ['a.example.org', 'b.example.org']],
  ['a host below one of its wildcards', 'x.b.example.org', ['b.example.org', '*.b.example.org']],
])('a claim of %s is taken into account', (_, host, wanted) => {
  const { codes } = afterClaim(host, wanted)
  expect(codes[0]).toEqual(codes[1])
})
