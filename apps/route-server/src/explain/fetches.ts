import type { FetchesFacts } from '@route-server/explain'
import type { Fetch, OnFetch } from '@route-server/server'

/** The last answer to Traefik, who asked for the route document. */
export interface Fetches {
  readonly note: OnFetch
  readonly facts: () => FetchesFacts
}

/** Traefik's provider doesn't say who it is, but for the library that it asks with. */
const isTraefik = ({ agent = '' }: Fetch): boolean => /^Go-http-client\/|traefik/i.test(agent)

type Noted = Fetch & { readonly at: number }

const REFUSED = 401
/** Traefik asks every 5 s. While it gets the document, a refusal was somebody else's who asks with the same library; milliseconds. */
const POLLS_STOP = 30_000

export function rememberFetches(clock: () => number = () => performance.now()): Fetches {
  let answered: Noted | undefined
  let refused: Noted | undefined

  function last(): Noted | undefined {
    if (!answered || !refused) return answered ?? refused
    const isAnswered = answered.at > refused.at || clock() - answered.at <= POLLS_STOP
    return isAnswered ? answered : refused
  }

  return {
    note(fetch) {
      if (!isTraefik(fetch)) return
      const noted = { ...fetch, at: clock() }
      if (fetch.status === REFUSED) refused = noted
      else answered = noted
    },
    facts() {
      const fetch = last()
      if (!fetch) return {}
      const { at, status, revision } = fetch
      const secondsAgo = Math.round((clock() - at) / 1000)
      return { traefik: { secondsAgo, status, ...(revision !== undefined && { revision }) } }
    },
  }
}
