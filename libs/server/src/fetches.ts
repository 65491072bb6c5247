/** An answer to whoever asked for the route document. */
export interface Fetch {
  /** HTTP's: 200, 401, 503. */
  readonly status: number
  /** Of the document that it got. */
  readonly revision?: number
  /** How whoever asked calls himself. */
  readonly agent?: string | undefined
}

/** Told of every answer to whoever asks for the route document. */
export type OnFetch = (fetch: Fetch) => void
