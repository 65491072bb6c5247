import type { Trace } from '@route-server/kernel'
import { isRouter } from '@route-server/kernel'
import type { Container, Diagnostic, NetworkId } from '@route-server/plugin-api'
import { hostAlone } from '@route-server/traefik'
import { containersIn } from './look-up.ts'
import type { Places } from './look-up.ts'

/** A label that names what nobody serves. */
interface Mention {
  readonly container: Container
  readonly key: string
}

type TraceOf = (network: NetworkId, container: string) => Trace | undefined

/** Containers whose labels are followed; beyond these nobody reads on. */
const MOST = 48

/** Whether the name stands in the text as a host, and not as the name of a path. */
function isNamedIn(text: string, alone: RegExp): boolean {
  for (const { index } of text.matchAll(alone)) if (!/(?<!\/)\/$/.test(text.slice(0, index))) return true
  return false
}

function* mentions(words: readonly string[], places: Places, network?: NetworkId): Iterable<Mention> {
  const names = words.map((word) => ({ word, alone: hostAlone(word) }))
  let found = 0
  for (const container of containersIn(places, network)) {
    const labels = Object.entries(container.labels).filter(([, value]) => {
      const text = value.toLowerCase()
      // Of thousands of labels hardly one has it at all.
      return names.some(({ word, alone }) => text.includes(word) && isNamedIn(text, alone))
    })
    for (const [key] of labels) yield { container, key }
    found += labels.length > 0 ? 1 : 0
    if (found >= MOST) return
  }
}

const routerIn = (key = ''): string | undefined => /\.routers\.([^.]+)\./i.exec(key)?.[1]?.toLowerCase()

/** Whether that is what became of the label. */
function isAbout({ key }: Mention, { label, message, suggestion = '' }: Diagnostic, words: readonly string[]): boolean {
  const router = routerIn(key)
  return (
    label?.toLowerCase() === key.toLowerCase() ||
    (router !== undefined && (routerIn(label) === router || message.toLowerCase().includes(`router "${router}"`))) ||
    words.some((word) => [message, suggestion].some((text) => text.search(hostAlone(word)) >= 0))
  )
}

const hasRouter = ({ served = [] }: Partial<Trace> = {}): boolean => served.some(isRouter)

/**
 * Containers that may have meant to serve what nobody serves: those whose label for it came to nothing, else those that name it and serve
 * nothing at all. Who serves something else, and only names it, isn't one.
 *
 * @param words hosts or entry points, lower case
 */
export function containersThatName(
  words: readonly string[],
  places: Places,
  traceOf: TraceOf,
  network?: NetworkId,
): readonly Container[] {
  const all = [...mentions(words, places, network)].map((mention) => ({
    mention,
    trace: traceOf(mention.container.network, mention.container.id),
  }))
  const told = all.filter(({ mention, trace }) => trace?.diagnostics.some((one) => isAbout(mention, one, words)))
  const meant = told.length > 0 ? told : all.filter(({ trace }) => !hasRouter(trace))
  return [...new Set(meant.map(({ mention }) => mention.container))]
}
