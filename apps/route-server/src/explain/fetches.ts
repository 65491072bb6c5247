import type { FetchesFacts } from '@route-server/explain'
import type { Fetch, OnFetch } from '@route-server/server'

/** The last answer to Traefik, who asked for the route document. */
export interface Fetches {
  readonly note: OnFetch
  readonly facts: () => FetchesFacts
}

/** Traefik's provider doesn't say who it is, but for the library that it asks with. */
const isTraefik = ({ agent = '' }: Fetch): boolean => /^Go-http-client\/|traefik/i.test(agent)

export function rememberFetches(clock: () => number = () => performance.now()): Fetches {
  let last: (Fetch & { readonly at: number }) | undefined
  return {
    note(fetch) {
      if (isTraefik(fetch)) last = { ...fetch, at: clock() }
    },
    facts() {
      if (!last) return {}
      const { at, status, revision } = last
      const secondsAgo = Math.round((clock() - at) / 1000)
      return { traefik: { secondsAgo, status, ...(revision !== undefined && { revision }) } }
    },
  }
}
