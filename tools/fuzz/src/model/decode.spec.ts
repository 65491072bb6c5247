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

/** `http/routers/web/rule: "x"` as a document: a line for each level, the deeper the further in. */
const nested = (path: string): string =>
  path
    .split('/')
    .map((line, depth, { length }) => `${'  '.repeat(depth)}${line}${depth < length - 1 ? ':' : ''}\n`)
    .join('')
const router = (rule: string): string => nested(`http/routers/web/rule: ${rule}`)
const option = (text: string): string => nested(`http/middlewares/m/plugin/dev/a${text}`)

describe('the model has the surprises of the facts', () => {
  test.each([
    ['{}\n', 'accepted'],
    [nested('unknown/at/the: "root"'), 'accepted'],
    [nested('HTTP/Routers/web/RULE: "x"'), 'accepted'],
    [nested('http/routers/web: {}'), 'accepted'],
    [nested('http/routers/web/tls: {}'), 'accepted'],
    [nested('http/routers/web/priority: "10"'), 'accepted'],
    [`${option('/- 1')}            - 2\n`, 'accepted'],
    [`${option('/- 1')}            - true\n`, 'an item of a list of kind 2: true'],
    [router('"\\u0000\\u0085\\ufffe"'), 'accepted'],
    [router('"\\u255124 \\\\ud800 \\U0001f600ff"'), 'accepted'],
    [nested(`http/routers/"${'k'.repeat(1022)}": {}`), 'accepted'],
    ['http: {}\n', 'http cannot be a standalone element (http)'],
    [nested('http/routers: {}'), 'routers cannot be a standalone element (http.routers)'],
    [nested('http/routers/web/rul: "x"'), 'field not found, node: rul'],
    [nested('http/routers/web/priority: "10.5"'), '"10.5" is no int'],
    [`${router('"a"')}      rule: "b"\n`, 'mapping key rule already defined'],
    [option(': "\\u2551x"'), 'a list of no kind'],
    [nested('http/routers/web/rule/a: "b"'), 'invalid node rule: text'],
    [nested(`http/routers/"${'k'.repeat(1023)}": {}`), `a key of more than 1024 characters: "${'k'.repeat(1023)}"`],
  ])('%s', (text, verdict) => {
    expect(verdictOf(text)).toBe(verdict)
  })
})

test.each([
  '',
  '\n',
  '{}',
  'http: null\n',
  router('"a"').trimEnd(),
  `${router('"a"')}\n`,
  router('"a"').replaceAll('\n', '\r\n'),
  router('plain'),
  router("'a'"),
  router('1.5'),
  router('0x1f'),
  router('9223372036854775808'),
  router('2001-01-01'),
  router('{a: "b"}'),
  router('"a" # why'),
  router('&a "b"'),
  router('!!str "a"'),
  router('"\\/"'),
  router('"\\n"'),
  router('"\\ud83d\\ude00"'),
  router('"\\U00110000"'),
  router('"\u007f"'),
  router('"ü"'),
  router('"a" "b"'),
  router('"{{ env `HOME` }}"'),
  router('|\n        a'),
  router('"a"').replace('    web', '     web'),
  router('"a"').replace('  web', '\tweb'),
  nested('http/routers/true/rule: "a"'),
  nested('http/routers/\'web\'/rule: "a"'),
  nested('http/routers/<</rule: "a"'),
  `# why\n${router('"a"')}`,
  `---\n${router('"a"')}`,
  '- "a list"\n',
])('%j is not as a route document is written', (text) => {
  expect(decodeDocument(Buffer.from(text))).toMatchObject({ accepted: false, isForeign: true })
})

test('a document is nothing but ASCII', () => {
  expect(decodeDocument(Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0x0a))).toMatchObject({ accepted: false })
})
