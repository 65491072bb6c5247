import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { ComposeArguments } from './arguments.ts'
import type { Environment } from './find-compose.ts'

/** Compose's own order. */
const DEFAULT_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const DEFAULT_OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]

/** How compose is told of one more file, beside those that it would have taken. */
export interface WithFile {
  readonly globals: readonly string[]
  readonly env: Environment
  /** The user's own, absolute. */
  readonly files: readonly string[]
}

/** What compose would be run with. */
export interface Call {
  readonly executable: string
  readonly args: ComposeArguments
  readonly env: Environment
  readonly cwd: string
}

/**
 * The flags and variables by which compose takes a further file after its own: after the last `-f`, or in `COMPOSE_FILE`, so that everything
 * else (project name, working directory, `.env`) is as without it. Nothing where there is no compose file at all.
 */
export async function withFile(call: Call, file: string): Promise<WithFile | undefined> {
  const { args, env, cwd } = call
  if (args.files.length > 0)
    return {
      globals: [...args.globals, '-f', file],
      env,
      files: args.files.map((one) => resolve(cwd, one)),
    }
  const { COMPOSE_FILE: files, COMPOSE_PATH_SEPARATOR: separator } = await told(call)
  if (files) {
    const by = separator || ':'
    return {
      globals: args.globals,
      env: { ...env, COMPOSE_FILE: [files, file].join(by), COMPOSE_PATH_SEPARATOR: by },
      files: files.split(by).map((one) => resolve(cwd, one)),
    }
  }
  const found = defaultFiles(args.projectDirectory === undefined ? cwd : resolve(cwd, args.projectDirectory))
  if (found.length === 0) return undefined
  // A path may have a colon in it, and no line break.
  return {
    globals: args.globals,
    env: { ...env, COMPOSE_FILE: [...found, file].join('\n'), COMPOSE_PATH_SEPARATOR: '\n' },
    files: found,
  }
}

/** The file that compose finds by itself, here or above, and the one that goes over it. */
export function defaultFiles(folder: string): readonly string[] {
  const firstOf = (here: string, names: readonly string[]): string[] =>
    names
      .map((name) => join(here, name))
      .filter((file) => existsSync(file))
      .slice(0, 1)
  for (let here = folder; ; here = dirname(here)) {
    const [file] = firstOf(here, DEFAULT_FILES)
    if (file !== undefined) return [file, ...firstOf(here, DEFAULT_OVERRIDES)]
    if (dirname(here) === here) return []
  }
}

/** The environment with what `.env` files say of compose files. Compose reads those by rules of its own, so it is asked where they say anything. */
async function told({ executable, args, env, cwd }: Call): Promise<Environment> {
  const dotEnvs = args.envFiles.length > 0 ? args.envFiles : [join(args.projectDirectory ?? '.', '.env')]
  if (!dotEnvs.some((file) => mentions(resolve(cwd, file), /COMPOSE_(?:FILE|PATH_SEPARATOR)/))) return env
  try {
    const { stdout } = await promisify(execFile)(executable, [...args.globals, 'config', '--environment'], { env, cwd })
    const lines = stdout
      .split('\n')
      .map((line): [string, string] => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')])
    return Object.fromEntries(lines)
  } catch {
    // What is wrong with the project is said when it is read.
    return env
  }
}

function mentions(file: string, word: RegExp): boolean {
  try {
    return word.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}
