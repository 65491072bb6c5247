/** How far a request for what was asked comes. */
export type Verdict =
  /** Nobody has that name. */
  | 'unknown'
  /** It isn't in the route document. */
  | 'unrouted'
  /** It is, and doesn't work all the same. */
  | 'unreachable'
  /** It works, and something isn't as it should be. */
  | 'doubtful'
  | 'reachable'

/** Something that was found out. */
export interface Finding {
  /** SCREAMING_SNAKE: a cause of ours, or the code of a diagnostic. */
  readonly cause: string
  readonly verdict: Exclude<Verdict, 'reachable'>
  /** A clause or a sentence, without the dot. */
  readonly says: string
  /** What to do: sentences. */
  readonly cure: string
  /** The container or the router that it is about. */
  readonly about?: string
  /** Whose that is. */
  readonly network?: number
}
