/** What was asked can't be done; the message says why, one line per problem. */
export class RenetError extends Error {
  override readonly name: string = 'RenetError'
}

/** The route server is there, and doesn't know anything yet. */
export class StillStarting extends RenetError {
  override readonly name = 'StillStarting'
}
