import type { Config } from '@route-server/config'
import type { Settings } from '@route-server/plugin-api'

/** References that the operator makes, so that labels needn't be allowed them first. */
function operatorsReferences(rules: unknown): readonly string[] {
  if (typeof rules !== 'object' || rules === null) return []
  const { middlewares, networks } = rules as { readonly middlewares?: unknown; readonly networks?: unknown }
  const own = Array.isArray(middlewares) ? middlewares.filter((name): name is string => typeof name === 'string') : []
  return [...own, ...Object.values(networks ?? {}).flatMap(operatorsReferences)]
}

/** The part of the configuration that plugins may know. */
export function settingsOf(config: Config): Settings {
  const {
    baseDomain,
    certResolver,
    httpEntryPoints,
    entryPoints,
    entryPointAliases,
    certResolvers,
    traefikVersion,
    limits,
    allow,
    autoRoute,
  } = config
  return {
    ...(baseDomain === undefined ? {} : { baseDomain }),
    ...(certResolver === false ? {} : { certResolver }),
    httpEntryPoints,
    ...(entryPoints === undefined ? {} : { entryPoints }),
    entryPointAliases,
    ...(certResolvers === undefined ? {} : { certResolvers }),
    traefikVersion,
    limits,
    allowedReferences: [...allow.references, ...operatorsReferences(autoRoute)],
  }
}
