import type { ContainerChange, Listing } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import type { Source } from './listing.ts'

/** What a listing says beside its containers. */
export type Facts = Source & Pick<Listing, 'outlived' | 'unheard'>

/** Containers as they were; `undefined` stands for one that wasn't there. */
type Earlier = Map<string, Container | undefined>

/** What one listing shows. */
interface Version {
  /** What is shown now, or was when its stretch ended: the same for all versions of one stretch. */
  readonly containers: ReadonlyMap<string, Container>
  /** Those that changed between this version and the next, as they are here. */
  readonly changed: Earlier
  next?: Version | undefined
}

/**
 * A stretch ends after so many changes, or as many as there are containers, and versions are linked as far as the next stretch:
 * a listing that somebody keeps mustn't keep all that comes after it.
 */
const LEAST_CHANGES = 4_096

/**
 * What is shown of one daemon's containers. A listing of it is a small object: it is told what changes afterwards, and makes its
 * containers of what is shown now when somebody asks. A change costs one entry, however many containers there are.
 */
export class Shown {
  #containers = new Map<string, Container>()
  #newest: Version | undefined
  /** In this stretch. */
  #changes = 0
  /** The last version of the stretch before. */
  #last: WeakRef<Version> | undefined

  get size(): number {
    return this.#containers.size
  }

  get(id: string): Container | undefined {
    return this.#containers.get(id)
  }

  ids(): Iterable<string> {
    return this.#containers.keys()
  }

  set(container: Container): void {
    this.#note(container.id)
    this.#containers.set(container.id, container)
  }

  /** Returns whether it was there. */
  delete(id: string): boolean {
    if (!this.#containers.has(id)) return false
    this.#note(id)
    return this.#containers.delete(id)
  }

  /** The listing of what is shown now. */
  publish(facts: Facts): Listing {
    const before = this.#newest
    if (before && this.#changes > Math.max(LEAST_CHANGES, this.#containers.size)) this.#endStretch(before)
    const version: Version = { containers: this.#containers, changed: new Map() }
    if (before) before.next = version
    this.#newest = version
    return listingOf(facts, version)
  }

  #note(id: string): void {
    if (!this.#newest || this.#newest.changed.has(id)) return
    this.#newest.changed.set(id, this.#containers.get(id))
    this.#changes += 1
  }

  #endStretch(last: Version): void {
    const earlier = this.#last?.deref()
    if (earlier) earlier.next = undefined
    this.#last = new WeakRef(last)
    this.#containers = new Map(this.#containers)
    this.#changes = 0
  }
}

const versions = new WeakMap<Listing, Version>()

function listingOf(facts: Facts, version: Version): Listing {
  let containers: readonly Container[] | undefined
  const listing: Listing = {
    ...facts,
    get containers() {
      return (containers ??= Object.freeze([...containersIn(version)]))
    },
  }
  const changedSince = (before: Listing): ContainerChange | undefined => {
    const from = versions.get(before)
    return from && changeBetween(from, version)
  }
  // Whoever makes another listing by copying this one gives it other containers.
  Object.defineProperty(listing, 'changedSince', { value: changedSince, enumerable: false })
  versions.set(listing, version)
  return Object.freeze(listing)
}

/** From one version until another, or until there are no more. */
function* versionsFrom(first: Version, isEnd: (version: Version) => boolean): Iterable<Version> {
  for (let version: Version | undefined = first; version && !isEnd(version); version = version.next) yield version
}

/** What changed over some versions, as it was at first. */
function earliestIn(versions: Iterable<Version>): Earlier {
  const earliest: Earlier = new Map()
  for (const { changed } of versions)
    for (const [id, container] of changed) if (!earliest.has(id)) earliest.set(id, container)
  return earliest
}

/** What changed after this version until its stretch ended, as it is here. */
const earlierThanShown = (version: Version): Earlier =>
  earliestIn(versionsFrom(version, ({ containers }) => containers !== version.containers))

function* containersIn(version: Version): Iterable<Container> {
  const earlier = earlierThanShown(version)
  for (const [id, container] of version.containers) if (!earlier.has(id)) yield container
  for (const container of earlier.values()) if (container) yield container
}

function changeBetween(from: Version, to: Version): ContainerChange | undefined {
  const passed = [...versionsFrom(from, (version) => version === to)]
  if (from !== to && passed.at(-1)?.next !== to) return undefined
  const earlier = earlierThanShown(to)
  const change = new Map<string, Container | undefined>()
  for (const [id, before] of earliestIn(passed)) {
    const now = earlier.has(id) ? earlier.get(id) : to.containers.get(id)
    if (now !== before) change.set(id, now)
  }
  return change
}
