import { isGoIp } from '../go/ip.ts'
import { rewritten } from './rule.ts'
import type { Rule } from './rule.ts'

/** What a person wrote where a host belongs, as host and path. */
interface Place {
  readonly host: string
  /** Empty, or with a slash before it. */
  readonly path: string
}

const HOST_MATCHERS: ReadonlySet<string> = new Set(['Host', 'HostSNI'])
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i
const PORT = /:[0-9]*$/

const isAddress = (text: string): boolean => isGoIp(text.replace(/^\[(.*)\]$/, '$1'))

function placeOf(text: string): Place {
  const bare = text.replace(SCHEME, '')
  const slash = /[/?#]/.exec(bare)?.index ?? bare.length
  const authority = bare.slice(0, slash)
  const path = /^[^?#]*/.exec(bare.slice(slash))?.[0] ?? ''
  const host = isAddress(authority) ? authority : authority.replace(PORT, '')
  return { host, path: /^\/*$/.test(path) ? '' : path }
}

/** Why no request has such a host; `undefined` where one may. */
export function hostSlip(text: string): string | undefined {
  if (SCHEME.test(text)) return 'is a URL, and a host is meant'
  if (/[/?#]/.test(text)) return 'has a slash, and hosts have none'
  if (/\s|,/.test(text)) return 'has a blank or a comma; each host needs a Host of its own'
  if (!isAddress(text) && PORT.test(text)) return 'has a port, and hosts are compared without'
  return undefined
}

/** The hosts in a matcher's value that were probably meant, each with the path that stood behind it. */
function meantRule(matcher: string, value: string): Rule {
  const rules = value
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part): Rule => {
      const { host, path } = placeOf(part)
      const named: Rule = { kind: 'match', matcher, values: [host] }
      return path === '' || matcher !== 'Host'
        ? named
        : { kind: 'and', operands: [named, { kind: 'match', matcher: 'PathPrefix', values: [path] }] }
    })
  const [first] = rules
  return rules.length === 1 && first ? first : { kind: 'or', operands: rules }
}

/** The rule with hosts where it has URLs, ports, paths or lists for hosts. */
export function withMeantHosts(rule: Rule): Rule {
  if (rule.kind !== 'match') return rewritten(rule, withMeantHosts)
  const [value = ''] = rule.values
  const isMeant = HOST_MATCHERS.has(rule.matcher) && rule.values.length === 1 && hostSlip(value) !== undefined
  return isMeant ? meantRule(rule.matcher, value) : rule
}

/** Whether a matcher compares hosts by name. */
export const namesHosts = (matcher: string): boolean => HOST_MATCHERS.has(matcher)
