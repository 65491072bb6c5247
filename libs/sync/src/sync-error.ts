/** The folder can't be brought there; the message says why, one line per problem. */
export class SyncError extends Error {
  override readonly name = 'SyncError'
}
