import { dirname, resolve as resolvePath } from 'node:path'
import { loadConfig, optionsError } from '@route-server/config'
import type { Config } from '@route-server/config'
import type { LoadedPlugin } from '@route-server/kernel'
import { API_VERSION, noOptions } from '@route-server/plugin-api'
import type { Container, Plugin } from '@route-server/plugin-api'
import { BOUNDS, createBounded } from './bounded.ts'
import type { Bounds, Spent } from './bounded.ts'
import { findPlugin, isPath } from './find-plugin.ts'
import type { FoundPlugin } from './find-plugin.ts'
import { integrityOf } from './integrity.ts'
import { openProcess } from './plugin-process.ts'
import type { PluginProcess, ProcessEvents } from './plugin-process.ts'
import { builtInPlugins } from './plugins.ts'
import type { About, LoadFailure } from './process-messages.ts'
import { timed } from './timed.ts'

/** A plugin that can't be had; the message says what was looked for, where, and what to do. */
export class PluginError extends Error {}

/** A plugin that runs, and what is known of it. */
export interface RunningPlugin extends LoadedPlugin {
  /** Left out for one that comes with the route server. */
  readonly found?: FoundPlugin & { readonly integrity: string; readonly isPinned: boolean }
  readonly spent: () => Spent
  /** Calls back with containers about which it has something else to say than when it was last asked. */
  readonly subscribe: (answered: (containers: readonly Container[]) => void) => () => void
  /** Ends it. */
  readonly close: () => Promise<void>
}

/** Where packages are looked for: beside the configuration, else in the working directory. */
export const folderOf = (file: string | undefined): string =>
  file === undefined ? process.cwd() : dirname(resolvePath(file))

const NOT_FOUND: readonly unknown[] = ['ERR_MODULE_NOT_FOUND', 'ENOENT', 'MODULE_NOT_FOUND']

/** `undefined` where it is a plugin that this route server can run. */
function objection({ apiVersion, name, labels, hasOptions, hasContribute }: About): string | undefined {
  if (apiVersion !== API_VERSION)
    return `was built for plugin API ${String(apiVersion)}, and this route server speaks ${API_VERSION}; install a version of it that fits`
  if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return 'has no kebab-case name'
  if (typeof labels !== 'object' || labels === null) return 'declares no labels'
  if (!hasOptions) return 'has no Standard Schema for its options'
  if (!hasContribute) return 'has no function contribute'
  return undefined
}

const EXPORTS_NOTHING = 'exports no plugin; export one as "plugin" or as the default'

function notFound(name: string, folder: string, cause?: unknown): PluginError {
  const from = isPath(name) ? 'as a file' : `as a package in ${folder}/node_modules and above`
  const cure = isPath(name)
    ? 'Check the path.'
    : `Install it there (npm install ${name}), or give a path that begins with ./ or /.`
  const builtIn = builtInPlugins.map(({ name }) => name).join(', ')
  return new PluginError(
    `There is no plugin "${name}". It was looked for among the built-in ones (${builtIn}) and ${from}. ${cure}`,
    { cause },
  )
}

const cannotLoad = (name: string, why: string, cause?: unknown): PluginError =>
  new PluginError(`The plugin "${name}" can't be loaded: ${why}.`, { cause })

