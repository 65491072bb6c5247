export { buildErrors } from './build/build-errors.ts'
export type { BuildError } from './build/build-errors.ts'
export { checkEntry } from './document/check.ts'
export type { Refusal } from './document/check.ts'
export { destinationOf, staysOnServer, withHost } from './document/destination.ts'
export type { Destination, DestinationKind } from './document/destination.ts'
export { shortIntervals, withoutShortIntervals } from './document/health-checks.ts'
export { pick } from './document/pick.ts'
export { reachesOf, renameReaches } from './document/reaches.ts'
export type { Reach } from './document/reaches.ts'
export { referencesOf, renameReferences } from './document/references.ts'
export type { Reference } from './document/references.ts'
export { checkVersion, NEWEST_TRAEFIK } from './document/version.ts'
export { MAX_KEY_LENGTH, yamlEntries, yamlKey } from './document/yaml.ts'
export type { Yaml } from './document/yaml.ts'
export { automaticHost, automaticRouter } from './docker-provider/automatic-router.ts'
export { httpRoute } from './docker-provider/http-route.ts'
export type { HttpRoute } from './docker-provider/http-route.ts'
export { link } from './docker-provider/link.ts'
export type { LinkProblem, Target } from './docker-provider/link.ts'
export { hostPort, readPort } from './docker-provider/server.ts'
export { isOfOtherWorld, otherWorldsOf } from './legacy/other-worlds.ts'
export type { OtherWorld } from './legacy/other-worlds.ts'
export { traefik1Of } from './legacy/traefik1.ts'
export type { Traefik1, Untranslated } from './legacy/traefik1.ts'
export { decodeLabels } from './labels/decode.ts'
export type { LabelMistake, LabelState, TraefikLabels } from './labels/decode.ts'
export { slipOf, visibleKey } from './labels/slips.ts'
export type { LabelFamily, Slip } from './labels/slips.ts'
export { traefikSlipOf } from './labels/traefik-slips.ts'
export { nearest } from './nearest.ts'
export { configuration, sections } from './schema/configuration.ts'
export type {
  DynamicConfiguration,
  HttpMiddleware,
  HttpRouter,
  HttpService,
  Protocol,
  SectionName,
  Sections,
  TcpRouter,
  TcpService,
  UdpRouter,
  UdpService,
} from './schema/configuration.ts'
export { TRAEFIK_VERSIONS } from './schema/nodes.ts'
export type { Integer, Node, Raw, Reachable, Referable, TraefikVersion } from './schema/nodes.ts'
export { goCidrError, ipOrCidrError } from './go/ip.ts'
export { goRegexpError } from './go/regexp.ts'
export { goUrlError } from './go/url.ts'
export { bindingsOf } from './rules/bindings.ts'
export type { Bindings, Unbound } from './rules/bindings.ts'
export { covers, normalHost } from './rules/host-names.ts'
export type { HostName } from './rules/host-names.ts'
export { formatRule } from './rules/format.ts'
export { hostsOf } from './rules/hosts.ts'
export type { RuleMiddleware } from './rules/modifiers.ts'
export { parseRule, v3Rule } from './rules/parse.ts'
export type { ParsedRule, RuleOptions } from './rules/parse.ts'
export type { MeantRule } from './rules/suggest.ts'
export { alternativesOf } from './rules/rule.ts'
export type { Alternative, Condition, Match, Rule, RuleProtocol } from './rules/rule.ts'
