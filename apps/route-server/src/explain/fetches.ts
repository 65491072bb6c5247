import type { FetchesFacts, FetchFacts } from '@route-server/explain'
import type { Fetch, OnFetch } from '@route-server/server'

/** The last answers to whoever asked for the route document. */
export interface Fetches {
  readonly note: OnFetch
  readonly facts: () => FetchesFacts
}

/** Traefik's provider doesn't say who it is, but for the library that it asks with. */
const isTraefik = ({ agent = '' }: Fetch): boolean => /^Go-http-client\/|traefik/i.test(agent)

export function rememberFetches(clock: () => number = () => performance.now()): Fetches {
  const last = new Map<'traefik' | 'others', Fetch & { readonly at: number }>()
  const shown = (who: 'traefik' | 'others'): FetchFacts | undefined => {
    const fetch = last.get(who)
    if (!fetch) return undefined
    const { at, status, revision } = fetch
    return {
      secondsAgo: Math.round((clock() - at) / 1000),
      status,
      ...(revision !== undefined && { revision }),
    }
  }
  return {
    note: (fetch) => void last.set(isTraefik(fetch) ? 'traefik' : 'others', { ...fetch, at: clock() }),
    facts() {
      const [traefik, others] = [shown('traefik'), shown('others')]
      return { ...(traefik && { traefik }), ...(others && { others }) }
    },
  }
}
