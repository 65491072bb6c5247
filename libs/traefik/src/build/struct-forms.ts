import { parseRule, v3Rule } from '../rules/parse.ts'
import type { RuleOptions } from '../rules/parse.ts'
import type { Rule } from '../rules/rule.ts'
import type { Node, StructForm } from '../schema/nodes.ts'
import type { Fault } from './fault.ts'
import { statusRangeError, TEXT_FORMS } from './text-forms.ts'

type Fields = Readonly<Record<string, unknown>>

/** Says what is wrong at a path below the struct; empty for the struct itself. */
export type Say = (path: string, reason: string, hint?: string, more?: Pick<Fault, 'needs' | 'built'>) => void

type Check = (fields: Fields, node: Node, say: Say, options: RuleOptions) => void

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as readonly string[]) : [])
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Whether Go would see something else than a zero value. */
const isSet = (value: unknown): boolean => {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return value !== undefined && value !== false
}

/** A union in Traefik is a struct of which one field is set; those of other kinds, such as lists, stand beside it. */
const kindsIn = (fields: Fields, node: Node): readonly string[] =>
  node.kind !== 'struct'
    ? []
    : Object.keys(fields).filter((name) => {
        const kind = node.fields[name]?.kind
        return fields[name] !== undefined && (kind === 'struct' || kind === 'map')
      })

const someKind: Check = (fields, node, say) => {
  if (kindsIn(fields, node).length === 0) say('', 'says nothing that Traefik could make it of')
}

/** The codes that Go has a text for. */
const STATUS_CODES: readonly (readonly [first: number, last: number])[] = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
]

const ruleSyntax =
  (protocol: 'http' | 'tcp'): Check =>
  ({ ruleSyntax, rule }, _, say) => {
    if (ruleSyntax !== 'v2') return
    const meant = v3Rule(isText(rule) ? rule : '', protocol)
    const needs = meant?.middlewares ?? []
    say(
      'ruleSyntax',
      "is the syntax of Traefik 2, which isn't served here",
      meant?.rule,
      needs.length > 0 ? { needs } : {},
    )
  }

/** The first host that a rule of a TCP router is for, in writing order: the one that Traefik looks at. */
function firstHost(rule: Rule, denied = false): string | undefined {
  if (rule.kind === 'match') return rule.matcher === 'HostSNI' && !denied ? rule.values[0] : undefined
  if (rule.kind === 'not') return firstHost(rule.operand, !denied)
  for (const operand of rule.operands) {
    const host = firstHost(operand, denied)
    if (host !== undefined) return host
  }
  return undefined
}

const httpRouter: Check = (fields, node, say, options) => {
  ruleSyntax('http')(fields, node, say, options)
  if (texts(fields['parentRefs']).length === 0) return
  for (const field of ['tls', 'observability'])
    if (fields[field] !== undefined) say(field, 'is for routers without a parent')
  if (isSet(fields['entryPoints'])) say('entryPoints', 'is for routers without a parent')
}

const tcpRouter: Check = (fields, node, say, options) => {
  ruleSyntax('tcp')(fields, node, say, options)
  const { rule, tls } = fields
  if (tls !== undefined || !isText(rule)) return
  const parsed = parseRule(rule, 'tcp', options)
  const host = 'rule' in parsed ? firstHost(parsed.rule) : undefined
  if (host !== undefined && host !== '*')
    say('rule', 'names a host, which only TLS tells: the router needs tls, or the rule HostSNI(`*`)')
}

const ipStrategy: Check = ({ depth, excludedIPs, ipv6Subnet }, _, say, options) => {
  const isDeep = Number(depth ?? 0) > 0
  if (!isDeep && isSet(excludedIPs)) {
    texts(excludedIPs).forEach((text, i) => {
      const wrong = TEXT_FORMS['ip-or-range'](text, {}, options)
      if (wrong) say(`excludedIPs[${i}]`, wrong.reason)
    })
    return
  }
  const bits = Number(ipv6Subnet ?? 128)
  if (bits < 1 || bits > 128) say('ipv6Subnet', 'must be a number from 1 to 128')
}

/** By the form that the schema names: says what is wrong among the fields of a struct of it. */
export const STRUCT_FORMS: Readonly<Record<StructForm, Check>> = {
  'basic-auth': ({ users, usersFile }, _, say) => {
    if (!isSet(users) && !isSet(usersFile)) say('users', 'is empty, so nobody could come in')
  },
  'client-auth': ({ caFiles, clientAuthType }, _, say) => {
    if (!isSet(caFiles) && ['VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'].includes(String(clientAuthType)))
      say('caFiles', 'is empty, so no certificate could be verified')
  },
  'client-tls': ({ cert, key }, _, say) => {
    if (isSet(cert) !== isSet(key)) say(isSet(cert) ? 'key' : 'cert', 'is missing: certificate and key go together')
  },
  compress: ({ includedContentTypes, excludedContentTypes, encodings, defaultEncoding }, _, say) => {
    if (isSet(includedContentTypes) && isSet(excludedContentTypes))
      say('excludedContentTypes', "can't stand beside includedContentTypes")
    if (isSet(defaultEncoding) && isSet(encodings) && !texts(encodings).includes(String(defaultEncoding)))
      say('defaultEncoding', 'must be one of its encodings')
  },
  'error-page': ({ statusRewrites }, _, say) => {
    for (const range of Object.keys(statusRewrites ?? {})) {
      const problem = statusRangeError(range)
      if (problem !== undefined) say(`statusRewrites.${range}`, `has a status that is none: ${problem}`)
    }
  },
  headers: (fields, _, say) => {
    if (!Object.values(fields).some(isSet)) say('', 'sets no header')
  },
  'http-router': httpRouter,
  'ip-allow-list': ({ rejectStatusCode }, _, say) => {
    const code = Number(rejectStatusCode ?? 0)
    if (code !== 0 && !STATUS_CODES.some(([first, last]) => code >= first && code <= last))
      say('rejectStatusCode', 'must be a status of HTTP, such as 403')
  },
  'ip-strategy': ipStrategy,
  'one-kind': (fields, node, say, options) => {
    someKind(fields, node, say, options)
    const kinds = kindsIn(fields, node)
    if (kinds.length > 1) say('', `is ${kinds.join(' and ')} at once; give each a name of its own`)
  },
  plugin: (fields, _, say) => {
    const names = Object.keys(fields)
    if (names.length !== 1 || names[0] === '') say('', 'must name one plugin')
  },
  retry: ({ status, disableRetryOnNetworkError }, _, say) => {
    if (disableRetryOnNetworkError === true && !isSet(status)) say('status', 'is empty, so there is nothing to retry')
  },
  'some-kind': someKind,
  'source-criterion': ({ ipStrategy, requestHeaderName, requestHost }, _, say) => {
    const given = [ipStrategy !== undefined, isSet(requestHeaderName), requestHost === true].filter(Boolean)
    if (given.length > 1) say('', 'must be one of ipStrategy, requestHeaderName and requestHost')
  },
  'tcp-router': tcpRouter,
}
