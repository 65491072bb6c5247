import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type { Recorded } from '../calibration/calibrate.ts'
import { decodeDocument } from './decode.ts'

const recorded = JSON.parse(
  readFileSync(new URL('../calibration/verdicts.json', import.meta.url), 'utf8'),
) as readonly Recorded[]

test('the model says of mutated documents what a real Traefik 3.7.15 was recorded to say', () => {
  expect(recorded.length).toBeGreaterThanOrEqual(300)
  const wrong = recorded.filter(
    ([document, accepted]) => decodeDocument(Buffer.from(document, 'base64')).accepted !== accepted,
  )
  expect(wrong).toEqual([])
})

const verdictOf = (text: string): string => {
  const verdict = decodeDocument(Buffer.from(text))
  return verdict.accepted ? 'accepted' : verdict.reason
}

const router = (rule: string): string => `http: {routers: {web: {rule: ${rule}}}}`

describe('the model has the surprises of the facts', () => {
  test.each([
    ['', 'accepted'],
    ['{}', 'accepted'],
    ['unknown: {at: {the: root}}', 'accepted'],
    ['http: null', 'accepted'],
    ['HTTP: {Routers: {web: {RULE: x}}}', 'accepted'],
    ['http: {routers: {web: {}}}', 'accepted'],
    ['http: {routers: {web: {tls: {}}}}', 'accepted'],
    ['http: {routers: {web: {priority: "10"}}}', 'accepted'],
    ['http: {routers: {web: {priority: 1e3}}}', 'accepted'],
    ['http: {middlewares: {m: {plugin: {dev: {a: [1, 2]}}}}}', 'accepted'],
    [router('"\\u0000\\u0085\\ufffe"'), 'accepted'],
    ['http: {}', 'http cannot be a standalone element (http)'],
    ['http: {routers: {}}', 'routers cannot be a standalone element (http.routers)'],
    ['http: {routers: {web: null}}', 'routers cannot be a standalone element (http.routers)'],
    ['http: {routers: {web: {rul: x}}}', 'field not found, node: rul'],
    ['http: {routers: {web: {priority: 10.5}}}', '"10.500000" is no int'],
    ['http: {routers: {web: {rule: a, rule: b}}}', 'mapping key scalar rule already defined'],
    ['http: {middlewares: {m: {plugin: {dev: {a: [1, true]}}}}}', 'an item of a list of kind 2: true'],
    ['http: {middlewares: {m: {plugin: {dev: {a: "║x"}}}}}', 'a list of no kind'],
    [router('2001-01-01'), 'field rule uses unsupported type: struct'],
    [router('{a: b}'), 'invalid node rule: text'],
    [router('"\\/"'), 'unknown escape character'],
    [router('"\\ud83d\\ude00"'), 'invalid Unicode character escape code'],
    [router('"\u007f"'), 'control characters are not allowed'],
    [`http: {routers: {"${'k'.repeat(1023)}": {}}}`, 'did not find expected , in a flow collection, but value'],
    ['- a list', 'the root is no map'],
  ])('%s', (text, verdict) => {
    expect(verdictOf(text)).toBe(verdict)
  })

  test('a document is no text in UTF-8', () => {
    expect(decodeDocument(Uint8Array.of(0x61, 0x3a, 0x20, 0xff))).toMatchObject({
      accepted: false,
      reason: 'invalid UTF-8',
    })
  })
})
