import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a file is called in the new folder: npm leaves out, or takes for its own, what has these names in a package. */
const NAMES: Readonly<Record<string, string>> = { gitignore: '.gitignore', github: '.github' }

/** What is wrong with the name of a plugin, as a sentence. */
export function objectionTo(name: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return `"${name}" is no name for a plugin. It is lower case, with dashes between words: my-protocol.`
  if (['http', 'tcp', 'udp', 'middleware', 'auto-route', 'traefik', 'rediacc'].includes(name))
    return `"${name}" is the route server's own. Choose another name.`
  return undefined
}

/** Where a template goes. */
const targetOf = (file: string): string =>
  file
    .split('/')
    .map((part) => NAMES[part] ?? part)
    .join('/')

/** The files of a new plugin by their paths; `version` is the contract's and the testkit's. */
export function filesOf(templates: string, name: string, version: string): ReadonlyMap<string, string> {
  const files = readdirSync(templates, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return new Map(
    files.map((file) => [
      targetOf(file.slice(templates.length + 1)),
      readFileSync(file, 'utf8').replaceAll('{{name}}', name).replaceAll('{{version}}', version),
    ]),
  )
}

/** Writes the files into a folder that isn't there yet, or is empty. @throws where it holds something. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) throw new Error(`${folder} isn't empty. Name a folder that isn't there yet.`)
  for (const [file, text] of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
}
