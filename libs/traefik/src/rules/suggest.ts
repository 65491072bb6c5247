import { formatRule } from './format.ts'
import { withMeantHosts } from './meant-hosts.ts'
import { modernize } from './modernize.ts'
import { unmodified } from './modifiers.ts'
import type { RuleMiddleware } from './modifiers.ts'
import type { Rule, RuleProtocol } from './rule.ts'
import { goStringLiteral } from './string-literal.ts'
import { cleaned } from './slips.ts'
import { syntaxOf } from './syntax.ts'
import { parseV1 } from './v1.ts'

/** A longer rule gets no hint: nobody would read it. */
const MAX_LENGTH = 4000

const quoteEach = (values: string): string =>
  values
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')
    .map(goStringLiteral)
    .join(', ')

/** Habits of other languages and of v1, undone outside of strings. In this order. */
const REPAIRS: readonly (readonly [pattern: RegExp, replacement: (...groups: string[]) => string])[] = [
  [/'([^'`]*)'|[\u2018\u201c]([^\u2019\u201d`]*)[\u2019\u201d]/g, (_, a = '', b = '') => `\`${a}${b}\``],
  [
    /\b(Host|HostRegexp|Path|PathPrefix)\s*:([^;()`&|]+)/g,
    (_, name = '', values = '') => `${name}(${quoteEach(values)})`,
  ],
  [/\b([A-Za-z]+)\(([^()"`]+)\)/g, (_, name = '', values = '') => `${name}(${quoteEach(values)})`],
  [/\band\b/gi, () => '&&'],
  [/\bor\b/gi, () => '||'],
  [/\bnot\b/gi, () => '!'],
  [/&+/g, () => '&&'],
  [/\|+/g, () => '||'],
  [/;\s*$/g, () => ''],
  [/;/g, () => ' && '],
  [/\s*\n\s*/g, () => ' '],
]

const repair = (text: string): string =>
  REPAIRS.reduce(
    (repaired, [pattern, replacement]) =>
      repaired
        .split(/(`[^`]*`|"[^"\\\n]*(?:\\.[^"\\\n]*)*")/)
        .map((part, index) => (index % 2 === 0 ? part.replace(pattern, replacement) : part))
        .join(''),
    text,
  )

/** What was meant, in v3's language. */
export interface MeantRule {
  readonly rule: string
  /** Without these it would be another route: older rules changed requests, too. In the order in which they are to be passed. */
  readonly middlewares: readonly RuleMiddleware[]
}

const EVERYTHING: Rule = { kind: 'match', matcher: 'PathPrefix', values: ['/'] }

function meantBy(written: Rule, protocol: RuleProtocol): MeantRule | undefined {
  const spelled = (rule: Rule): string => formatRule(withMeantHosts(modernize(rule, protocol)))
  if (protocol === 'tcp') return { rule: spelled(written), middlewares: [] }
  const parted = unmodified(written)
  return parted && { rule: spelled(parted.rule ?? EVERYTHING), middlewares: parted.middlewares }
}

function* readings(text: string, protocol: RuleProtocol): Iterable<Rule | undefined> {
  yield syntaxOf(text)
  const bare = cleaned(text)
  if (bare !== text) yield syntaxOf(bare)
  if (protocol === 'http') yield parseV1(bare)
  yield syntaxOf(repair(bare))
}

/** An invalid rule as it was probably meant, and valid; `undefined` where nobody can guess. */
export const suggestRepair = (
  text: string,
  protocol: RuleProtocol,
  isValid: (rule: string) => boolean,
): MeantRule | undefined => {
  if (text.length > MAX_LENGTH) return undefined
  for (const written of readings(text, protocol)) {
    const meant = written && meantBy(written, protocol)
    if (meant && isValid(meant.rule)) return meant
  }
  return undefined
}

/** What was probably meant by a rule that is valid: as v2 would have read it, and with hosts for URLs; `undefined` where that is the same. */
export const suggestInstead = (rule: Rule, protocol: RuleProtocol): string | undefined => {
  const meant = withMeantHosts(modernize(rule, protocol))
  if (meant === rule) return undefined
  const written = formatRule(rule)
  const better = formatRule(meant)
  return written.length > MAX_LENGTH || better === written ? undefined : better
}
