import type { Diagnostic, Level, Origin } from '@route-server/plugin-api'
import { quoted, shortened, visibleKey } from '@route-server/traefik'
import type {
  BuildError,
  LabelMistake,
  OtherWorld,
  Reference,
  Refusal,
  Remark,
  SectionName,
  Traefik1,
} from '@route-server/traefik'
import { capital, diagnostic, entryName } from '../messages.ts'
import type { Limits } from '../policy.ts'
import type { Refused } from './allowed.ts'
import type { Misspelt } from './misspelt.ts'
import type { Unread } from './unread.ts'
import { neededLabels } from './needed-labels.ts'
import { labelAt } from './place.ts'
import type { Place } from './place.ts'

/** A diagnostic about what stands at a path of an entry; with the label, where a label says it. */
function diagnosticAt(
  code: string,
  level: Level,
  place: Place,
  path: string,
  message: string,
  suggestion?: string,
): Diagnostic {
  const label = labelAt(place, path)
  return {
    ...diagnostic(code, level, place.origin, message),
    ...(label !== undefined && { label }),
    ...(suggestion !== undefined && { suggestion }),
  }
}

/** Characters of what was probably meant; no rule has more, and the diagnostic's suggestion has all of a label. */
const MOST_MEANT = 4000

const didYouMean = (hint: string | undefined): string =>
  hint === undefined ? '' : ` Did you mean ${shortened(hint, MOST_MEANT)}?`

const whereOf = ({ section, name }: Place): string => capital(entryName(section, name))

export const oneOffUnasked = (origin: Origin, label: string): Diagnostic => ({
  ...diagnostic(
    'CONTAINER_ONE_OFF',
    'info',
    origin,
    `It was made by docker compose run, so it isn't routed. To have it routed, run it with --label ${label}=true.`,
  ),
  suggestion: `${label}=true`,
})

export const identityMissing = (origin: Origin, label: string): Diagnostic =>
  diagnostic(
    'IDENTITY_MISSING',
    'info',
    origin,
    `It has no label ${label}, so it isn't routed. Start it with renet compose.`,
  )

export const identityFalse = (origin: Origin, label: string, reason: string): Diagnostic => ({
  ...diagnostic(
    'IDENTITY_FALSE',
    'error',
    origin,
    `${reason}, so it isn't routed. Start it with renet compose, and leave ${label} alone.`,
  ),
  label,
})

export const networkModeWrong = (origin: Origin, mode: string): Diagnostic =>
  diagnostic(
    'NETWORK_MODE_WRONG',
    'error',
    origin,
    `It runs with network mode ${quoted(mode)}, where its address can't be reached, so it isn't routed. Start it with renet compose.`,
  )

/** `what`: "2500 labels"; `limit` is the setting that it is over, if it is one. */
export const limitExceeded = (
  origin: Origin,
  what: string,
  limit: keyof Limits | undefined,
  allowed: number,
): Diagnostic =>
  diagnostic(
    'LIMIT_EXCEEDED',
    'error',
    origin,
    `It has ${what}, and ${allowed} are allowed, so it isn't routed. Use fewer${limit === undefined ? '' : `, or ask the operator to raise limits.${limit}`}.`,
  )

export const serviceNameInvalid = (origin: Origin, name: string): Diagnostic => ({
  ...diagnostic(
    'SERVICE_NAME_INVALID',
    'error',
    origin,
    `The service name ${quoted(name)} makes no part of a host name, so it isn't routed. Use letters, digits and dashes, at most 50 of them.`,
  ),
  label: 'rediacc.service_name',
})

export const enableMissing = (origin: Origin): Diagnostic => ({
  ...diagnostic(
    'ENABLE_MISSING',
    'warning',
    origin,
    "It has traefik.* labels, but not traefik.enable=true, so it isn't routed. Add that label, or remove the others for an automatic route.",
  ),
  suggestion: 'traefik.enable=true',
})

export const routingDisabled = (origin: Origin): Diagnostic =>
  diagnostic('ROUTING_DISABLED', 'info', origin, "It says traefik.enable=false, so it isn't routed.")

const costOf = (costs: string): string => {
  if (costs === 'container') return 'the container is not routed'
  if (!costs.includes('.')) return `nothing of its ${costs} labels is served`
  const [part, kind, ...name] = costs.split('.')
  return `${entryName(`${part ?? ''}.${kind ?? ''}` as SectionName, name.join('.'))} is left out, with whatever refers to it`
}

