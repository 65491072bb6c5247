import { resolve as resolveModule } from 'import-meta-resolve'
import { dirname, resolve as resolvePath } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadConfig, optionsError } from '@route-server/config'
import type { Config } from '@route-server/config'
import type { LoadedPlugin } from '@route-server/kernel'
import { API_VERSION } from '@route-server/plugin-api'
import type { Plugin } from '@route-server/plugin-api'
import { builtInPlugins } from './plugins.ts'

/** A plugin that can't be had; the message says what was looked for, where, and what to do. */
export class PluginError extends Error {}

/** Where packages are looked for: beside the configuration, else in the working directory. */
export const folderOf = (file: string | undefined): string =>
  file === undefined ? process.cwd() : dirname(resolvePath(file))

const isPath = (name: string): boolean => name.startsWith('.') || name.startsWith('/')

/** What a module exports as its plugin: `plugin`, or the default export, which transpiled CommonJS wraps once more. */
function exportedBy(module: Readonly<Record<string, unknown>>): unknown {
  const main = module['default'] as
    { readonly __esModule?: boolean; readonly default?: unknown; readonly plugin?: unknown } | undefined
  return module['plugin'] ?? main?.plugin ?? (main?.__esModule ? main.default : main)
}

/** `undefined` where the value is a plugin that this route server can run. */
function objection(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'exports no plugin; export one as "plugin" or as the default'
  const { apiVersion, name, labels, options, contribute } = value as Partial<Record<keyof Plugin, unknown>>
  if (apiVersion !== API_VERSION)
    return `was built for plugin API ${String(apiVersion)}, and this route server speaks ${API_VERSION}; install a version of it that fits`
  if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return 'has no kebab-case name'
  if (typeof labels !== 'object' || labels === null) return 'declares no labels'
  if (typeof options !== 'object' || options === null || !('~standard' in options))
    return 'has no Standard Schema for its options'
  if (typeof contribute !== 'function') return 'has no function contribute'
  return undefined
}

async function importPlugin(name: string, folder: string): Promise<Plugin> {
  const from = isPath(name) ? 'as a file' : `as a package in ${folder}/node_modules and above`
  const cure = isPath(name)
    ? 'Check the path.'
    : `Install it there (npm install ${name}), or give a path that begins with ./ or /.`
  const missing = `There is no plugin "${name}". It was looked for among the built-in ones (${builtInPlugins.map(({ name }) => name).join(', ')}) and ${from}. ${cure}`
  let module: Readonly<Record<string, unknown>>
  try {
    const url = isPath(name) ? pathToFileURL(name).href : resolveModule(name, pathToFileURL(`${folder}/noop.js`).href)
    module = (await import(url)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ENOENT' || code === 'MODULE_NOT_FOUND')
      throw new PluginError(missing, { cause })
    throw new PluginError(
      `The plugin "${name}" can't be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  }
  const plugin = exportedBy(module)
  const refusal = objection(plugin)
  if (refusal !== undefined) throw new PluginError(`The plugin "${name}" ${refusal}.`)
  return plugin as Plugin
}

/** References that the operator makes in the options of a plugin of ours: `middlewares`, and those of `networks`. */
function operatorsReferences(rules: unknown): readonly string[] {
  if (typeof rules !== 'object' || rules === null) return []
  const { middlewares, networks } = rules as { readonly middlewares?: unknown; readonly networks?: unknown }
  const own = Array.isArray(middlewares) ? middlewares.filter((name): name is string => typeof name === 'string') : []
  return [...own, ...Object.values(networks ?? {}).flatMap(operatorsReferences)]
}

/** The plugins that the configuration names, in its order, each with its options as its own schema parsed them. */
export async function loadPlugins(config: Config, folder: string): Promise<readonly LoadedPlugin[]> {
  const loaded: LoadedPlugin[] = []
  for (const [index, entry] of config.plugins.entries()) {
    const plugin = builtInPlugins.find(({ name }) => name === entry.name) ?? (await importPlugin(entry.name, folder))
    const twin = loaded.find((other) => other.plugin.name === plugin.name)
    if (twin)
      throw new PluginError(`Two plugins are called "${plugin.name}"; the second is "${entry.name}". Load one of them.`)
    const section =
      plugin.name === 'auto-route' && entry.options === undefined ? ['autoRoute'] : ['plugins', index, 'options']
    const given = section[0] === 'autoRoute' ? config.autoRoute : entry.options
    const result = await plugin.options['~standard'].validate(given ?? {})
    if (result.issues) throw optionsError(config, section, result.issues)
    const references = builtInPlugins.includes(plugin) ? operatorsReferences(result.value) : []
    loaded.push({ plugin, options: result.value, references })
  }
  return loaded
}

/** The built-in plugins as they are where nothing is configured. */
export const defaultPlugins = (): Promise<readonly LoadedPlugin[]> => loadPlugins(loadConfig(), process.cwd())
