import type { Diagnostic, Settings } from '@route-server/plugin-api'
import { affordsRule, exactlyInV3, parseRule } from '@route-server/traefik'
import type { RegexpBudget, RuleProtocol } from '@route-server/traefik'
import type { Value } from '../document/entry.ts'
import { ruleModernized } from './messages.ts'
import type { Place } from './place.ts'

const PROTOCOLS: Readonly<Partial<Record<Place['section'], RuleProtocol>>> = {
  'http.routers': 'http',
  'tcp.routers': 'tcp',
}

/** Traefik's own where none is given: the rule's length in bytes, so that another spelling would change the order. */
const priorityOf = (rule: string): number => Buffer.byteLength(rule)

/**
 * A router with `ruleSyntax=v2` whose rule v3 spells exactly, so spelled: Traefik calls the syntax deprecated, and claims on hosts are
 * read off v3's. Any other value comes back as it was.
 */
export function inV3(
  place: Place,
  value: Value,
  settings: Settings,
  report: (said: Diagnostic) => void,
  regexps?: RegexpBudget,
): Value {
  const protocol = PROTOCOLS[place.section]
  const { ruleSyntax, ...rest } = value
  const { rule, priority } = rest as { readonly rule?: unknown; readonly priority?: unknown }
  if (protocol === undefined || ruleSyntax !== 'v2' || typeof rule !== 'string') return value
  const spelled = exactlyInV3(rule, protocol)
  if (spelled === undefined || (regexps && !affordsRule(regexps, spelled))) return value
  if ('error' in parseRule(spelled, protocol, settings)) return value
  report(ruleModernized(place, spelled))
  const isOrdered = priority !== undefined && priority !== 0
  return spelled === rule || isOrdered
    ? { ...rest, rule: spelled }
    : { ...rest, rule: spelled, priority: priorityOf(rule) }
}
