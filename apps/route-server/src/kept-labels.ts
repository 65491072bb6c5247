import type { LoadedPlugin } from '@route-server/kernel'

/** Compose's own say which containers are one-off. */
const ALWAYS = ['traefik.', 'rediacc.', 'com.docker.compose.']

/** `acme.port` of `acme.port`, `acme.` of `acme.{name}.host`. */
const literalStart = (pattern: string): string => pattern.split('{', 1)[0]?.toLowerCase() ?? ''

/** Whether anybody here reads a label. Images bring many that nobody does, and each would be held in memory and kept on disk. */
export function keptLabels(plugins: readonly LoadedPlugin[]): (label: string) => boolean {
  const starts = plugins.flatMap(({ plugin }) => Object.keys(plugin.labels).map(literalStart))
  const kept = [...ALWAYS, ...starts.filter((start) => !ALWAYS.some((always) => start.startsWith(always)))]
  return (label) => {
    const lower = label.toLowerCase()
    return kept.some((start) => lower.startsWith(start))
  }
}
