import { isSlip } from '@route-server/kernel'
import type { LoadedPlugin } from '@route-server/kernel'
import { isOfOtherWorld } from '@route-server/traefik'

/** Compose's own say which containers are one-off. */
const ALWAYS = ['traefik.', 'rediacc.', 'com.docker.compose.']

/** `acme.port` of `acme.port`, `acme.` of `acme.{name}.host`. */
const literalStart = (pattern: string): string => pattern.split('{', 1)[0]?.toLowerCase() ?? ''

/** Containers have the same few keys, and there are many containers. */
const MOST_KNOWN = 10_000

/**
 * Whether a label says anything to anybody here: somebody reads it, or would if it were spelled right, or
 * another proxy would. Images bring many others, and
 * each would be held in memory and kept on disk.
 */
export function keptLabels(plugins: readonly LoadedPlugin[]): (label: string) => boolean {
  const starts = plugins.flatMap(({ plugin }) => Object.keys(plugin.labels).map(literalStart))
  const kept = [...ALWAYS, ...starts.filter((start) => !ALWAYS.some((always) => start.startsWith(always)))]
  const isKept = (label: string): boolean => {
    const lower = label.toLowerCase()
    return kept.some((start) => lower.startsWith(start)) || isSlip(label, plugins) || isOfOtherWorld(label)
  }
  const known = new Map<string, boolean>()
  return (label) => {
    let answer = known.get(label)
    if (answer === undefined) {
      if (known.size >= MOST_KNOWN) known.clear()
      known.set(label, (answer = isKept(label)))
    }
    return answer
  }
}
