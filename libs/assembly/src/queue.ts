import type { Container, Context, NetworkId } from '@route-server/plugin-api'

/** A container that a plugin is to be asked about. */
export interface Asked {
  readonly network: NetworkId
  readonly id: string
  readonly name: string
  /** Nobody wants to know about one that has gone; another that says the same may take its place. */
  container: WeakRef<Container>
  readonly context: Pick<Context, 'settings' | 'service' | 'address' | 'traefik'>
  /** On the clock that is never set; milliseconds. */
  askedAt: number
}

/** Who waits for a plugin: of each container the last question. Networks with the fewest come first, so that none waits for another's many. */
export interface Queue {
  readonly size: number
  add(asked: Asked): void
  /** Unless there is a newer question of that container. */
  remove(asked: Asked): void
  /** Whatever is asked about that container. */
  drop(network: NetworkId, id: string): void
  /** What is to be asked about that container. */
  get(network: NetworkId, id: string): Asked | undefined
  of(network: NetworkId): Iterable<Asked>
  count(network: NetworkId): number
  /** The next that may be asked, or when one may be; `Infinity`: nobody waits. */
  next(now: number, dueOf: (network: NetworkId, id: string) => number): { readonly next?: Asked; readonly due: number }
}

export function createQueue(): Queue {
  const networks = new Map<NetworkId, Map<string, Asked>>()

  function drop(network: NetworkId, id: string): void {
    const all = networks.get(network)
    all?.delete(id)
    if (all?.size === 0) networks.delete(network)
  }

  const get = (network: NetworkId, id: string): Asked | undefined => networks.get(network)?.get(id)

  function remove(asked: Asked): void {
    if (get(asked.network, asked.id) === asked) drop(asked.network, asked.id)
  }

  return {
    get size() {
      return [...networks.values()].reduce((sum, { size }) => sum + size, 0)
    },
    add(asked) {
      const all = networks.get(asked.network) ?? new Map<string, Asked>()
      all.set(asked.id, asked)
      networks.set(asked.network, all)
    },
    remove,
    drop,
    get,
    of: (network) => networks.get(network)?.values() ?? [],
    count: (network) => networks.get(network)?.size ?? 0,
    next(now, dueOf) {
      let best: { readonly asked: Asked; readonly rank: readonly [due: number, company: number] } | undefined
      let due = Infinity
      for (const [network, all] of networks)
        for (const asked of all.values()) {
          const at = dueOf(network, asked.id)
          if (at > now) {
            due = Math.min(due, at)
            continue
          }
          if (!asked.container.deref()) {
            remove(asked)
            continue
          }
          const isBetter = !best || at < best.rank[0] || (at === best.rank[0] && all.size < best.rank[1])
          if (isBetter) best = { asked, rank: [at, all.size] }
          if (at === -Infinity) break
        }
      return best ? { next: best.asked, due } : { due }
    },
  }
}
