import { describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Fragment } from '@route-server/plugin-api'
import { evaluate } from './evaluate.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import type { Limits } from '../policy.ts'
import { sampleContainer } from '../sample-container.ts'

const routers = (count: number): Fragment => ({
  http: {
    routers: Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `r${i}`,
        { rule: `Host(\`r${i}\`)`, entryPoints: ['websecure'], service: 'web' },
      ]),
    ),
  },
})

function said(labels: Readonly<Record<string, string>>, limits?: Limits, made = 1): readonly string[] {
  const plugin = definePlugin({
    name: 'one',
    labels: { 'acme.port': 'A port.', 'acme.host.{name}': 'A host.' },
    options: noOptions,
    contribute: () => routers(made),
  })
  const settings = { httpEntryPoints: ['websecure'], allowedReferences: [] }
  const { labels: own, ...container } = sampleContainer()
  const evaluation = evaluate(
    { ...container, labels: { ...own, ...labels } },
    [{ plugin, options: undefined }],
    settings,
    { ...DEFAULT_POLICY, ...(limits && { limits }) },
  )
  const over = evaluation.diagnostics.filter(({ code }) => code === 'LIMIT_EXCEEDED')
  // Whatever is over a limit costs the container, and nothing else does.
  expect(evaluation.contributions.length === 0).toBe(over.length > 0)
  return over.map(({ message }) => message)
}

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`label-${i}`, '']))

describe('what no real container has', () => {
  test('is left alone below the limits', () => {
    expect(said({ ...many(1_900), 'traefik.x': 'x'.repeat(65_536) }, undefined, 500)).toEqual([])
  })

  test('is too many labels', () => {
    expect(said(many(3_000))).toEqual([
      expect.stringMatching(/^It has 30\d\d labels, and 2000 are allowed.*limits\.labels\.$/),
    ])
  })

  test('is a label of many bytes, which may be fewer characters', () => {
    const [message] = said({ 'traefik.http.routers.web.rule': 'ü'.repeat(40_000) })
    expect(message).toBe(
      "It has a label traefik.http.routers.web.rule of 80000 bytes, and 65536 are allowed, so it isn't routed. " +
        'Use fewer, or ask the operator to raise limits.valueBytes.',
    )
    expect(said({ [`traefik.http.routers.${'x'.repeat(70_000)}.rule`]: '' })).toHaveLength(1)
    expect(said({ 'acme.port': 'x'.repeat(70_000) })).toHaveLength(1)
    expect(said({ 'acme.host.web': 'x'.repeat(70_000) })).toHaveLength(1)
    expect(said({ "somebody.else's": 'x'.repeat(1_000_000), 'acme.ports': 'x'.repeat(70_000) })).toEqual([])
  })

  test('is labels of many characters together', () => {
    const rules = (count: number, value: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`traefik.http.routers.r${i}.rule`, value]))
    expect(said(rules(9, 'x'.repeat(60_000)))).toEqual([
      expect.stringMatching(
        /^It has 54\d{4} characters in its labels for routing, and 524288 are allowed.*Use fewer\.$/,
      ),
    ])
    expect(said(rules(9, `HostRegexp(${'x'.repeat(5_000)}`))).toEqual([
      expect.stringMatching(/^It has 45\d{3} characters in labels with regular expressions, and 32768 are allowed/),
    ])
    expect(said({ ...rules(8, 'x'.repeat(60_000)), 'traefik.regex': 'x'.repeat(30_000) })).toEqual([])
    expect(said({ "somebody.else's.regexp": 'x'.repeat(1_000_000) })).toEqual([])
  })

  test('is too many routers', () => {
    expect(said({}, undefined, 501)).toEqual([expect.stringMatching(/^It has 501 routers, and 500 are allowed/)])
  })

  test('is as the operator says', () => {
    const limits = { labels: 10, valueBytes: 20, routers: 2 }
    expect(said({}, limits, 2)).toEqual([])
    expect(said({}, limits, 3)).toHaveLength(1)
    expect(said(many(11), limits)).toHaveLength(1)
    expect(said({ 'traefik.x': 'x'.repeat(21) }, limits)).toHaveLength(1)
  })
})
