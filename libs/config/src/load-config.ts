import { ConfigError, problemsOf, showPath, type Issue, type Path, type Problem } from '@route-server/disk/reading'
import { absolutePaths } from './absolute-paths.ts'
import { disagreements } from './agreement.ts'
import { deepFreeze } from './deep-freeze.ts'
import { readEntryPoints } from './entry-points-file.ts'
import { fileLayer, flagLayer, holds, sayingOf, type Layer, type Values } from './layer.ts'
import { configSchema, type Config, type ConfigKey } from './schema.ts'

/** Values from the command line under the configuration's keys, not yet validated. Those that are `undefined` weren't given. */
export type Flags = Readonly<Partial<Record<ConfigKey, unknown>>>

/** Remembers where a configuration came from, for {@link optionsError}. */
const layersOf = new WeakMap<Config, readonly Layer[]>()

/**
 * The configuration of the file, overridden by the flags; sections are merged key by key. Relative paths in the file are
 * relative to its folder, those in flags to the working directory.
 *
 * @throws {ConfigError} with every problem that was found
 */
export function loadConfig({ file, flags = {} }: { file?: string | undefined; flags?: Flags } = {}): Config {
  const layers = [...(file === undefined ? [] : [fileLayer(file)]), flagLayer(flags)]
  // Each layer alone: a mistake in the file is said even where a flag overrides it.
  refuse(layers.flatMap((layer) => sayingOf(layer, configSchema.safeParse(layer.values).error?.issues ?? [])))
  const values = layers.map((layer) => absolutePaths(layer.values as Values, layer.folder)).reduce(override)
  const parsed = configSchema.parse(values)
  refuse(disagreements(parsed, values).map((problem) => sayWhereSet(layers, problem.path, problem)))
  const { entryPointsFile } = parsed
  const entryPoints = entryPointsFile === undefined ? parsed.entryPoints : readEntryPoints(entryPointsFile)
  const config = deepFreeze({ ...parsed, ...(entryPoints === undefined ? {} : { entryPoints: [...entryPoints] }) })
  layersOf.set(config, layers)
  return config
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems)
}

/**
 * The error for what a plugin's schema says about its options, with their places, as for our own settings.
 *
 * @param section where the options stand: `['autoRoute']`, or `['plugins', 2, 'options']`
 */
export function optionsError(config: Config, section: Path, issues: readonly Issue[]): ConfigError {
  const layers = layersOf.get(config) ?? []
  return new ConfigError(
    issues
      .flatMap((issue) => problemsOf({ ...issue, path: [...section, ...(issue.path ?? [])] }, config))
      .map((problem) => sayWhereSet(layers, section, problem)),
  )
}

/** The problem with the place where the value was set, else where the section was. The last layer with it counts. */
function sayWhereSet(layers: readonly Layer[], section: Path, problem: Problem): string {
  const source = [problem.path, section, section.slice(0, 1)].flatMap(
    (path) => layers.findLast(({ values }) => holds(values, path)) ?? [],
  )[0]
  return source?.say(problem) ?? `${showPath(problem.path)}: ${problem.text}`
}

function override(below: Values, above: Values): Values {
  const merged = Object.entries(above).map(([key, value]): [string, unknown] => {
    const under = below[key]
    return [key, isMapping(value) && isMapping(under) ? { ...under, ...value } : value]
  })
  return { ...below, ...Object.fromEntries(merged) }
}

function isMapping(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
