import { findMatcher, MATCHERS } from './matchers.ts'
import { nearest } from '../nearest.ts'
import { rewritten } from './rule.ts'
import type { Match, Rule, RuleProtocol } from './rule.ts'

/** What v2 and the other protocol call a matcher. */
const OTHER_NAMES: Readonly<Record<RuleProtocol, Readonly<Record<string, string>>>> = {
  http: {
    HostHeader: 'Host',
    HostSNI: 'Host',
    HostSNIRegexp: 'HostRegexp',
    Headers: 'Header',
    HeadersRegexp: 'HeaderRegexp',
  },
  tcp: { Host: 'HostSNI', HostHeader: 'HostSNI', HostRegexp: 'HostSNIRegexp' },
}

const canonicalName = (name: string, protocol: RuleProtocol): string => {
  const known = findMatcher(name, protocol)
  if (known !== undefined) return known.name
  const others = OTHER_NAMES[protocol]
  const names = MATCHERS.filter((matcher) => matcher.protocol === protocol).map((matcher) => matcher.name)
  const near = nearest(name, [...Object.keys(others), ...names])
  return near === undefined ? name : (others[near] ?? near)
}

interface Pattern {
  /** What a v2 placeholder without an expression stood for. */
  readonly placeholder: string
  readonly end: string
}

interface Template extends Pattern {
  readonly matcher: string
}

export const PATH_PLACEHOLDER = '[^/]+'

const HOST_TEMPLATE: Template = { matcher: 'HostRegexp', placeholder: '[^.]+', end: '$' }

/** v2's `{name:expression}`, by the matcher that it was written in. */
const TEMPLATES: Readonly<Record<string, Template>> = {
  Host: HOST_TEMPLATE,
  HostRegexp: HOST_TEMPLATE,
  HostSNI: { ...HOST_TEMPLATE, matcher: 'HostSNIRegexp' },
  HostSNIRegexp: { ...HOST_TEMPLATE, matcher: 'HostSNIRegexp' },
  Path: { matcher: 'PathRegexp', placeholder: PATH_PLACEHOLDER, end: '$' },
  PathPrefix: { matcher: 'PathRegexp', placeholder: PATH_PLACEHOLDER, end: '' },
}

/** One level of braces may stand inside: `{year:[0-9]{4}}`. Not `\p{L}`, `${x}` or `{{x}}`. */
const PLACEHOLDER = /(?<!\\[pP]|[\\${])\{[A-Za-z_][\w-]*(?::((?:[^{}]|\{[^{}]*\})*))?\}(?!\})/

/** All of them. */
export const PLACEHOLDERS = new RegExp(PLACEHOLDER, 'g')

/** Whether v2 read something else out of a matcher's value than v3, which takes a placeholder for plain text. */
export const hasPlaceholder = ({ matcher, values }: Match): boolean =>
  TEMPLATES[matcher] !== undefined && values.some((value) => PLACEHOLDER.test(value))

const literal = (text: string) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')

/** A template of v2 as a regular expression of v3. */
export const fromTemplate = (value: string, { placeholder, end }: Pattern): string => {
  const parts = value.split(PLACEHOLDERS)
  // Odd parts are what the placeholders' expressions say.
  const expressions = parts.map((part: string | undefined, index) => {
    if (index % 2 === 0) return literal(part ?? '')
    return part === undefined || part === '' ? placeholder : part.includes('|') ? `(?:${part})` : part
  })
  return `^${expressions.join('')}${end}`
}

const chain = (kind: 'and' | 'or', operands: readonly Rule[], otherwise: Rule): Rule => {
  const [first] = operands
  if (first === undefined) return otherwise
  return operands.length === 1 ? first : { kind, operands }
}

const match = (matcher: string, ...values: string[]): Match => ({ kind: 'match', matcher, values })

const inPairs = (original: Match, matcher: string): Rule => {
  const { values } = original
  if (values.length <= 2 || values.length % 2 === 1)
    return original.matcher === matcher ? original : match(matcher, ...values)
  const pairs = Array.from({ length: values.length / 2 }, (_, i) => match(matcher, ...values.slice(2 * i, 2 * i + 2)))
  return chain('and', pairs, original)
}

const fromQuery = (original: Match): Rule => {
  const { values } = original
  if (!values.some((value) => value.includes('='))) return match('Query', ...values)
  const queries = values.map((value) => {
    const [key = '', ...rest] = value.split('=')
    return rest.length === 0 ? match('Query', key) : match('Query', key, rest.join('='))
  })
  return chain('and', queries, original)
}

const modernizeMatch = (original: Match, protocol: RuleProtocol): Rule => {
  const name = canonicalName(original.matcher, protocol)
  if (name === 'Query') return fromQuery(original)
  const takes = findMatcher(name, protocol)?.counts ?? []
  if (takes.includes(2)) return inPairs(original, name)
  const template = TEMPLATES[name]
  const [value, ...more] = original.values
  const isPlain = more.length === 0 && !(template && value?.includes('{'))
  if (isPlain && original.matcher === name) return original
  // Among templates a plain host is one too: v2 anchored it.
  const templates = template?.matcher === name && original.values.some((value) => PLACEHOLDER.test(value))
  const rules = original.values.map((value) =>
    template !== undefined && (templates || PLACEHOLDER.test(value))
      ? match(template.matcher, fromTemplate(value, template))
      : match(name, value),
  )
  return chain('or', rules, original)
}

/** A rule in v2's syntax, or with misspelt matchers, as v3 spells it. What is right stays as it is. */
export const modernize = (rule: Rule, protocol: RuleProtocol): Rule => {
  if (rule.kind === 'match') return modernizeMatch(rule, protocol)
  return rewritten(rule, (operand) => modernize(operand, protocol))
}
