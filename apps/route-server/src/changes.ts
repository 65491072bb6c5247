import type { News, SnapshotSource } from '@route-server/kernel'
import type { Subscribe } from '@route-server/page'
import { newsOf } from './narrate.ts'

/** Whoever looks at the page is told that something changed, and what. */
export interface Changes {
  readonly subscribe: Subscribe
  isHeard(): boolean
  /** Costs nothing while nobody listens: the sentence is made when somebody does. Nothing said is nothing told. */
  tell(said: () => string | undefined): void
}

export function createChanges(): Changes {
  const listeners = new Set<(said: string) => void>()
  return {
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    isHeard: () => listeners.size > 0,
    tell(said) {
      const sentence = listeners.size > 0 ? said() : undefined
      if (sentence !== undefined) for (const changed of listeners) changed(sentence)
    },
  }
}

/** More than these are counted. */
const MOST = 3

/** `web-2816 is served. blog-2944 isn't any more.` */
export function routersSaid({ networks }: News): string {
  const news = networks.flatMap(newsOf)
  if (news.length === 0)
    return `What is said of ${networks.map(({ network }) => `network ${network}`).join(', ')} changed.`
  const sentences = news
    .slice(0, MOST)
    .map(({ sign, router }) => (sign === '+' ? `${router.name} is served.` : `${router.name} isn't served any more.`))
  const more = news.length > MOST ? [`${news.length - MOST} more changed.`] : []
  return [...sentences, ...more].join(' ')
}

/** Tells which daemons are heard otherwise than before, until the returned function is called. */
export function tellDaemons(daemons: SnapshotSource, changes: Changes): () => void {
  const states = (): ReadonlyMap<string, string> =>
    new Map(daemons.read().daemons.map(({ network, state }) => [`network ${network}`, state]))
  let known = states()
  return daemons.subscribe(() =>
    changes.tell(() => {
      const before = known
      const now = (known = states())
      const others = [...now].filter(([network, state]) => before.get(network) !== state)
      const gone = [...before.keys()].filter((network) => !now.has(network))
      const sentences = [
        ...others.map(([network, state]) => `The daemon of ${network} is ${state}.`),
        ...gone.map((network) => `The daemon of ${network} is no longer there.`),
      ]
      return sentences.length > 0 ? sentences.slice(0, MOST).join(' ') : undefined
    }),
  )
}
