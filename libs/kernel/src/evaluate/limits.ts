import type { Container, Diagnostic, Origin } from '@route-server/plugin-api'
import { isRouter } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import type { Policy } from '../policy.ts'
import { limitExceeded } from './messages.ts'

const OURS = /^(traefik|rediacc)\./i

/**
 * Characters of all its labels together. They are read in one go, and nobody else's are meanwhile: a rule takes a microsecond a
 * character, a regular expression fifteen.
 */
const TOTALS: readonly { readonly most: number; readonly of: RegExp; readonly what: string }[] = [
  { most: 524_288, of: /^/, what: 'characters in its labels for routing' },
  { most: 32_768, of: /regex/i, what: 'characters in labels with regular expressions' },
]

const encoder = new TextEncoder()

/** A character of a text takes at most three bytes, so most texts needn't be encoded to be found short enough. */
const bytesIn = (text: string, limit: number): number =>
  text.length * 3 <= limit ? 0 : text.length > limit ? text.length : encoder.encode(text).length

/** Whether the labels are more than anybody wants to look at. `isDeclared`: whether a plugin reads a label of that key. */
export function labelsOverLimit(
  { labels }: Container,
  keys: readonly string[],
  isDeclared: (key: string) => boolean,
  { limits }: Policy,
  origin: Origin,
): Diagnostic | undefined {
  const { labels: most, valueBytes } = limits
  if (keys.length > most) return limitExceeded(origin, `${keys.length} labels`, 'labels', most)
  const ours = keys.filter((key) => OURS.test(key) || isDeclared(key))
  let length = 0
  for (const key of ours) {
    length += key.length + (labels[key] ?? '').length + 1
    const bytes = Math.max(bytesIn(key, valueBytes), bytesIn(labels[key] ?? '', valueBytes))
    if (bytes > valueBytes)
      return limitExceeded(origin, `a label ${key.slice(0, 60)} of ${bytes} bytes`, 'valueBytes', valueBytes)
  }
  if (TOTALS.every(({ most }) => length <= most)) return undefined
  return totalsOver(ours.map((key) => [key, labels[key] ?? ''].join('=')))
    .map(({ count, what, most }) => limitExceeded(origin, `${count} ${what}`, undefined, most))
    .at(0)
}

function totalsOver(labels: readonly string[]) {
  const length = labels.reduce((sum, label) => sum + label.length, 0)
  return TOTALS.flatMap(({ most, of, what }) => {
    if (length <= most) return []
    const count = labels.reduce((sum, label) => (of.test(label) ? sum + label.length : sum), 0)
    return count > most ? [{ count, what, most }] : []
  })
}

/** Whether what all plugins make of a container is more routers than one should have. */
export function routersOverLimit(
  contributions: readonly { readonly entries: readonly Entry[] }[],
  { limits }: Policy,
  origin: Origin,
): Diagnostic | undefined {
  const { routers: most } = limits
  const routers = contributions.flatMap(({ entries }) => entries).filter(isRouter)
  return routers.length > most ? limitExceeded(origin, `${routers.length} routers`, 'routers', most) : undefined
}