export function labelMistake(origin: Origin, { label, reason, suggestion, costs }: LabelMistake): Diagnostic {
  const hint = didYouMean(suggestion)
  const shown = visibleKey(label)
  return {
    ...(costs === undefined
      ? diagnostic('LABEL_IGNORED', 'warning', origin, `${shown} has no effect: ${reason}.${hint}`)
      : diagnostic('LABEL_INVALID', 'error', origin, `${shown}: ${reason}; ${costOf(costs)}.${hint}`)),
    label,
    ...(suggestion === undefined ? {} : { suggestion }),
  }
}

export const labelMisspelt = (origin: Origin, { label, meant, reason, plugin }: Misspelt): Diagnostic => ({
  ...diagnostic(
    plugin === undefined ? 'LABEL_IGNORED' : 'LABEL_INVALID',
    plugin === undefined ? 'warning' : 'error',
    origin,
    `${visibleKey(label)}: ${reason}, so nobody reads it${plugin === undefined ? '' : `; nothing that the plugin "${plugin}" would make of the container is served`}. Did you mean ${shortened(meant, MOST_MEANT)}?`,
  ),
  label,
  suggestion: meant,
})

/** Labels beyond these are only counted. */
const MAX_LABELS = 5

const someOf = (labels: readonly string[]): string =>
  labels.length > MAX_LABELS
    ? `${labels.slice(0, MAX_LABELS).map(visibleKey).join(', ')} and ${labels.length - MAX_LABELS} more`
    : labels.map(visibleKey).join(', ')

const pasted = (lines: readonly string[]): string => (lines.length === 0 ? '' : ' Write these instead:')

/** `isClosed`: something isn't served because of them. */
export function labelsOfTraefik1(
  origin: Origin,
  { labels, translation, untranslated }: Traefik1,
  isClosed: boolean,
): Diagnostic {
  const cost = isClosed ? 'what they may have meant to protect is not served' : 'they have no effect'
  const left = untranslated.slice(0, MAX_LABELS).map(({ label, reason }) => ` ${visibleKey(label)}: ${reason}.`)
  return {
    ...diagnostic(
      'LABELS_OF_TRAEFIK_1',
      isClosed ? 'error' : 'warning',
      origin,
      `Labels of Traefik 1 (${someOf(labels)}), which Traefik 3 doesn't read; ${cost}.${left.join('')}${pasted(translation)}`,
    ),
    ...(translation.length > 0 && { suggestion: translation.join('\n') }),
  }
}

/** `isClosed`: they ask for protection, so nothing is made automatically. */
export const labelsOfOthers = (
  origin: Origin,
  { world, labels, translation, wayOver }: OtherWorld,
  isClosed: boolean,
): Diagnostic => ({
  ...diagnostic(
    'LABELS_OF_OTHERS',
    isClosed ? 'error' : 'info',
    origin,
    `Labels of ${world} (${someOf(labels)}), which nobody here reads${isClosed ? '; they ask for protection, so the container has no automatic route' : ''}. ${wayOver}${pasted(translation)}`,
  ),
  ...(translation.length > 0 && { suggestion: translation.join('\n') }),
})

/** `labels`: `traefik.udp.routers.*`; `reader`: the plugin that would read them. */
export const labelsUnread = (origin: Origin, { labels, reader }: Unread): Diagnostic =>
  diagnostic(
    'LABELS_UNREAD',
    'warning',
    origin,
    reader === undefined
      ? `No loaded plugin reads ${labels} labels, so they have no effect. The operator chooses the plugins.`
      : `${labels} needs plugin ${reader}, which isn't enabled, so it has no effect. The operator chooses the plugins.`,
  )

/** Characters of what a plugin says: it may have labels in it. */
const MOST_OF_OTHERS = 2000

/** What was thrown, in words. Anything can be thrown, and showing it may throw again. */
function reasonOf(cause: unknown): string {
  try {
    return shortened(String(cause instanceof Error ? cause.message : cause), MOST_OF_OTHERS)
  } catch {
    return 'it threw something that cannot be shown'
  }
}

export const pluginThrew = (origin: Origin, cause: unknown): Diagnostic =>
  diagnostic(
    'PLUGIN_THREW',
    'error',
    origin,
    `The plugin "${origin.plugin ?? ''}" failed on this container and contributes nothing to it: ${reasonOf(cause)}. Tell its author.`,
  )

export const evaluationFailed = (origin: Origin, cause: unknown): Diagnostic =>
  diagnostic(
    'EVALUATION_FAILED',
    'error',
    origin,
    `Nothing of this container is routed, by a fault of the route server itself: ${reasonOf(cause)}. Please report it, with the container's labels.`,
  )

