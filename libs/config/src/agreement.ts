import type { ConfigKey } from './schema.ts'
import type { Problem } from '@route-server/disk/reading'

type Settings = Readonly<Partial<Record<ConfigKey, unknown>>>

/** Two settings that have to fit each other. */
interface Agreement {
  /** What was set is at fault, the first of them where both were. */
  readonly keys: readonly [ConfigKey, ConfigKey]
  readonly holds: (all: Settings) => boolean
  readonly text: string
}

const AGREEMENTS: readonly Agreement[] = [
  {
    keys: ['entryPointsFile', 'entryPoints'],
    holds: ({ entryPointsFile, entryPoints }) => entryPointsFile === undefined || entryPoints === undefined,
    text: 'entryPoints and entryPointsFile both say which entry points there are; keep one of them',
  },
  {
    keys: ['goneGrace', 'redeployGrace'],
    holds: ({ goneGrace, redeployGrace }) => Number(goneGrace) >= Number(redeployGrace),
    text: 'goneGrace must not be shorter than redeployGrace, or a daemon that restarts loses what a redeploy keeps; raise goneGrace or lower redeployGrace',
  },
]

/**
 * What doesn't fit together.
 *
 * @param all the settings in force, with defaults
 * @param given what was set
 */
export function disagreements(all: Settings, given: Settings): readonly Problem[] {
  return AGREEMENTS.filter(({ holds }) => !holds(all)).map(({ keys, text }) => ({
    path: [keys.find((key) => given[key] !== undefined) ?? keys[0]],
    part: 'value',
    text,
  }))
}
