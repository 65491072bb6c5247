import type { ConfigKey } from './schema.ts'
import { configSchema } from './schema.ts'

/** One setting, as documentation shows it. */
export interface Setting {
  readonly key: ConfigKey
  /** Left out where there is none. */
  readonly default?: unknown
  readonly about: string
}

/** Every setting in the order of the schema, for help texts and documents. */
export function settings(): readonly Setting[] {
  const defaults: Partial<Record<ConfigKey, unknown>> = configSchema.parse({})
  return (Object.keys(configSchema.shape) as ConfigKey[]).map((key) => ({
    key,
    ...(key in defaults ? { default: defaults[key] } : {}),
    about: configSchema.shape[key].description ?? '',
  }))
}
