import type { Diagnostic, Level, Origin } from '@route-server/plugin-api'
import { quoted } from '@route-server/traefik'
import type { SectionName } from '@route-server/traefik'

/** What a person calls an entry of that section. */
const KINDS: Readonly<Record<SectionName, string>> = {
  'http.routers': 'router',
  'http.services': 'service',
  'http.middlewares': 'middleware',
  'http.models': 'model',
  'http.serversTransports': 'servers transport',
  'tcp.routers': 'TCP router',
  'tcp.services': 'TCP service',
  'tcp.middlewares': 'TCP middleware',
  'tcp.serversTransports': 'TCP servers transport',
  'udp.routers': 'UDP router',
  'udp.services': 'UDP service',
  'tls.options': 'TLS options',
  'tls.stores': 'TLS store',
}

/** `the router "web"`. */
export const entryName = (section: SectionName, name: string): string => `the ${KINDS[section]} ${quoted(name)}`

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
export const diagnostic = (code: string, level: Level, origin: Origin, message: string): Diagnostic => ({
  code,
  level,
  message,
  origin,
})
