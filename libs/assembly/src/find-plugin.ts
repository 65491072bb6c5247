import { resolve as resolveModule } from 'import-meta-resolve'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Where a plugin that doesn't come with the route server is. */
export interface FoundPlugin {
  /** `file:` URL of the module. */
  readonly url: string
  /** What is pinned: the package's folder, or the file. */
  readonly path: string
  /** Of its package; left out where it is in none. */
  readonly version?: string
}

export const isPath = (name: string): boolean => name.startsWith('.') || name.startsWith('/')

interface Package {
  readonly name?: string
  readonly version?: string
}

function packageIn(folder: string): Package | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
  } catch {
    return undefined
  }
}

/** The folder of the package that a file belongs to: the nearest above it whose `package.json` has a name. */
function packageOf(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (packageIn(folder)?.name !== undefined) return folder
    if (dirname(folder) === folder) return undefined
  }
}

/** The module of a package by the path of its folder: as it would find itself, else as CommonJS has it. */
function entryOf(folder: string): string {
  const name = packageIn(folder)?.name
  const inside = pathToFileURL(join(folder, 'noop.js')).href
  try {
    if (name !== undefined) {
      const url = resolveModule(name, inside)
      if (packageOf(fileURLToPath(url)) === folder) return url
    }
  } catch {
    // It has no "exports", and isn't installed anywhere above itself.
  }
  return pathToFileURL(createRequire(inside).resolve(folder)).href
}

/**
 * Finds a plugin by the path of a file, by that of a package's folder, or by the name of a package, which is looked for in `folder`
 * and above. Throws what Node throws.
 */
export function findPlugin(name: string, folder: string): FoundPlugin {
  // A link to it stands for where it is, as with a package by its name.
  const real = isPath(name) ? realpathSync(name) : undefined
  if (real !== undefined && !statSync(real).isDirectory()) {
    const version = packageIn(packageOf(real) ?? '')?.version
    return { url: pathToFileURL(real).href, path: real, ...(version !== undefined && { version }) }
  }
  const url = real === undefined ? resolveModule(name, pathToFileURL(join(folder, 'noop.js')).href) : entryOf(real)
  const root = real ?? packageOf(fileURLToPath(url))
  const version = root === undefined ? undefined : packageIn(root)?.version
  return { url, path: root ?? fileURLToPath(url), ...(version !== undefined && { version }) }
}
