import { expect, test } from '@jest/globals'
import { EMPTY_INFRA, type Machine } from '@route-server/machine'
import { neededRecords, zoneLine } from './records.ts'

const machine: Machine = {
  name: 'server-1',
  ssh: { host: '203.0.113.50' },
  infra: { ...EMPTY_INFRA, publicIpv4: '203.0.113.50', publicIpv6: '2001:db8::1', baseDomain: 'example.com' },
}
const lines = (...hosts: readonly string[]): readonly string[] =>
  neededRecords(
    { ...machine, infra: { ...machine.infra, publicIpv6: undefined } as unknown as Machine['infra'] },
    hosts,
  ).map(zoneLine)

test('a machine needs its wildcard, by IPv4 and IPv6', () => {
  expect(neededRecords(machine, []).map(zoneLine)).toEqual([
    '*.example.com. 300 IN A 203.0.113.50',
    '*.example.com. 300 IN AAAA 2001:db8::1',
  ])
})

test('routed hosts that the wildcard covers need nothing of their own', () => {
  expect(lines('app.example.com', 'MyApp-2816.example.com')).toEqual(lines())
  expect(
    lines('example.com', 'a.b.example.com', 'shop.example.org', '*.shop.example.org', 'notexample.com').slice(1),
  ).toEqual([
    '*.shop.example.org. 300 IN A 203.0.113.50',
    'a.b.example.com. 300 IN A 203.0.113.50',
    'example.com. 300 IN A 203.0.113.50',
    'notexample.com. 300 IN A 203.0.113.50',
    'shop.example.org. 300 IN A 203.0.113.50',
  ])
})

test('what is no name gets no record', () => {
  expect(lines('*', 'localhost', '^[a-z]+$', 'a..example.org', '-x.example.org')).toEqual(lines())
})
