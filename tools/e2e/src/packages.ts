import { finish, workspaceFile } from '@route-server/testbed/parts'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Runs a program to its end. @throws with what it printed, unless it succeeded. */
async function succeed(command: readonly string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await finish(command, { cwd, env: { NODE_OPTIONS: '' } })
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stdout}${stderr}`)
  return stdout
}

const npm = (...args: readonly string[]): readonly string[] => ['npm', ...args, '--offline', '--no-audit', '--no-fund']

/** The tarballs of the plugins' contract and testkit, as `npm run build` made them. */
async function ownTarballs(): Promise<readonly string[]> {
  const folder = workspaceFile('dist/packages')
  const files = await readdir(folder)
  return files
    .filter((file) => file.includes('-plugin-') && !file.includes('-create-'))
    .map((file) => join(folder, file))
}

/** Installs plugins of the repository (`examples/grpc`) in a folder, from tarballs and with no registry. */
export async function installPlugins(folder: string, plugins: readonly string[]): Promise<void> {
  const packed = join(folder, 'packed')
  await mkdir(packed)
  const tarballs: string[] = []
  for (const plugin of plugins)
    tarballs.push(
      join(
        packed,
        (await succeed(npm('pack', '--silent', '--pack-destination', packed), workspaceFile(plugin))).trim(),
      ),
    )
  await succeed(npm('install', '--no-save', ...(await ownTarballs()), ...tarballs), folder)
}
