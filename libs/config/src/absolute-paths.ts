import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { Values } from './layer.ts'

/** The values with every path in them absolute. They have been validated. */
export function absolutePaths(values: Values, folder: string): Values {
  const settled = Object.entries(values).map(([key, value]): [string, unknown] => [
    key,
    PATHS[key]?.(value, folder) ?? value,
  ])
  return Object.fromEntries(settled)
}

/** Where paths stand. */
const PATHS: Readonly<Record<string, (value: unknown, folder: string) => unknown>> = {
  sockets: (globs, folder) => [globs].flat().map((glob) => absolute(glob, folder)),
  stateDir: absolute,
  publish: (value, folder) => ({ file: absolute((value as { readonly file: unknown }).file, folder) }),
  tokenFile: absolute,
  entryPointsFile: absolute,
  plugins: (entries, folder) => (entries as readonly unknown[]).map((entry) => pluginPath(entry, folder)),
}

/** A path from a file in that folder, or typed there. */
export function absolute(path: unknown, folder: string): string {
  return resolve(folder, String(path).replace(/^~(?=\/)/, homedir()))
}

/** A plugin's name is a path when it begins like one; otherwise it is looked up. */
function pluginPath(entry: unknown, folder: string): unknown {
  if (typeof entry === 'string') return /^(?:~|\.{1,2})?\//.test(entry) ? absolute(entry, folder) : entry
  const { name, ...rest } = entry as Values
  return { name: pluginPath(name, folder), ...rest }
}
