import type { Diagnostic, Settings } from '@route-server/plugin-api'
import { hostsOf, parseRule } from '@route-server/traefik'
import type { Protocol } from '@route-server/traefik'
import type { Value } from '../document/entry.ts'
import { entryPointsOf } from './entry-points.ts'
import { certificateMissing, certResolverUnknown, entryPointRedirected, tlsSettingUnused } from './messages.ts'
import { meantOf } from './meant.ts'
import type { Place } from './place.ts'

/** What a router says about TLS. */
interface Tls {
  readonly certResolver?: string
  readonly passthrough?: boolean
  readonly options?: string
  readonly domains?: readonly unknown[]
}

interface Router {
  readonly place: Place
  readonly protocol: Protocol
  readonly value: Value
  readonly tls: Tls | undefined
}

type Habit = (router: Router, settings: Settings) => readonly Diagnostic[]

/** Plain HTTP: Traefik's own redirection answers there, before every router of ours. */
const REDIRECTING = ['web', 'web-v6']

const redirectedOnly: Habit = ({ place, protocol, value }, { httpEntryPoints }) => {
  const named = entryPointsOf(value)
  const isRedirecting = (name: string): boolean => REDIRECTING.includes(name)
  return protocol === 'http' && named.length > 0 && named.every(isRedirecting) && !httpEntryPoints.some(isRedirecting)
    ? [entryPointRedirected(place, httpEntryPoints)]
    : []
}

const unknownCertResolver: Habit = ({ place, tls }, { certResolver, certResolvers }) => {
  const name = tls?.certResolver ?? ''
  return name === '' || certResolvers === undefined || name === certResolver || certResolvers.includes(name)
    ? []
    : [certResolverUnknown(place, name, meantOf(name, certResolvers))]
}

/** Whether a certificate for `*.{baseDomain}` is one for the host. */
const isCovered = (host: string, baseDomain: string): boolean =>
  host.endsWith(`.${baseDomain}`) && !host.slice(0, -baseDomain.length - 1).includes('.')

const missingCertificate: Habit = ({ place, protocol, value, tls }, { baseDomain, certResolver }) => {
  if (tls === undefined || baseDomain === undefined || protocol === 'udp') return []
  if ((tls.certResolver ?? '') !== '' || tls.passthrough === true) return []
  const { rule = '' } = value as { readonly rule?: string }
  const parsed = parseRule(rule, protocol)
  const hosts = 'rule' in parsed ? hostsOf(parsed.rule) : []
  const uncovered = hosts.filter((host) => host.includes('.') && !isCovered(host, baseDomain))
  return uncovered.length === 0 ? [] : [certificateMissing(place, uncovered, certResolver)]
}

const unusedTlsSettings: Habit = ({ place, tls }) => {
  if (tls?.passthrough !== true) return []
  const unused = (['certResolver', 'options', 'domains'] as const).filter((name) => (tls[name] ?? '').length > 0)
  return unused.map((name) => tlsSettingUnused(place, name))
}

const HABITS: readonly Habit[] = [redirectedOnly, unknownCertResolver, missingCertificate, unusedTlsSettings]

/** What a router says that Traefik takes and that is probably not as meant here: copied from another machine's examples. */
export function habits(place: Place, value: Value, settings: Settings): readonly Diagnostic[] {
  const [protocol, kind] = place.section.split('.') as [Protocol, string]
  if (kind !== 'routers') return []
  const router: Router = { place, protocol, value, tls: value['tls'] as Tls | undefined }
  return HABITS.flatMap((habit) => habit(router, settings))
}
