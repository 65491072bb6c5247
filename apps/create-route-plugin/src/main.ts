import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { filesOf, objectionTo, writeFiles } from './generate.ts'

const USAGE = `usage: npm create @route-server/route-plugin NAME [FOLDER]

Makes a protocol plugin for the route server: contract, cases, tests, README, CI. NAME is lower case, with dashes between words;
FOLDER is route-plugin-NAME unless told.
`

/** The package's own folder: above the sources, and that of the built program. */
const home = [import.meta.dirname, join(import.meta.dirname, '..')].find((folder) =>
  existsSync(join(folder, 'templates')),
)

function create(name: string, folder = `route-plugin-${name}`): string {
  const objection = objectionTo(name)
  if (objection !== undefined) throw new Error(objection)
  if (home === undefined) throw new Error('The templates are missing. Install @route-server/create-route-plugin again.')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  writeFiles(resolve(folder), filesOf(join(home, 'templates'), name, version))
  return `The plugin ${name} is in ${folder}. Next:

  cd ${folder}
  npm install
  npm test

Then change index.js, and say in cases/ what it makes of which labels.
`
}

const [name, folder, ...rest] = process.argv.slice(2)
if (name === undefined || name === '--help' || name === '-h' || rest.length > 0) {
  process[name === '--help' || name === '-h' ? 'stdout' : 'stderr'].write(USAGE)
  process.exitCode = name === '--help' || name === '-h' ? 0 : 2
} else {
  try {
    process.stdout.write(create(name, folder))
  } catch (error) {
    process.stderr.write(`create-route-plugin: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
