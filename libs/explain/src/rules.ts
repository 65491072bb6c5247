import { alternativesOf, parseRule } from '@route-server/traefik'
import type { Condition } from '@route-server/traefik'

const isBelow = (path: string, prefix: string): boolean => path.startsWith(prefix)

/** Whether a condition on the path may hold; others may always. */
function mayHold({ matcher, values: [value = ''], negated }: Condition, path: string): boolean {
  if (matcher === 'Path') return (path === value) !== negated
  if (matcher === 'PathPrefix') return isBelow(path, value) !== negated
  return true
}

/** Whether a request for the path may match the rule, whatever else it asks for. */
export function mayMatch(rule: string, path: string): boolean {
  const parsed = parseRule(rule, 'http')
  if (!('rule' in parsed)) return true
  const alternatives = alternativesOf(parsed.rule)
  return !alternatives || alternatives.some((all) => all.every((condition) => mayHold(condition, path)))
}

/** A path that the rule answers, if it asks for nothing but hosts and paths that can be told. */
export function pathIn(rule: string): string | undefined {
  const parsed = parseRule(rule, 'http')
  const [first] = ('rule' in parsed && alternativesOf(parsed.rule)) || []
  if (!first?.every(({ matcher, negated }) => !negated && /^(?:Host|Path|PathPrefix)$/.test(matcher))) return undefined
  return first.find(({ matcher }) => matcher !== 'Host')?.values[0] ?? '/'
}
