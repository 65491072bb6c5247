import type { Container, NetworkId } from '@route-server/plugin-api'
import type { Answer } from './plugin-process.ts'

/** What a plugin last said about a container. */
export interface Kept {
  readonly container: WeakRef<Container>
  /** The same as it is now: as long as that is there, what was said is kept. */
  readonly newest: WeakRef<Container>
  readonly answer: Answer
  /** The last that wasn't a failure. */
  readonly good?: Answer
}

/** What a plugin said about all containers, bounded: where it is too much, the networks with the most forget, what they have had longest first. */
export interface Answers {
  /** Bytes of all, as they came. */
  readonly bytes: number
  get(network: NetworkId, id: string): Kept | undefined
  keep(container: Container, answer: Answer): void
  /** It is another by now, and what was said is the best that there is. */
  renew(container: Container): void
}

interface Share {
  bytes: number
  readonly kept: Map<string, Kept>
}

/** Those that have gone are looked for when there are twice as many as the last time, and so many more. */
const MORE_KNOWN = 1_000

const bytesOf = ({ answer, good }: Kept): number => answer.bytes + (good && good !== answer ? good.bytes : 0)

/** @param most bytes of all */
export function createAnswers(most: number): Answers {
  const shares = new Map<NetworkId, Share>()
  let bytes = 0
  let count = 0
  let sweepAt = MORE_KNOWN

  function drop(network: NetworkId, id: string): void {
    const share = shares.get(network)
    const kept = share?.kept.get(id)
    if (!share || !kept) return
    share.kept.delete(id)
    share.bytes -= bytesOf(kept)
    bytes -= bytesOf(kept)
    count--
    if (share.kept.size === 0) shares.delete(network)
  }

  function put({ network, id }: Container, kept: Kept): void {
    drop(network, id)
    const share = shares.get(network) ?? { bytes: 0, kept: new Map<string, Kept>() }
    shares.set(network, share)
    share.kept.set(id, kept)
    share.bytes += bytesOf(kept)
    bytes += bytesOf(kept)
    count++
  }

  function forgetGone(): void {
    for (const [network, { kept }] of shares)
      for (const [id, { newest }] of kept) if (!newest.deref()) drop(network, id)
    sweepAt = 2 * count + MORE_KNOWN
  }

  function forgetSome(): void {
    while (bytes > most) {
      const [network, { kept }] = [...shares].reduce((most, one) => (one[1].bytes > most[1].bytes ? one : most))
      for (const id of kept.keys()) {
        drop(network, id)
        break
      }
    }
  }

  const get = (network: NetworkId, id: string): Kept | undefined => shares.get(network)?.kept.get(id)

  return {
    get bytes() {
      return bytes
    },
    get,
    keep(container, answer) {
      const { network, id } = container
      const good = answer.threw === undefined ? answer : get(network, id)?.good
      const about = new WeakRef(container)
      put(container, { container: about, newest: about, answer, ...(good && { good }) })
      if (count >= sweepAt || bytes > most) forgetGone()
      forgetSome()
    },
    renew(container) {
      const kept = get(container.network, container.id)
      if (kept) put(container, { ...kept, newest: new WeakRef(container) })
    },
  }
}
