import type { Command } from 'commander'
import { loadConfig } from '@route-server/config'

/** Which running server is meant, and how its answer is printed. */
export interface Place {
  readonly stateDir?: string
  readonly config?: string
  readonly json?: boolean
}

/** The state directory that the server has with the same flags. */
export const stateDirOf = ({ stateDir, config }: Place): string =>
  loadConfig({ file: config, flags: { stateDir } }).stateDir

export const withPlace = (command: Command): Command =>
  command
    .option('-c, --config <file>', "the route server's YAML file with settings, which names its state directory")
    .option('--state-dir <folder>', "the route server's state directory (default: as for serve)")
    .option('--json', 'print JSON')
