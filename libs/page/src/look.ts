import { parseNetworkId } from '@route-server/plugin-api'
import type { NetworkId } from '@route-server/plugin-api'
import type { Protocol } from '@route-server/kernel'

/** The parts of the page, in their order. */
export const SECTIONS = ['diagnostics', 'routes', 'daemons', 'ports', 'claims'] as const
export type Section = (typeof SECTIONS)[number]

/** What of everything somebody wants to see. */
export interface Look {
  /** Lower case; all of them have to be found. */
  readonly words: readonly string[]
  readonly network?: NetworkId
  /** One part alone, with more of it; otherwise the beginning of each. */
  readonly section?: Section
  /** How many rows of that part come before. */
  readonly from: number
  /** One router, by its protocol and name. */
  readonly route?: { readonly protocol: Protocol; readonly name: string }
}

const PROTOCOLS: readonly string[] = ['http', 'tcp', 'udp'] satisfies readonly Protocol[]
const MOST_WORDS = 8
const LONGEST = 200

const isSection = (text: string): text is Section => (SECTIONS as readonly string[]).includes(text)

function routeOf(text: string): Look['route'] {
  const [protocol = '', name = ''] = text.split(/\/(.*)/s)
  return PROTOCOLS.includes(protocol) && name !== '' ? { protocol: protocol as Protocol, name } : undefined
}

/** The look that a query asks for; what it doesn't understand, it doesn't mind. */
export function readLook(query: URLSearchParams): Look {
  const text = (name: string): string => query.get(name)?.slice(0, LONGEST) ?? ''
  const section = text('show')
  const network = parseNetworkId(text('network'))
  const route = routeOf(query.get('route') ?? '')
  return {
    words: text('q').toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS),
    from: /^\d{1,7}$/.test(text('from')) ? Number(text('from')) : 0,
    ...(network === undefined ? {} : { network }),
    ...(isSection(section) ? { section } : {}),
    ...(route === undefined ? {} : { route }),
  }
}

/** The address of a look. */
export function hrefOf({ words = [], network, section, from = 0, route }: Partial<Look>): string {
  const query = new URLSearchParams({
    ...(route && { route: `${route.protocol}/${route.name}` }),
    ...(section && { show: section }),
    ...(words.length > 0 && { q: words.join(' ') }),
    ...(network !== undefined && { network: String(network) }),
    ...(from > 0 && { from: String(from) }),
  }).toString()
  return query === '' ? '/' : `/?${query}`
}
