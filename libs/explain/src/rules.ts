import { alternativesOf, covers, goRegexpFinds, parseRule } from '@route-server/traefik/rules'
import type { Condition } from '@route-server/traefik/rules'

/** What is known of a request; what isn't may be anything. */
interface Request {
  /** Lower case. */
  readonly host?: string | undefined
  readonly path?: string | undefined
}

type Matches = (value: string, known: string) => boolean

/** Matchers whose outcome can be told, and of which part of the request. */
const TOLD: Readonly<Record<string, readonly [part: keyof Request, matches: Matches]>> = {
  Host: ['host', (value, host) => covers(value.toLowerCase(), host)],
  HostRegexp: ['host', goRegexpFinds],
  Path: ['path', (value, path) => path === value],
  PathPrefix: ['path', (value, path) => path.startsWith(value)],
}

function mayHold({ matcher, values: [value = ''], negated }: Condition, request: Request): boolean {
  const [part, matches] = TOLD[matcher] ?? []
  const known = part && request[part]
  return known === undefined || matches === undefined || matches(value, known) !== negated
}

/** Whether such a request may match the rule, whatever else that asks for. */
export function mayMatch(rule: string, request: Request): boolean {
  const parsed = parseRule(rule, 'http')
  if (!('rule' in parsed)) return true
  const alternatives = alternativesOf(parsed.rule)
  return !alternatives || alternatives.some((all) => all.every((condition) => mayHold(condition, request)))
}

/** A path that the rule answers, if it asks for nothing but hosts and paths that can be told. */
export function pathIn(rule: string): string | undefined {
  const parsed = parseRule(rule, 'http')
  const [first] = ('rule' in parsed && alternativesOf(parsed.rule)) || []
  if (!first?.every(({ matcher, negated }) => !negated && /^(?:Host|Path|PathPrefix)$/.test(matcher))) return undefined
  return first.find(({ matcher }) => matcher !== 'Host')?.values[0] ?? '/'
}
