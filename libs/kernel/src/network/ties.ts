import { entryPointsOf } from '../evaluate/entry-points.ts'
import { isRouter } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'

const encoder = new TextEncoder()

interface Router {
  readonly rule?: string
  readonly priority?: number | bigint
  readonly tls?: object
}

/** Traefik's own: the longer rule first, and the rule that takes every TCP connection last. */
function priorityOf({ priority, rule = '' }: Router, section: string): string {
  if (priority !== undefined && priority !== 0) return String(priority)
  return section === 'tcp.routers' && rule === 'HostSNI(`*`)' ? '-1' : String(encoder.encode(rule).length)
}

/**
 * What a router has for itself alone on each of its entry points: over HTTP and TCP its rule at its priority, apart for
 * connections with TLS and without; over UDP the entry point. Where two routers have one thing, Traefik would pick one at random.
 */
export function shareOf(entry: Entry): readonly string[] {
  const { section, value, asks } = entry
  if (!isRouter(entry) || asks) return []
  const router = value as Router
  const { rule = '', tls } = router
  const what = section === 'udp.routers' ? [] : [tls ? 'tls' : 'plain', priorityOf(router, section), rule]
  return entryPointsOf(value).map((entryPoint) => [section, entryPoint, ...what].join(' '))
}

/** The routers among these that want what an earlier one has, with that one. */
export function* ties(entries: Iterable<Entry>): Iterable<readonly [entry: Entry, holder: Entry]> {
  const holders = new Map<string, Entry>()
  for (const entry of entries) {
    const share = shareOf(entry)
    const taken = share.find((thing) => holders.has(thing))
    const holder = taken === undefined ? undefined : holders.get(taken)
    if (holder) yield [entry, holder]
    else for (const thing of share) holders.set(thing, entry)
  }
}
