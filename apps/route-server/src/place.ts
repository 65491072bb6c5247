import type { Command } from 'commander'
import { stateDirFor } from '@route-server/config/state-dir'

/** Which running server is meant, and how its answer is printed. */
export interface Place {
  readonly stateDir?: string
  readonly config?: string
  readonly json?: boolean
}

/** The state directory that the server has with the same flags. Where no file may name it the settings' schema isn't loaded. */
export async function stateDirOf({ stateDir, config }: Place): Promise<string> {
  if (config === undefined) return stateDirFor(stateDir)
  const { loadConfig } = await import('@route-server/config')
  return loadConfig({ file: config, flags: { stateDir } }).stateDir
}

export const withPlace = (command: Command): Command =>
  command
    .option('-c, --config <file>', "the route server's YAML file with settings, which names its state directory")
    .option('--state-dir <folder>', "the route server's state directory (default: as for serve)")
    .option('--json', 'print JSON')
