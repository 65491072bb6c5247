/** What keeps a connection from working; its message is for people. */
export class SshError extends Error {
  override readonly name = 'SshError'
}
