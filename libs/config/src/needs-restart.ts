import { isDeepStrictEqual } from 'node:util'
import type { Config, ConfigKey } from './schema.ts'

/** What is opened once, at the start. */
const FIXED: readonly ConfigKey[] = ['listen', 'stateDir', 'publish', 'traefikApi']

/** The keys that differ and can't change while the server runs. */
export function needsRestart(before: Config, after: Config): ConfigKey[] {
  return FIXED.filter((key) => !isDeepStrictEqual(before[key], after[key]))
}