const LEVELS: readonly unknown[] = ['error', 'warning', 'info'] satisfies Level[]

/** What a plugin reported, in the shape that everybody relies on, whatever the plugin made of it. */
export function pluginReported(origin: Origin, problem: Partial<Record<keyof Diagnostic, unknown>>): Diagnostic {
  const { code, level, message, label, suggestion } = problem
  return {
    code: String(code),
    level: LEVELS.includes(level) ? (level as Level) : 'warning',
    message: shortened(String(message), MOST_OF_OTHERS),
    origin,
    ...(typeof label === 'string' && { label }),
    ...(typeof suggestion === 'string' && { suggestion }),
  }
}

export const fragmentInvalid = (origin: Origin, where: string, { path, reason }: Refusal): Diagnostic =>
  diagnostic(
    'FRAGMENT_INVALID',
    'error',
    origin,
    `${capital(where)} is left out: ${path === '' ? 'it' : path} ${reason}.`,
  )

/** The name without its provider, where the container has an object of that name itself, and nobody else is meant. */
function ownObject({ section, name }: Reference, { labels }: Place): string | undefined {
  const [own = '', provider = ''] = name.split('@')
  const prefix = `traefik.${section}.${own}.`.toLowerCase()
  const isOperators = ['file', 'internal', 'rest'].includes(provider)
  return !isOperators && Object.keys(labels).some((label) => label.toLowerCase().startsWith(prefix)) ? own : undefined
}

export function referenceNotAllowed(place: Place, references: readonly Reference[]): Diagnostic {
  const names = references
    .slice(0, MAX_LABELS)
    .map(({ name }) => quoted(name))
    .join(', ')
  const [own] = references.flatMap((reference) => ownObject(reference, place) ?? [])
  return {
    ...diagnostic(
      'REFERENCE_NOT_ALLOWED',
      'error',
      place.origin,
      `${whereOf(place)} is left out: it refers to ${names}, and only the operator can allow that (allow.references).${own === undefined ? '' : ` Or did you mean the container's own? Then leave out what begins with @: ${own}.`}`,
    ),
    ...(own !== undefined && { suggestion: own }),
  }
}

const refusedFor = ({ built, over }: BuildError): string =>
  over ? 'it is too much' : built ? "it isn't what is meant" : "Traefik couldn't build it"

export function entryRefused(place: Place, error: BuildError): Diagnostic {
  const { path, reason, hint, needs } = error
  return diagnosticAt(
    'ENTRY_REFUSED',
    'error',
    place,
    path,
    `${whereOf(place)} is left out, with whatever refers to it, because ${refusedFor(error)}: ${path === '' ? 'it' : path} ${reason}.${didYouMean(hint)}${neededLabels(place, needs)}`,
    hint,
  )
}

export const valueUseless = (place: Place, { path, reason, hint }: Remark): Diagnostic =>
  diagnosticAt(
    'VALUE_USELESS',
    'warning',
    place,
    path,
    `${whereOf(place)} is served, and can't do what was meant: ${path} ${reason}.${didYouMean(hint)}`,
    hint,
  )

export const fieldObsolete = (place: Place, { path, kind, reason }: Remark): Diagnostic =>
  diagnosticAt(
    'FIELD_OBSOLETE',
    kind === 'ignored' ? 'warning' : 'info',
    place,
    path,
    `${whereOf(place)} is served: its ${path} ${reason}.`,
  )

export const ruleModernized = (place: Place, rule: string): Diagnostic =>
  diagnosticAt(
    'RULE_MODERNIZED',
    'warning',
    place,
    'ruleSyntax',
    `${whereOf(place)} has a rule in the syntax of Traefik 2, and is served with the same rule as Traefik 3 spells it. Write ${shortened(rule, MOST_MEANT)}, and leave out ruleSyntax.`,
    rule,
  )

export const entryPointAliased = (place: Place, name: string, own: string): Diagnostic =>
  diagnosticAt(
    'ENTRY_POINT_ALIASED',
    'info',
    place,
    'entryPoints',
    `${whereOf(place)} is on the entry point ${quoted(own)}, for which ${quoted(name)} is another name here.`,
  )

export const entryPointsMissing = (place: Place): Diagnostic =>
  diagnostic(
    'ENTRY_POINTS_MISSING',
    'error',
    place.origin,
    `${whereOf(place)} is left out: it names no entry point, and would be on every one.`,
  )

