import { allocationKey, EMPTY_LEDGER, type Ledger } from '@route-server/kernel'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { claimLine, claimsHead, readClaims, readFirstClaims } from './claims-file.ts'
import { keptClaims } from './kept-claims.ts'
import { firstClaims, journalOf, ledgerOf } from './testing/samples.ts'

const bytes = (text: string): Buffer => Buffer.from(text)

test('a journal of claims is for people, too', () => {
  const claim = { network: 2816, since: 1_700_000_000_000, away: 0 }
  const ledger: Ledger = {
    hosts: new Map([['*.a.example.com', claim]]),
    entryPoints: new Map([['tcp tcp-25', [{ ...claim, use: 'alone' }]]]),
    ports: new Map(),
    certificates: new Map([['2816 a.example.com', { network: 2816, since: 1_700_000_000_000 }]]),
  }
  expect(journalOf(ledger) + claimLine('hosts', '*.a.example.com', undefined)).toBe(`{"format":2,"program":"0.1.0"}
{"hosts":{"*.a.example.com":{"network":2816,"since":1700000000000,"away":0}}}
{"entryPoints":{"tcp tcp-25":[{"network":2816,"since":1700000000000,"away":0,"use":"alone"}]}}
{"certificates":{"2816 a.example.com":{"network":2816,"since":1700000000000}}}
{"hosts":{"*.a.example.com":null}}
`)
})

test('the last line about a claim counts', () => {
  const claim = { network: 64, since: 1, away: 0 }
  const lines = [
    claimsHead('0.1.0'),
    ...keptClaims(EMPTY_LEDGER, '').take({
      ...EMPTY_LEDGER,
      hosts: new Map([
        ['a', claim],
        ['b', claim],
      ]),
    }),
    claimLine('hosts', 'a', undefined),
    claimLine('hosts', 'b', { ...claim, network: 128 }),
  ]
  const { ledger, lines: count } = readClaims(bytes(lines.join('')))
  expect([[...ledger.hosts], count]).toEqual([[['b', { ...claim, network: 128 }]], 5])
})

test('a change says only what is other than before', () => {
  const kept = keptClaims(ledgerOf(1), '0.1.0')
  expect(kept.take(ledgerOf(1))).toEqual([])
  expect(kept.take({ ...EMPTY_LEDGER, hosts: new Map([['nobody.example.com', undefined]]) })).toEqual([])
  const other = { network: 64, since: 1, away: 0 }
  expect(kept.take({ ...ledgerOf(1), hosts: new Map([['app.example.com', other]]) })).toEqual([
    '{"hosts":{"app.example.com":{"network":64,"since":1,"away":0}}}\n',
  ])
  expect(kept.size()).toBe([...kept.lines()].length)
})

const network = fc.integer({ min: 1, max: 262_143 }).map((n) => n * 64)
const claim = fc.record({ network, since: fc.nat(), away: fc.double({ min: 0, max: 1e12, noNaN: true }) })
const host = fc
  .oneof(fc.domain(), fc.constantFrom('__proto__', 'constructor', '*.example.com', '1', 'exämple.com'))
  .filter((name) => name === name.toLowerCase())
const protocol = fc.constantFrom('tcp' as const, 'udp' as const)
const port = fc.integer({ min: 1, max: 65_535 })
const maps = <T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(key, value)).map((entries) => new Map(entries))

test('what is written is read back, whatever the keys, in either format; the first knows no certificates', () => {
  const allocations = fc
    .record({ claim, protocol, service: fc.constantFrom('db', 'a-b', '__proto__'), port, external: port })
    .map(({ claim, ...rest }) => ({ ...claim, ...rest }))
  const use = fc.constantFrom('alone' as const, 'shared' as const)
  const entryPointClaim = fc.tuple(claim, use).map(([claim, use]) => ({ ...claim, use }))
  const ledgers = fc.record({
    hosts: maps(host, claim),
    entryPoints: maps(
      fc.tuple(protocol, fc.string({ minLength: 1 })).map((parts) => parts.join(' ')),
      fc.array(entryPointClaim, { minLength: 1, maxLength: 3 }),
    ),
    ports: fc.array(allocations).map((all) => new Map(all.map((each) => [allocationKey(each), each]))),
    certificates: fc
      .array(fc.tuple(host, claim))
      .map((all) => new Map(all.map(([name, { network, since }]) => [`${network} ${name}`, { network, since }]))),
  })
  fc.assert(
    fc.property(ledgers, (ledger) => {
      const text = journalOf(ledger)
      const lines = text.split('\n').length - 1
      expect(readClaims(bytes(text))).toEqual({ ledger: plain(ledger), lines, faults: [], isTorn: false })
      expect(readFirstClaims(bytes(firstClaims(ledger)))?.ledger).toEqual(plain({ ...ledger, certificates: new Map() }))
    }),
  )
})

