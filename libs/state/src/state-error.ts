/** A state directory that can't be used; the message says why and what to do, for people. */
export class StateError extends Error {
  override readonly name = 'StateError'
}
