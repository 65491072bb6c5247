import { formatRule } from './format.ts'
import { namesHosts } from './meant-hosts.ts'
import { hasPlaceholder, modernize, PLACEHOLDERS } from './modernize.ts'
import type { Match, RuleProtocol } from './rule.ts'
import { hiddenIn, matchesIn } from './slips.ts'
import { syntaxOf } from './syntax.ts'

const MAX_LENGTH = 4000

/** Of v2's matchers those that v3 has, under some name, with the same meaning: `Query` took the first value of a name alone. */
const SAME: Readonly<Record<RuleProtocol, readonly string[]>> = {
  http: ['Host', 'HostHeader', 'HostRegexp', 'ClientIP', 'Path', 'PathPrefix', 'Method', 'Headers', 'HeadersRegexp'],
  tcp: ['HostSNI', 'HostSNIRegexp', 'ClientIP', 'ALPN'],
}

const isRegexp = (matcher: string): boolean => matcher === 'HostRegexp' || matcher === 'HostSNIRegexp'
const hasTemplates = (matcher: string): boolean => isRegexp(matcher) || matcher.startsWith('Path')

/** v2 had no wildcards, read no text as an expression, and matched hosts whatever their case. */
function isSame(match: Match, protocol: RuleProtocol): boolean {
  const { matcher, values } = match
  if (!SAME[protocol].includes(matcher)) return false
  if (namesHosts(matcher) || matcher === 'HostHeader')
    return !values.some(
      (value) => /[{}]/.test(value) || (value.includes('*') && !(protocol === 'tcp' && value === '*')),
    )
  if (!hasTemplates(matcher)) return true
  if (
    isRegexp(matcher) &&
    !values.every((value) => hasPlaceholder({ ...match, values: [value] }) && !/[A-Z]/.test(value))
  )
    return false
  return values.every((value) => !/[{}]/.test(value.replace(PLACEHOLDERS, '')))
}

/** A rule that was declared to be in v2's syntax, as v3 spells exactly the same; `undefined` where that isn't sure. */
export function exactlyInV3(text: string, protocol: RuleProtocol): string | undefined {
  if (text.length > MAX_LENGTH || hiddenIn(text) !== undefined) return undefined
  const rule = syntaxOf(text)
  if (!rule || ![...matchesIn(rule)].every((match) => isSame(match, protocol))) return undefined
  return formatRule(modernize(rule, protocol))
}
