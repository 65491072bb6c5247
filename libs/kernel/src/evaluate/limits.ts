import { DEFAULT_LIMITS } from '@route-server/plugin-api'
import type { Container, Diagnostic, Origin, Settings } from '@route-server/plugin-api'
import type { Contribution } from './evaluate.ts'
import { limitExceeded } from './messages.ts'

const OURS = /^(traefik|rediacc)\./i

const encoder = new TextEncoder()

/** A character of a text takes at most three bytes, so most texts needn't be encoded to be found short enough. */
const bytesIn = (text: string, limit: number): number =>
  text.length * 3 <= limit ? 0 : text.length > limit ? text.length : encoder.encode(text).length

/** Whether the labels are more than anybody wants to look at. */
export function labelsOverLimit({ labels }: Container, settings: Settings, origin: Origin): Diagnostic | undefined {
  const { labels: most, valueBytes } = settings.limits ?? DEFAULT_LIMITS
  const keys = Object.keys(labels)
  if (keys.length > most) return limitExceeded(origin, `${keys.length} labels`, 'labels', most)
  for (const key of keys) {
    if (!OURS.test(key)) continue
    const bytes = Math.max(bytesIn(key, valueBytes), bytesIn(labels[key] ?? '', valueBytes))
    if (bytes > valueBytes)
      return limitExceeded(origin, `a label ${key.slice(0, 60)} of ${bytes} bytes`, 'valueBytes', valueBytes)
  }
  return undefined
}

/** Whether what all plugins make of a container is more routers than one should have. */
export function routersOverLimit(
  contributions: readonly Contribution[],
  settings: Settings,
  origin: Origin,
): Diagnostic | undefined {
  const { routers: most } = settings.limits ?? DEFAULT_LIMITS
  const routers = contributions.flatMap(({ entries }) => entries).filter(({ section }) => section.endsWith('.routers'))
  return routers.length > most ? limitExceeded(origin, `${routers.length} routers`, 'routers', most) : undefined
}
