/** What was asked can't be done; the message says why, one line per problem. */
export class RenetError extends Error {
  override readonly name = 'RenetError'
}