/** What a look at its files gives. @throws {PluginError} where it isn't there, or can't be read */
async function lookedAt<T>(name: string, folder: string, look: () => T | Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (cause) {
    if (NOT_FOUND.includes((cause as NodeJS.ErrnoException).code)) throw notFound(name, folder, cause)
    throw cannotLoad(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

/** Its files aren't those that the configuration pins, so nothing of them was run. */
export class PluginRefused extends PluginError {
  readonly plugin: string
  readonly found: FoundPlugin & { readonly integrity: string }

  constructor(plugin: string, pinned: string, found: FoundPlugin & { readonly integrity: string }) {
    super(
      `The plugin "${plugin}" isn't loaded: the configuration pins it by ${pinned}, and what is in ${found.path} has ${found.integrity}. Where you changed it yourself, for an update say, pin that; otherwise find out who did.`,
    )
    this.plugin = plugin
    this.found = found
  }
}

interface Entry {
  readonly name: string
  readonly options?: unknown
  readonly integrity?: string | undefined
}

/** A plugin that doesn't come with the route server: in a process of its own, with every call bounded. */
async function importPlugin(
  entry: Entry,
  { folder, bounds, refuse }: { folder: string; bounds: Bounds; refuse: (issues: OptionsIssues) => Error },
): Promise<RunningPlugin> {
  const { name } = entry
  const found = await lookedAt(name, folder, () => findPlugin(name, folder))
  let about: About | undefined

  async function pinned(): Promise<string> {
    const integrity = await lookedAt(name, folder, () => integrityOf(found.path))
    if (entry.integrity !== undefined && entry.integrity !== integrity)
      throw new PluginRefused(name, entry.integrity, { ...found, integrity })
    return integrity
  }
  const integrity = await pinned()

  async function open(events: ProcessEvents): Promise<PluginProcess> {
    // When it is started again its files may be others.
    if (about && entry.integrity !== undefined) await pinned()
    const opened = await openProcess(
      { url: found.url, options: entry.options, loading: bounds.loading, name },
      events,
    ).catch((cause: unknown) =>
      Promise.reject(cannotLoad(name, cause instanceof Error ? cause.message : String(cause), cause)),
    )
    const { process, loaded } = opened
    const problem = problemOf(loaded.about, 'failure' in loaded ? loaded.failure : undefined)
    if (problem) {
      await process.close()
      throw problem
    }
    about = loaded.about
    return process
  }

  function problemOf(about: About | undefined, failure: LoadFailure | undefined): Error | undefined {
    if (failure?.kind === 'import') return cannotLoad(name, failure.message)
    const refusal = about ? objection(about) : EXPORTS_NOTHING
    if (refusal !== undefined) return new PluginError(`The plugin "${name}" ${refusal}.`)
    return failure?.kind === 'options' ? refuse(failure.issues) : undefined
  }

  const bounded = await createBounded({ name: () => about?.name as string, open, bounds })
  const { name: ownName, labels, yields } = about as unknown as Plugin
  return {
    plugin: {
      apiVersion: API_VERSION,
      name: ownName,
      labels,
      yields: yields === true,
      // It has them already, parsed by its own schema.
      options: noOptions,
      contribute: bounded.contribute,
    },
    options: undefined,
    found: { ...found, integrity, isPinned: entry.integrity !== undefined },
    spent: bounded.spent,
    subscribe: bounded.subscribe,
    close: bounded.close,
  }
}

/** References that the operator makes in the options of a plugin of ours: `middlewares`, and those of `networks`. */
function operatorsReferences(rules: unknown): readonly string[] {
  if (typeof rules !== 'object' || rules === null) return []
  const { middlewares, networks } = rules as { readonly middlewares?: unknown; readonly networks?: unknown }
  const own = Array.isArray(middlewares) ? middlewares.filter((name): name is string => typeof name === 'string') : []
  return [...own, ...Object.values(networks ?? {}).flatMap(operatorsReferences)]
}

type OptionsIssues = Extract<LoadFailure, { readonly kind: 'options' }>['issues']

/** A plugin that comes with the route server: called directly. */
async function builtIn(
  plugin: Plugin,
  given: unknown,
  refuse: (issues: OptionsIssues) => Error,
): Promise<RunningPlugin> {
  const result = await plugin.options['~standard'].validate(given ?? {})
  if (result.issues)
    throw refuse(
      result.issues.map(({ message, path = [] }) => ({
        message,
        path: path.map((part) => (typeof part === 'object' ? part.key : part)),
      })),
    )
  const { contribute, spent } = timed(plugin)
  return {
    plugin: { ...plugin, contribute },
    options: result.value,
    references: operatorsReferences(result.value),
    spent,
    subscribe: () => () => undefined,
    close: () => Promise.resolve(),
  }
}

/**
 * The plugins that the configuration names, in its order, each with its options as its own schema parsed them. Those that don't come with the
 * route server run in processes, until they are closed.
 *
 * @param refused what to do about one whose files aren't those that the configuration pins; without it there is no start
 */
export async function loadPlugins(
  config: Config,
  folder: string,
  bounds: Bounds = BOUNDS,
  refused?: (refusal: PluginRefused) => void,
): Promise<readonly RunningPlugin[]> {
  const loaded: RunningPlugin[] = []
  try {
    for (const [index, entry] of config.plugins.entries()) {
      const known = builtInPlugins.find(({ name }) => name === entry.name)
      const section =
        known?.name === 'auto-route' && entry.options === undefined ? ['autoRoute'] : ['plugins', index, 'options']
      const refuse = (issues: OptionsIssues): Error => optionsError(config, section, issues)
      if (known && entry.integrity !== undefined)
        throw new PluginError(
          `The plugin "${entry.name}" comes with the route server, so there is nothing to pin. Take its integrity out of the configuration.`,
        )
      const next = known
        ? await builtIn(known, section[0] === 'autoRoute' ? config.autoRoute : entry.options, refuse)
        : await importPlugin(entry, { folder, bounds, refuse }).catch((cause: unknown) => {
            if (!refused || !(cause instanceof PluginRefused)) throw cause
            refused(cause)
          })
      if (!next) continue
      const twin = loaded.find(({ plugin }) => plugin.name === next.plugin.name)
      loaded.push(next)
      if (twin)
        throw new PluginError(
          `Two plugins are called "${next.plugin.name}"; the second is "${entry.name}". Load one of them.`,
        )
    }
    return loaded
  } catch (error) {
    await Promise.all(loaded.map((one) => one.close()))
    throw error
  }
}

/** The built-in plugins as they are where nothing is configured. */
export const defaultPlugins = (): Promise<readonly RunningPlugin[]> => loadPlugins(loadConfig(), process.cwd())
