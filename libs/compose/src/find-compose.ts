import { execFile } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ComposeError } from './compose-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where Docker's command line looks for its plugins, after the user's own folder. */
const PLUGIN_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
]

const NAME = 'docker-compose'

/**
 * The executable of Docker Compose v2: Docker's plugin, which also runs alone, else a `docker-compose` on PATH.
 *
 * @throws {ComposeError} where there is none, or only v1
 */
export async function findCompose(env: Environment): Promise<string> {
  const plugin = pluginFolders(env)
    .map((folder) => join(folder, NAME))
    .find(isExecutable)
  if (plugin !== undefined) return plugin
  const alone = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, NAME))
    .find(isExecutable)
  if (alone === undefined)
    throw new ComposeError([
      "Docker Compose v2 isn't installed: there is no plugin docker-compose in Docker's plugin folders, and no docker-compose on PATH. Install the package docker-compose-plugin.",
    ])
  const version = await versionOf(alone, env)
  if (Number(/\d+/.exec(version)?.[0]) >= 2) return alone
  throw new ComposeError([
    `${alone} is Docker Compose ${version}, and renet needs v2. Install the package docker-compose-plugin.`,
  ])
}

/** The first of them that is there, for people and for what runs beside us. */
export function pluginFolders(env: Environment): readonly string[] {
  const home = env['DOCKER_CONFIG'] || join(env['HOME'] ?? '/', '.docker')
  return [join(home, 'cli-plugins'), ...furtherFolders(join(home, 'config.json')), ...PLUGIN_FOLDERS]
}

function furtherFolders(file: string): readonly string[] {
  try {
    const { cliPluginsExtraDirs: folders } = JSON.parse(readFileSync(file, 'utf8')) as { cliPluginsExtraDirs?: unknown }
    return Array.isArray(folders) ? folders.filter((folder): folder is string => typeof folder === 'string') : []
  } catch {
    // Docker's own file; compose says what is wrong with it.
    return []
  }
}

async function versionOf(executable: string, env: Environment): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(executable, ['version', '--short'], { env, timeout: 20_000 })
    return stdout.trim().replace(/^v/, '') || 'of an unknown version'
  } catch {
    return 'of an unknown version'
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
