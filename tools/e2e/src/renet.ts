import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { composePath } from '@route-server/testbed'
import { finish, workspaceFile, type Outcome, type RunSettings } from '@route-server/testbed/parts'

const BUNDLE = workspaceFile('dist/renet.mjs')

/** Makes Docker Compose a plugin below the folder; what it gives is for `DOCKER_CONFIG`. */
export function composePlugin(folder: string): string {
  const config = join(folder, 'docker-config')
  mkdirSync(join(config, 'cli-plugins'), { recursive: true })
  symlinkSync(composePath(), join(config, 'cli-plugins/docker-compose'))
  return config
}

/** Runs the built `renet` to its end, without a terminal. */
export async function renet(args: readonly string[], { env, ...settings }: RunSettings): Promise<Outcome> {
  if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is not there; run \`npm run build\`.`)
  return finish([process.execPath, BUNDLE, ...args], { ...settings, env: { NODE_OPTIONS: '', ...env } })
}
