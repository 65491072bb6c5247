import { REPEATED, repeatTooMuch } from '../go/regexp-size.ts'
import { remembered } from '../remembered.ts'
import { findMatcher } from './matchers.ts'
import type { RuleMiddleware } from './modifiers.ts'
import { rewritten } from './rule.ts'
import type { Match, Rule, RuleProtocol } from './rule.ts'
import { RuleError } from './scanner.ts'
import { parseSyntax } from './syntax.ts'
import { suggestInstead, suggestRepair } from './suggest.ts'
import type { MeantRule } from './suggest.ts'

export interface RuleOptions {
  /** `3.7` (the default), or an older one whose verdict is wanted. */
  readonly traefikVersion?: string
}

export type ParsedRule =
  | {
      readonly rule: Rule
      /** Set where the rule is valid and probably not what was meant: this would be. */
      readonly hint?: string
    }
  | {
      /** What is wrong, in plain English. */
      readonly error: string
      /** The whole rule as it was probably meant, in v3's spelling. */
      readonly hint?: string
      /** The middlewares that the rule of the hint needs to mean the same. */
      readonly needs?: readonly RuleMiddleware[]
    }

const NEWEST_MINOR = 7
const SHOWN = 60
/** One may take 20 ms to compile. */
const MAX_REGEXPS = 50

const shown = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)

const wants = (counts: readonly number[]): string => {
  const number = counts.join(' or ')
  return `${number} value${number === '1' ? '' : 's'}`
}

/** The matcher under its canonical name; throws where Traefik wouldn't build it. */
const checkMatch = (match: Match, protocol: RuleProtocol, minor: number): Match => {
  const { matcher: name, values } = match
  const matcher = findMatcher(name, protocol)
  if (matcher === undefined) {
    const other = protocol === 'http' ? 'tcp' : 'http'
    const where = findMatcher(name, other) === undefined ? '' : `; ${other.toUpperCase()} routers have`
    throw new RuleError(`${protocol.toUpperCase()} routers have no matcher ${shown(name)}${where}`)
  }
  if (!matcher.counts.includes(values.length)) {
    throw new RuleError(`${matcher.name} takes ${wants(matcher.counts)}, not ${values.length}`)
  }
  if (values.includes('')) throw new RuleError(`${matcher.name} has an empty value`)
  const problem = matcher.check(values, minor)
  if (problem !== undefined)
    throw new RuleError(`${matcher.name} of ${JSON.stringify(shown(values.at(-1) ?? ''))}: ${problem}`)
  return matcher.name === name ? match : { kind: 'match', matcher: matcher.name, values }
}

const checkMatches = (rule: Rule, protocol: RuleProtocol, minor: number): Rule => {
  const regexps: string[] = []
  const check = (node: Rule): Rule => {
    if (node.kind !== 'match') return rewritten(node, check)
    if (/regexp$/i.test(node.matcher)) {
      regexps.push(node.values.at(-1) ?? '')
      if (regexps.length > MAX_REGEXPS) throw new RuleError(`it has more than ${MAX_REGEXPS} regular expressions`)
      if (repeatTooMuch(regexps)) throw new RuleError(`it has ${REPEATED}`)
    }
    return checkMatch(node, protocol, minor)
  }
  return check(rule)
}

/** The verdict alone. */
const judge = (text: string, protocol: RuleProtocol, minor: number): { rule: Rule } | { error: string } => {
  try {
    return { rule: checkMatches(parseSyntax(text), protocol, minor) }
  } catch (error) {
    if (error instanceof RuleError) return { error: error.message }
    throw error
  }
}

const parse = (text: string, protocol: RuleProtocol, minor: number): ParsedRule => {
  // A lone surrogate reaches Traefik as U+FFFD.
  const wellFormed = text.replace(/\p{Surrogate}/gu, '\ufffd')
  const verdict = judge(wellFormed, protocol, minor)
  if ('rule' in verdict) {
    const hint = suggestInstead(verdict.rule, protocol)
    return hint === undefined ? verdict : { ...verdict, hint }
  }
  const meant = suggestRepair(wellFormed, protocol, (candidate) => 'rule' in judge(candidate, protocol, minor))
  if (!meant) return verdict
  const { rule: hint, middlewares: needs } = meant
  return { ...verdict, hint, ...(needs.length > 0 && { needs }) }
}

/** One rule is asked about again and again: whether it is one, what it names, whom it belongs to. */
const MOST_KNOWN = 200

const PARSERS = new Map<string, (text: string) => ParsedRule>()

/** One for a protocol and a version; there are ten at most. */
function parserOf(protocol: RuleProtocol, minor: number): (text: string) => ParsedRule {
  const key = `${protocol} ${minor}`
  let parser = PARSERS.get(key)
  if (!parser) PARSERS.set(key, (parser = remembered(MOST_KNOWN, (text) => parse(text, protocol, minor))))
  return parser
}

/**
 * A rule of an HTTP or TCP router, in Traefik's v3 language, with Traefik's own verdict: it has a tree where Traefik
 * would build the router. Stricter only in size: 250 levels, 10,000 matchers, 50 regular
 * expressions of 100,000 characters, 2,000 characters that counts in them repeat. Whether a router without TLS may name hosts in HostSNI is judged elsewhere.
 */
export const parseRule = (text: string, protocol: RuleProtocol, options: RuleOptions = {}): ParsedRule => {
  const minor = Number(options.traefikVersion?.split('.')[1] ?? NEWEST_MINOR)
  return parserOf(protocol, minor)(text)
}

/**
 * A rule of any Traefik as v3 spells it, with the middlewares that it needs to mean the same; `undefined` where nobody can say. It reads
 * v1's language (`Host:a.com;PathPrefixStrip:/x`), v2's, and v3's with slips of the pen.
 */
export function v3Rule(text: string, protocol: RuleProtocol): MeantRule | undefined {
  const parsed = parseRule(text, protocol)
  if ('rule' in parsed) return { rule: parsed.hint ?? text, middlewares: [] }
  return parsed.hint === undefined ? undefined : { rule: parsed.hint, middlewares: parsed.needs ?? [] }
}
