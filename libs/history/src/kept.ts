import type { NetworkId } from '@route-server/plugin-api'

/** Why the document changed, as far as that is known. */
export interface Cause {
  /**
   * `event`: a daemon said that something happened to the container. `listing`: it was found otherwise when its daemon was listed. `others`: the
   * container is as it was, so it is a claim, a share, another container, or time. `start`: the route server was started. `settings`: its configuration was read again.
   */
  readonly kind: 'event' | 'listing' | 'others' | 'start' | 'settings'
  readonly network?: NetworkId | undefined
  readonly daemon?: string | undefined
  readonly service?: string | undefined
  /** Its name. */
  readonly container?: string | undefined
  readonly containerId?: string | undefined
  /** `start`, `die`, `health_status: healthy` … */
  readonly event?: string | undefined
  /** When the daemon told of it; milliseconds since 1970. */
  readonly eventAt?: number | undefined
  /** Whether another container has taken the place of one of the same service. */
  readonly isRecreated?: true | undefined
  /** Keys of labels that the one before had otherwise, or not at all. */
  readonly labels?: readonly string[] | undefined
}

/** An entry of the document, before and after. */
export interface KeptEntry {
  /** `http.routers/web-2816` */
  readonly path: string
  readonly network: NetworkId
  /** As YAML, without secrets. Left out where there was none. */
  readonly before?: string | undefined
  readonly after?: string | undefined
}

/** A change of the document, as it is kept. No secret is in it. */
export interface KeptRevision {
  readonly revision: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly causes: readonly Cause[]
  readonly entries: readonly KeptEntry[]
  /** How many more entries changed, of which nothing is kept. */
  readonly more: number
}
