import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tree } from '@nx/devkit'
import { filesOf, objectionTo } from './generate.ts'

interface Options {
  readonly name: string
  readonly directory?: string
}

const home = join(import.meta.dirname, '..')

/** `nx g @route-server/create-route-plugin:route-plugin NAME`: what `npm create` makes, inside the workspace, which has all that it needs. */
export default function generate(tree: Tree, { name, directory = `examples/${name}` }: Options): void {
  const objection = objectionTo(name)
  if (objection !== undefined) throw new Error(objection)
  if (tree.exists(directory)) throw new Error(`${directory} is there already. Name a folder that isn't.`)
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  for (const [file, text] of filesOf(join(home, 'templates'), name, version)) tree.write(join(directory, file), text)
}