/** The command that registers the port of an entry point: `tcp-25` is 25 among `--tcp-ports`. */
function registration(entryPoint: string, machine = '…'): string {
  const [, protocol, port] = /^(tcp|udp)-([0-9]{1,5})$/.exec(entryPoint) ?? []
  return port === undefined
    ? 'Use one that it has.'
    : `Add it with rdc context set-infra ${machine} --${protocol ?? ''}-ports ${port}, and push-infra.`
}

export const entryPointUnregistered = (
  place: Place,
  name: string,
  meant: string | undefined,
  isUnreachable: boolean,
  machine: string | undefined,
): Diagnostic =>
  diagnosticAt(
    'ENTRY_POINT_UNREGISTERED',
    isUnreachable ? 'error' : 'warning',
    place,
    'entryPoints',
    `${whereOf(place)} ${isUnreachable ? 'is left out' : 'is served without it'}: the entry point ${quoted(name)} is not registered on this machine. ${meant === undefined ? registration(name, machine) : `Did you mean ${meant}?`}`,
    meant,
  )

export const entryPointRedirected = (place: Place, usual: readonly string[]): Diagnostic =>
  diagnosticAt(
    'ENTRY_POINT_REDIRECTED',
    'warning',
    place,
    'entryPoints',
    `${whereOf(place)} is on the entry point for plain HTTP alone, which redirects everything to HTTPS, so nothing reaches it. Use ${usual.join(',')}, with tls.`,
    usual.join(','),
  )

export const certResolverUnknown = (place: Place, name: string, meant: string | undefined): Diagnostic =>
  diagnosticAt(
    'CERT_RESOLVER_UNKNOWN',
    'warning',
    place,
    'tls.certResolver',
    `${whereOf(place)} names the certificate resolver ${quoted(name)}, which this machine doesn't have, so it is served with a certificate that no client trusts.${didYouMean(meant)}`,
    meant,
  )

export function certificateMissing(
  place: Place,
  hosts: readonly string[],
  certResolver: string | undefined,
): Diagnostic {
  const label = `traefik.${place.section}.${place.name}.tls.certresolver`
  const cure = certResolver === undefined ? '' : ` Set ${label}=${certResolver}.`
  return diagnosticAt(
    'CERTIFICATE_MISSING',
    'warning',
    place,
    'tls',
    `${whereOf(place)} has tls and no certificate resolver, so nobody gets a certificate for ${hosts
      .slice(0, 3)
      .map((host) => shortened(host))
      .join(', ')}, and clients will see one that they don't trust.${cure}`,
    certResolver === undefined ? undefined : `${label}=${certResolver}`,
  )
}

export const tlsSettingUnused = (place: Place, setting: string): Diagnostic =>
  diagnosticAt(
    'TLS_SETTING_UNUSED',
    'warning',
    place,
    `tls.${setting}`,
    `${whereOf(place)} passes TLS through unopened, so its tls.${setting} has no effect. Leave out that, or passthrough.`,
  )

/** `isStopped`: a guard that is off only tells. */
export const reachRefused = (
  place: Place,
  path: string,
  { reason, setting }: Refused,
  isStopped: boolean,
): Diagnostic =>
  diagnosticAt(
    'REACH_REFUSED',
    isStopped ? 'error' : 'info',
    place,
    path,
    isStopped
      ? `${whereOf(place)} is left out, with whatever refers to it: ${path === '' ? 'it' : path} ${reason}. ${setting === undefined ? 'That is not for labels.' : `Only the operator can allow that (${setting}).`}`
      : `${whereOf(place)} is served, and wouldn't be with tenancy: strict: ${path === '' ? 'it' : path} ${reason}.`,
  )

export const healthCheckPaced = (place: Place, path: string, isStopped: boolean): Diagnostic =>
  diagnosticAt(
    'HEALTH_CHECK_PACED',
    isStopped ? 'warning' : 'info',
    place,
    path,
    isStopped
      ? `${whereOf(place)} is served with a health check every second: more often would take Traefik's time from everybody. Set ${path} to 1s or more.`
      : `${whereOf(place)} is served with health checks more often than every second, which takes Traefik's time from everybody.`,
  )

export const redirectsNotFollowed = (place: Place, path: string, isStopped: boolean): Diagnostic =>
  diagnosticAt(
    'REDIRECTS_NOT_FOLLOWED',
    isStopped ? 'warning' : 'info',
    place,
    path,
    isStopped
      ? `${whereOf(place)} is served with health checks that follow no redirects: they could lead Traefik anywhere. Check a path that answers itself.`
      : `${whereOf(place)} is served with health checks that follow redirects, and wouldn't be with tenancy: strict.`,
  )
