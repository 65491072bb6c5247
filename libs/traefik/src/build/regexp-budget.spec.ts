import { expect, test } from '@jest/globals'
import type { SectionName } from '../schema/configuration.ts'
import { buildErrors } from './build-errors.ts'
import { affordsRule, newRegexpBudget } from './regexp-budget.ts'

const router = (rule: string): unknown => ({ rule, service: 's' })

/** How many of such entries one container may have. */
function allowed(section: SectionName, entry: unknown): number {
  const budget = newRegexpBudget()
  let count = 0
  while (count < 1000 && buildErrors(section, entry, {}, budget).length === 0) count += 1
  return count
}

test.each<readonly [SectionName, unknown, number]>([
  ['http.routers', router('Host(`a.org`) && PathPrefix(`/api`)'), 1000],
  ['http.routers', router('PathRegexp(`^/users/[0-9]+/edit$`)'), 625],
  ['http.routers', router('PathRegexp(`^/a.{1000}$`)'), 9],
  ['http.routers', router('Query(`a`, `b`) || PathRegexp(`.{500}`) || HostRegexp(`^[a-z]{400}$`)'), 11],
  ['tcp.routers', { ...(router('HostSNIRegexp(`^a{1000}$`)') as object), tls: {} }, 9],
  ['http.middlewares', { replacePathRegex: { regex: '^/(.{900})', replacement: '/$1' } }, 11],
  ['http.middlewares', { headers: { accessControlAllowOriginListRegex: ['a{400}', 'b{500}'] } }, 11],
])('%s %j: %i of them', (section, entry, count) => {
  expect(allowed(section, entry)).toBe(count)
})

test('what is over is refused with the reason, and what costs less still goes through', () => {
  const budget = newRegexpBudget()
  for (let i = 0; i < 9; i++) buildErrors('http.routers', router('PathRegexp(`^/.{1000}`)'), {}, budget)
  expect(buildErrors('http.routers', router('PathRegexp(`^/.{1000}`)'), {}, budget)).toEqual([
    { path: '', over: true, reason: expect.stringContaining('more than one container may have') as unknown },
  ])
  expect(buildErrors('http.routers', router('PathRegexp(`^/a$`)'), {}, budget)).toEqual([])
})

test('a rule that cannot be read counts by the ways in which it may have been meant', () => {
  const budget = newRegexpBudget()
  expect(affordsRule(budget, 'HostRegexp:{a:.{1000}}')).toBe(true)
  for (let i = 0; i < 5; i++) buildErrors('http.routers', router('PathRegexp(.{1000})'), {}, budget)
  expect(affordsRule(budget, 'HostRegexp:{a:.{1000}}')).toBe(false)
})
