import { expect, test } from '@jest/globals'
import { aged } from './aged.ts'
import type { Aging, Used } from './aged.ts'
import { EMPTY_LEDGER } from './ledger.ts'
import type { Ledger } from './ledger.ts'

const claim = { network: 64, since: 1, away: 0 }
const ledger: Ledger = {
  hosts: new Map([['a.example.org', claim]]),
  entryPoints: new Map([['tcp tcp-25', [{ ...claim, use: 'alone' as const }]]]),
  ports: new Map([['64 tcp db 25', { ...claim, protocol: 'tcp' as const, service: 'db', port: 25, external: 25 }]]),
  certificates: new Map([['64 a.example.org', { network: 64, since: 1 }]]),
}
const all: Used = {
  hosts: new Set(['a.example.org']),
  entryPoints: new Map([['tcp tcp-25', 'alone']]),
  ports: new Set(['64 tcp db 25']),
  certificates: new Set(['64 a.example.org']),
}
const minute: Aging = { isAway: () => true, elapsed: 60, lapse: 100, date: 1 }
const WEEK = 7 * 24 * 3_600_000

test('what is used stays as it is, the same object', () => {
  expect(aged(ledger, new Map([[64, all]]), minute)).toBe(ledger)
})

test('what its owner does not use grows older, and lapses', () => {
  const once = aged(ledger, new Map(), minute)
  expect(once.hosts.get('a.example.org')?.away).toBe(60)
  expect(once.entryPoints.get('tcp tcp-25')?.[0]?.away).toBe(60)
  expect(once.ports.get('64 tcp db 25')?.away).toBe(60)
  expect(aged(once, new Map(), { ...minute, date: WEEK + 1 })).toEqual(EMPTY_LEDGER)
})

test('what others use is not used by its owner', () => {
  expect(aged(ledger, new Map([[128, all]]), minute).hosts.get('a.example.org')?.away).toBe(60)
})

test('what is used again is as new', () => {
  const once = aged(ledger, new Map(), minute)
  expect(aged(once, new Map([[64, all]]), minute)).toEqual(ledger)
})

test('nothing grows older while its owner’s daemon isn’t known', () => {
  expect(aged(ledger, new Map(), { ...minute, isAway: (network) => network !== 64 })).toBe(ledger)
})

test('a certificate counts for a week by the clock, and for as long as it is used', () => {
  const { certificates } = ledger
  const after = (date: number, used: ReadonlyMap<number, Used> = new Map()) =>
    aged(ledger, used, { ...minute, date }).certificates
  expect(after(WEEK)).toBe(certificates)
  expect(after(WEEK + 1).size).toBe(0)
  expect(after(9 * WEEK, new Map([[64, all]]))).toBe(certificates)
  expect(after(0).get('64 a.example.org')?.since).toBe(0)
})

test('an entry point that is now shared is kept so when the claim to all of it lapses', () => {
  const used = new Map([[64, { ...all, entryPoints: new Map([['tcp tcp-25', 'shared' as const]]) }]])
  const once = aged(ledger, used, minute)
  expect(once.entryPoints.get('tcp tcp-25')).toEqual([{ ...claim, use: 'alone', away: 60 }])
  expect(aged(once, used, minute).entryPoints.get('tcp tcp-25')).toEqual([{ ...claim, use: 'shared', away: 0 }])
})
