import type { Config } from '@route-server/config'
import type { Settings } from '@route-server/plugin-api'

/** The part of the configuration that plugins may know. */
export function settingsOf(config: Config): Settings {
  const {
    machine,
    baseDomain,
    certResolver,
    httpEntryPoints,
    entryPoints,
    entryPointAliases,
    certResolvers,
    traefikVersion,
    allow,
  } = config
  return {
    ...(machine === undefined ? {} : { machine }),
    ...(baseDomain === undefined ? {} : { baseDomain }),
    ...(certResolver === false ? {} : { certResolver }),
    httpEntryPoints,
    ...(entryPoints === undefined ? {} : { entryPoints }),
    entryPointAliases,
    ...(certResolvers === undefined ? {} : { certResolvers }),
    traefikVersion,
    allowedReferences: allow.references,
  }
}