/** As JSON has it: fast-check's records have no prototype, and there is no -0. */
const plain = (ledger: Ledger): unknown => {
  const again = (map: ReadonlyMap<string, unknown>) =>
    new Map([...map].map(([key, value]): [string, unknown] => [key, JSON.parse(JSON.stringify(value))]))
  return {
    hosts: again(ledger.hosts),
    entryPoints: again(ledger.entryPoints),
    ports: again(ledger.ports),
    certificates: again(ledger.certificates),
  }
}

const edited = (edit: (file: Record<string, never>) => void): string => {
  const file = JSON.parse(firstClaims(ledgerOf(1))) as Record<string, never>
  edit(file)
  return JSON.stringify(file)
}

test('what a later version added to format 1 is passed over, and a file without a format is of the first', () => {
  const text = edited((file: Record<string, unknown>) => {
    delete file.format
    file.colour = 'red'
    Object.assign((file.hosts as Record<string, object>)['app.example.com'] ?? {}, { note: 'mine' })
  })
  expect(readFirstClaims(bytes(text))).toMatchObject({ ledger: ledgerOf(1), faults: [] })
})

const claimed = { network: 2816, since: 1, away: 0 }

test.each<[keyof Ledger, string, unknown, RegExp]>([
  ['hosts', 'a.example.com', { ...claimed, network: 2817 }, /^hosts "a.example.com": network: /],
  ['hosts', 'a.example.com', { ...claimed, network: 2 ** 24 }, /^hosts "a.example.com": network: /],
  ['hosts', 'a.example.com', { ...claimed, away: -1 }, /^hosts "a.example.com": away: /],
  ['hosts', 'a.example.com', 'mine', /^hosts "a.example.com": expected object/],
  ['hosts', 'A.example.com', claimed, /^hosts "A.example.com": its key doesn't fit$/],
  ['hosts', 'a.example.com.', claimed, /its key doesn't fit$/],
  ['hosts', 'a\u202e\u001b[31m', { ...claimed, network: 'x' }, /^hosts "a\\u\{202e\}\\u\{1b\}\[31m": network: /],
  ['entryPoints', 'tcp tcp-25', [], /^entryPoints "tcp tcp-25": /],
  ['entryPoints', 'tcp-25', [{ ...claimed, use: 'shared' }], /its key doesn't fit$/],
  ['ports', '64 tcp db 1', { ...claimed, protocol: 'tcp', service: 'db', port: 1, external: 1 }, /key doesn't fit$/],
  ['ports', '2816 tcp db 1', { ...claimed, protocol: 'tcp', service: 'db', port: 1, external: 0 }, /external: /],
])('one claim that makes no sense costs itself alone: %s %j', (section, key, value, fault) => {
  const text = edited((file: Record<string, unknown>) => {
    file[section] = { ...(file[section] as object), [key]: value }
  })
  const first = readFirstClaims(bytes(text))
  expect(first?.faults).toEqual([expect.stringMatching(fault)])
  const without = ledgerOf(1)
  if (section === 'entryPoints' && key === 'tcp tcp-25')
    expect(first?.ledger).toEqual({ ...without, entryPoints: new Map() })
  else expect(first?.ledger).toEqual(without)
  // In a journal what is known of it stays.
  const { ledger, faults } = readClaims(bytes(journalOf(without) + claimLine(section, key, value)))
  expect(faults).toEqual([`line 55: ${first?.faults[0] ?? ''}`])
  expect(ledger).toEqual(without)
})

test('no claims at all are no damage', () => {
  expect(readClaims(bytes(journalOf(EMPTY_LEDGER)))).toEqual({
    ledger: EMPTY_LEDGER,
    lines: 1,
    faults: [],
    isTorn: false,
  })
  expect(readFirstClaims(bytes(firstClaims(EMPTY_LEDGER)))?.ledger).toEqual(EMPTY_LEDGER)
})

test('claims.json says nothing where there is a journal', () => {
  expect(readFirstClaims(bytes(claimsHead('0.1.0')))).toBeUndefined()
})
