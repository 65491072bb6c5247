/** What was asked of a repository can't be done; the message says why and what to do, one line per problem. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}
