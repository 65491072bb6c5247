import type { DynamicConfiguration, SectionName } from '../schema/configuration.ts'

/** Only those sections of a configuration; `undefined` where it has none of them. */
export function pick(
  configuration: DynamicConfiguration,
  names: readonly SectionName[],
): DynamicConfiguration | undefined {
  const picked: Record<string, Record<string, unknown>> = {}
  for (const name of names) {
    const [part, section] = name.split('.') as [keyof DynamicConfiguration, string]
    const entries = (configuration[part] as Readonly<Record<string, unknown>> | undefined)?.[section]
    if (entries !== undefined) picked[part] = { ...picked[part], [section]: entries }
  }
  return Object.keys(picked).length === 0 ? undefined : picked
}
