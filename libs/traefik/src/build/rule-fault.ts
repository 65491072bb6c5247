import { formatRule } from '../rules/format.ts'
import { hostSlip, namesHosts } from '../rules/meant-hosts.ts'
import { hasPlaceholder } from '../rules/modernize.ts'
import { parseRule } from '../rules/parse.ts'
import type { ParsedRule, RuleOptions } from '../rules/parse.ts'
import type { Match, RuleProtocol } from '../rules/rule.ts'
import { cleaned, hiddenIn, keptQuotes, matchesIn, variableIn } from '../rules/slips.ts'
import { parseV1 } from '../rules/v1.ts'
import type { Fault } from './fault.ts'

const SHOWN = 80

const shown = (match: Match): string => {
  const text = formatRule(match)
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}

const DOLLARS = 'write $$ for a $ in a compose file, and one $ in single quotes on a command line'

const SLIPS: readonly ((match: Match) => string | undefined)[] = [
  ({ values }) => {
    const variable = values.map(variableIn).find((found) => found !== undefined)
    return variable && `has ${variable} as it stands, which nothing has replaced; ${DOLLARS}, or set the variable`
  },
  (match) => {
    const problem = namesHosts(match.matcher) ? hostSlip(match.values[0] ?? '') : undefined
    return problem && `can match no request: ${shown(match)} ${problem}`
  },
  (match) =>
    hasPlaceholder(match)
      ? `has a placeholder of Traefik 2, which Traefik 3 takes for plain text: ${shown(match)}`
      : undefined,
]

/** What makes a rule that Traefik takes match something else than was meant; behind a `!`, that would be everything. */
function slipOf(parsed: ParsedRule): string | undefined {
  if ('error' in parsed) return undefined
  for (const match of matchesIn(parsed.rule))
    for (const slip of SLIPS) {
      const reason = slip(match)
      if (reason !== undefined) return reason
    }
  return undefined
}

const v1In = (text: string, protocol: RuleProtocol): string | undefined =>
  protocol === 'http' && parseV1(text) ? 'it is in the language of Traefik 1' : undefined

/** What is wrong with a router's rule: Traefik's own verdict, and what Traefik takes and then matches with nothing, or with anything. */
export function ruleFault(text: string, protocol: RuleProtocol, options: RuleOptions): Fault | undefined {
  const parsed = parseRule(text, protocol, options)
  const unread =
    'error' in parsed ? (keptQuotes(text) ?? hiddenIn(text) ?? v1In(text, protocol) ?? parsed.error) : undefined
  if (unread !== undefined)
    return {
      reason: `is a rule that Traefik can't read: ${unread}`,
      ...(parsed.hint !== undefined && { hint: parsed.hint }),
      ...('needs' in parsed && { needs: parsed.needs }),
    }
  // Go skips a byte order mark at the beginning.
  const hidden = hiddenIn(text.replace(/^\ufeff/, ''))
  if (hidden !== undefined) {
    const meant = parseRule(cleaned(text), protocol, options)
    return {
      reason: `can't match as it reads: ${hidden}`,
      built: true,
      ...('rule' in meant && { hint: cleaned(text) }),
    }
  }
  const reason = slipOf(parsed)
  return reason === undefined
    ? undefined
    : { reason, built: true, ...(parsed.hint !== undefined && { hint: parsed.hint }) }
}
