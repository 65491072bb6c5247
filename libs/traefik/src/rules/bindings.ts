import { formatRule } from './format.ts'
import { normalHost } from './host-names.ts'
import { hostsOfRegexp } from './regexp-hosts.ts'
import type { RegexpHosts } from './regexp-hosts.ts'
import { alternativesOf } from './rule.ts'
import type { Alternative, Condition, Rule } from './rule.ts'

/** Part of a rule that no host bounds. Its text and its problem make a sentence: ``Host(`10.0.0.1`) is an IP address``. */
export interface Unbound {
  /** At most 100 characters of it. */
  readonly rule: string
  readonly problem: string
}

/** The hosts whose requests a rule can match: no others, as long as nothing in it is unbound. */
export interface Bindings {
  /** Each host, or `*.parent` for whatever is below one; normal, sorted, each once. */
  readonly hosts: readonly string[]
  /** The alternatives that no host bounds; each may match any request. */
  readonly unbound: readonly Unbound[]
}

type Bound = RegexpHosts & { readonly condition?: Condition }

const SHOWN = 100

const shown = (rule: Rule): string => {
  const text = formatRule(rule)
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}

const ruleOf = ({ matcher, values, negated }: Condition): Rule => {
  const match: Rule = { kind: 'match', matcher, values }
  return negated ? { kind: 'not', operand: match } : match
}

const host = (text: string): RegexpHosts => {
  const name = normalHost(text)
  return 'host' in name ? { hosts: [name.host] } : name
}

/** The matchers that bind to hosts. By those that name a host an alternative is bound first; a regular expression beside one only narrows it. */
const NAMES: ReadonlySet<string> = new Set(['Host', 'HostSNI'])
const EXPRESSIONS: ReadonlySet<string> = new Set(['HostRegexp', 'HostSNIRegexp'])

const among = (alternative: Alternative, matchers: ReadonlySet<string>): readonly Condition[] =>
  alternative.filter(({ matcher, negated }) => !negated && matchers.has(matcher))

/** Remembers what was read: alternatives repeat the conditions of a rule. */
const remembering = (read: (text: string) => RegexpHosts): ((condition: Condition) => Bound) => {
  const known = new Map<string, RegexpHosts>()
  return (condition) => {
    const text = condition.values[0] ?? ''
    const found = known.get(text) ?? read(text)
    known.set(text, found)
    return { ...found, condition }
  }
}

/**
 * The hosts that a rule is bound to. Each of its alternatives is bound by all the hosts that it names, one with none by its regular
 * expressions as far as these tell their hosts; what it excludes (`!Host(…)`) binds nothing. It says what HTTP requests and TLS connections
 * can match; without TLS a TCP router's rule is never asked for hosts.
 */
export function bindingsOf(rule: Rule): Bindings {
  const alternatives = alternativesOf(rule)
  if (alternatives === undefined)
    return { hosts: [], unbound: [{ rule: shown(rule), problem: 'has too many alternatives to tell its hosts' }] }

  const readName = remembering(host)
  const readExpression = remembering(hostsOfRegexp)
  const bindingOf = (alternative: Alternative): readonly Bound[] => {
    const names = among(alternative, NAMES).map(readName)
    if (names.length > 0) return names
    const expressions = among(alternative, EXPRESSIONS).map(readExpression)
    const telling = expressions.filter((bound) => 'hosts' in bound)
    return telling.length > 0 ? telling : expressions
  }

  const hosts = new Set<string>()
  const unbound = new Map<string, Unbound>()
  const leave = (part: Rule, problem: string): void => {
    const text = shown(part)
    unbound.set(`${text} ${problem}`, { rule: text, problem })
  }
  for (const alternative of alternatives) {
    const bounds = bindingOf(alternative)
    if (bounds.length === 0) leave({ kind: 'and', operands: alternative.map(ruleOf) }, 'names no host')
    for (const bound of bounds)
      if ('hosts' in bound) for (const each of bound.hosts) hosts.add(each)
      else if (bound.condition) leave(ruleOf(bound.condition), bound.problem)
  }
  return { hosts: [...hosts].sort(), unbound: [...unbound.values()] }
}
