import { describe, expect, test } from '@jest/globals'
import { acmeServer, email } from './acme.ts'
import { isPrivate, publicAddress } from './addresses.ts'
import { baseDomain } from './domain.ts'
import { portsText, rangesOf, showPorts } from './ports.ts'

const valueOf = (checked: object): unknown => ('value' in checked ? checked.value : undefined)
const problemOf = (checked: object): string => ('problem' in checked ? String(checked.problem) : '')

describe('a public address', () => {
  test.each([
    ['ipv4', '203.0.113.50', '203.0.113.50'],
    ['ipv4', '10.0.0.5', '10.0.0.5'],
    ['ipv6', '2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['ipv6', 'fd00::1', 'fd00::1'],
  ] as const)('of %s may be %s', (family, text, value) => {
    expect(valueOf(publicAddress(family)(text))).toBe(value)
  })

  test.each([
    ['ipv4', '2001:db8::1', 'not one of IPv6'],
    ['ipv6', '203.0.113.50', 'not one of IPv4'],
    ['ipv4', '203.0.113.500', 'expected an IPv4 address'],
    ['ipv4', 'example.com', 'expected an IPv4 address'],
    ['ipv4', '', 'expected an IPv4 address'],
    ['ipv4', '127.0.0.1', 'a loopback address'],
    ['ipv4', '0.0.0.0', 'an unspecified address'],
    ['ipv4', '224.0.0.251', 'a multicast address'],
    ['ipv4', '255.255.255.255', 'a reserved address'],
    ['ipv4', '169.254.1.1', 'a link-local address'],
    ['ipv6', '::1', 'a loopback address'],
    ['ipv6', '::', 'an unspecified address'],
    ['ipv6', 'ff02::1', 'a multicast address'],
    ['ipv6', 'fe80::1', 'a link-local address'],
    ['ipv6', 'fe80::1%eth0', 'expected an IPv6 address'],
    ['ipv6', '::ffff:203.0.113.50', 'no address of IPv6'],
  ] as const)("of %s can't be %s", (family, text, problem) => {
    expect(problemOf(publicAddress(family)(text))).toContain(problem)
  })

  test('is known to be private', () => {
    expect(['10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1'].filter(isPrivate)).toHaveLength(5)
    expect(['203.0.113.50', '172.32.0.1', '2001:db8::1'].filter(isPrivate)).toEqual([])
  })
})

describe('a base domain', () => {
  test.each([
    ['example.com', 'example.com'],
    ['Apps.Example.COM.', 'apps.example.com'],
    ['münchen.example', 'xn--mnchen-3ya.example'],
    ['example.co.uk', 'example.co.uk'],
    ['me.duckdns.org', 'me.duckdns.org'],
    ['lab.internal', 'lab.internal'],
  ])('may be %s', (text, value) => {
    expect(valueOf(baseDomain(text))).toBe(value)
  })

  test.each([
    ['com', 'public suffix'],
    ['co.uk', 'public suffix'],
    ['localhost', 'public suffix'],
    ['203.0.113.50', 'an address has no names below it'],
    ['2001:db8::1', 'an address has no names below it'],
    ['*.example.com', 'without *.'],
    ['https://example.com', 'not a URL'],
    ['my_apps.example.com', 'expected a domain'],
    ['-a.example.com', 'expected a domain'],
    ['exa mple.com', 'expected a domain'],
    ['example..com', 'expected a domain'],
    ['', 'expected a domain'],
    [`${'a.'.repeat(95)}example.com`, 'at most 180'],
  ])("can't be %s", (text, problem) => {
    expect(problemOf(baseDomain(text))).toContain(problem)
  })
})

test('an ACME server is reached over TLS, but for one on the machine itself', () => {
  expect(valueOf(acmeServer('letsencrypt-staging'))).toBe('https://acme-staging-v02.api.letsencrypt.org/directory')
  expect(valueOf(acmeServer('https://ca.example.com:9000/acme/acme/directory'))).toBe(
    'https://ca.example.com:9000/acme/acme/directory',
  )
  expect(valueOf(acmeServer('http://127.0.0.1:14000/dir'))).toBe('http://127.0.0.1:14000/dir')
  expect(problemOf(acmeServer('http://ca.example.com/dir'))).toContain('http:// is only for one on the machine itself')
  expect(problemOf(acmeServer('ca.example.com'))).toContain('expected the https:// URL')
  expect(problemOf(acmeServer('https://user:secret@ca.example.com/'))).toContain('without a user and a password')
})

test('an e-mail address', () => {
  expect(valueOf(email('Admin+certs@Example.com'))).toBe('Admin+certs@example.com')
  for (const text of [
    'admin',
    'admin@',
    '@example.com',
    'a b@example.com',
    'admin@localhost',
    'a@b@example.com',
    'a..b@example.com',
  ])
    expect(problemOf(email(text))).toContain('expected an e-mail address')
})

describe('ports', () => {
  const said = (text: string): string => portsText.safeParse(text).error?.issues[0]?.message ?? ''

  test('are numbers and ranges', () => {
    expect(portsText.parse('993, 25,10000-10003')).toEqual([25, 993, 10000, 10001, 10002, 10003])
    expect(portsText.parse('')).toEqual([])
    expect(portsText.parse('65535-65535')).toEqual([65535])
  })

  test.each(['0', '65536', '25;26', '-5', '10-5', '1.5', 'smtp', '0x19', '1e3', '5-'])('refuse %s', (text) => {
    expect(said(text)).toContain('expected ports from 1 to 65535')
  })

  test('refuse what is there twice, at any length', () => {
    expect(said('25,993,25')).toBe('25 is here twice')
    expect(said('10000-10010,10005-10007,25')).toBe('10005-10007 is here twice')
    expect(said('1-65535,1-65535')).toContain('1-65535 is here twice')
  })

  test('are shown with ranges of three and more', () => {
    expect(showPorts([25, 26, 143, 10000, 10001, 10002])).toBe('25, 26, 143, 10000-10002')
    expect(rangesOf([1, 2, 3, 5])).toEqual(['1-3', 5])
    expect(showPorts([])).toBe('')
  })
})
