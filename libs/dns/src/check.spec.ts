import { describe, expect, test } from '@jest/globals'
import { EMPTY_INFRA, type Machine } from '@route-server/machine'
import type { ServedCertificate } from './certificate.ts'
import { checkHost } from './check.ts'
import { LookupError, type Lookup } from './lookup.ts'

const machine: Machine = {
  name: 'server-1',
  ssh: { host: '203.0.113.50' },
  infra: { ...EMPTY_INFRA, publicIpv4: '203.0.113.50', baseDomain: 'example.com' },
}
const GOOD: ServedCertificate = {
  subject: 'app.example.com',
  issuer: "Let's Encrypt R11",
  until: new Date('2027-01-01'),
  isFor: true,
  isTrusted: true,
  why: '',
  isStaging: false,
}

type Zone = Readonly<Record<string, readonly string[]>>

/** `A app.example.com` and so on to its answers. */
const lookup = (zone: Zone): Lookup => ({
  a: (name) => Promise.resolve(zone[`A ${name}`] ?? []),
  aaaa: (name) => Promise.resolve(zone[`AAAA ${name}`] ?? []),
  ns: (name) => Promise.resolve(zone[`NS ${name}`] ?? []),
  caa: (name) => Promise.resolve(zone[`CAA ${name}`] ?? []),
})
const DELEGATION: Zone = { 'NS example.com': ['ns1.example.net'], 'A ns1.example.net': ['192.0.2.1'] }

const checked = (
  zone: Zone,
  {
    cached = zone,
    certificate = GOOD,
    host = 'app.example.com',
    of = machine,
  }: { cached?: Zone; certificate?: ServedCertificate | null; host?: string; of?: Machine } = {},
) =>
  checkHost(host, of, {
    resolver: lookup({ ...DELEGATION, ...cached }),
    at: () => lookup(zone),
    certificate: () => Promise.resolve(certificate ?? undefined),
  })

const HERE: Zone = { 'A app.example.com': ['203.0.113.50'] }

test('a host that points here, with a certificate, has no problem', async () => {
  expect(await checked(HERE)).toEqual({
    host: 'app.example.com',
    verdict: 'here',
    addresses: ['203.0.113.50'],
    certificateUntil: GOOD.until,
    problems: [],
  })
})

describe('what is wrong is said with what to do', () => {
  test.each<readonly [string, Zone, NonNullable<Parameters<typeof checked>[1]>, string, RegExp]>([
    [
      'no record',
      {},
      {},
      'missing',
      /has no address record\. Add "app\.example\.com\. 300 IN A 203\.0\.113\.50", or run "rdc dns apply server-1"/,
    ],
    [
      'another machine',
      { 'A app.example.com': ['198.51.100.7'] },
      {},
      'elsewhere',
      /points to 198\.51\.100\.7, which isn't server-1/,
    ],
    [
      'half of it elsewhere',
      { 'A app.example.com': ['203.0.113.50', '198.51.100.7'] },
      {},
      'elsewhere',
      /points to 198\.51\.100\.7,/,
    ],
    ['proxied', { 'A app.example.com': ['104.16.1.1'] }, {}, 'proxied', /Cloudflare's proxy/],
    [
      'an old answer of a resolver',
      HERE,
      { cached: { 'A app.example.com': ['198.51.100.7'] } },
      'here',
      /resolver still says 198\.51\.100\.7/,
    ],
    [
      'a CAA record of another authority',
      { ...HERE, 'CAA example.com': ['issue digicert.com'] },
      {},
      'here',
      /CAA record of example\.com allows only digicert\.com/,
    ],
    ['no answer on 443', HERE, { certificate: null }, 'here', /gives no answer for https/],
    [
      'the default certificate',
      HERE,
      { certificate: { ...GOOD, subject: 'no certificate', isFor: false, isTrusted: false } },
      'here',
      /no certificate of its own yet/,
    ],
    [
      'a staging certificate',
      HERE,
      { certificate: { ...GOOD, issuer: '(STAGING) Counterfeit Cashew', isTrusted: false, isStaging: true } },
      'here',
      /staging authority/,
    ],
    [
      'no IPv6',
      HERE,
      { of: { ...machine, infra: { ...machine.infra, publicIpv6: '2001:db8::1' } } },
      'here',
      /no AAAA record/,
    ],
  ])('%s', async (_, zone, options, verdict, problem) => {
    const result = await checked(zone, options)
    expect(result.verdict).toBe(verdict)
    expect(result.problems.join('\n')).toMatch(problem)
  })
})

test('CAA records that allow the authority are no problem; those of a wildcard are its own', async () => {
  expect(
    (
      await checked({
        ...HERE,
        'CAA app.example.com': ['issue letsencrypt.org; validationmethods=dns-01'],
        'CAA example.com': ['issue digicert.com'],
      })
    ).problems,
  ).toEqual([])
  const wild = await checked(
    { 'A rediacc-check.example.com': ['203.0.113.50'], 'CAA example.com': ['issue letsencrypt.org', 'issuewild ;'] },
    { host: '*.example.com' },
  )
  expect(wild).toMatchObject({
    verdict: 'here',
    problems: [expect.stringContaining('gives no certificate for *.example.com')],
  })
})

test('a domain that nobody answers for, and a resolver that refuses', async () => {
  expect((await checked({}, { host: 'app.nowhere.test' })).problems[0]).toContain('Nobody answers for app.nowhere.test')
  const refusing: Lookup = {
    ...lookup({}),
    ns: () => Promise.reject(new LookupError('192.0.2.9 gives no answer for example.com (refused)')),
  }
  const result = await checkHost('app.example.com', machine, {
    resolver: refusing,
    at: () => refusing,
    certificate: () => Promise.resolve(GOOD),
  })
  expect(result).toMatchObject({
    verdict: 'unknown',
    problems: [
      '192.0.2.9 gives no answer for example.com (refused). Is DNS reachable from here? Name another resolver with --resolver.',
    ],
  })
})
