import type { NetworkId, Settings } from '@route-server/plugin-api'
import { automaticHost, bindingsOf, formatRule, parseRule } from '@route-server/traefik'
import type { Rule } from '@route-server/traefik'
import { entryOf } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import { sharesCertificate } from '../ledger/fixed-owners.ts'

const isIn = (taken: ReadonlySet<string>, rule: Rule): boolean => bindingsOf(rule).hosts.some((host) => taken.has(host))

/** The rule with another host wherever it names one that is taken. What it merely excludes stays. */
function withHost(rule: Rule, taken: ReadonlySet<string>, host: string): Rule {
  if (rule.kind === 'not') return rule
  if (rule.kind === 'match') return isIn(taken, rule) ? { kind: 'match', matcher: 'Host', values: [host] } : rule
  const operands = new Map(
    rule.operands.map((operand) => withHost(operand, taken, host)).map((operand) => [formatRule(operand), operand]),
  )
  const [first, ...others] = operands.values()
  return first && others.length === 0 ? first : { kind: rule.kind, operands: [...operands.values()] }
}

interface Tls {
  readonly certResolver?: string
  readonly domains?: unknown
}

/** Without domains of its own: on automatic hosts alone, with the certificate that all of them share. */
function tlsOf(given: unknown, rule: Rule, { baseDomain = '', certResolver }: Settings) {
  if (given === undefined) return {}
  const { domains, ...tls } = given as Tls
  const isShared =
    tls.certResolver !== undefined &&
    tls.certResolver === certResolver &&
    bindingsOf(rule).hosts.every((host) => sharesCertificate(host, baseDomain))
  if (isShared) return { tls: { ...tls, domains: [{ main: `*.${baseDomain}` }] } }
  return domains === undefined ? {} : { tls }
}

/** The automatic host of the service that an entry comes from; `undefined` where there is none. */
export const automaticHostOf = ({ by }: Entry, network: NetworkId, { baseDomain }: Settings): string | undefined =>
  by && baseDomain !== undefined ? automaticHost({ service: by.service, network, baseDomain }) : undefined

/** An HTTP router that others' hosts keep from being served, at another host instead; everything else stays. */
export function rerouted(entry: Entry, taken: ReadonlySet<string>, host: string, settings: Settings): Entry {
  const parsed = parseRule(entry.value['rule'] as string, 'http')
  if (!('rule' in parsed)) return entry
  const rule = withHost(parsed.rule, taken, host)
  return entryOf({
    ...entry,
    value: { ...entry.value, rule: formatRule(rule), ...tlsOf(entry.value['tls'], rule, settings) },
  })
}
