/** The user's own OpenSSH as a transport. */
export { commandFor, quoted } from './arguments.ts'
export { connect, type ConnectOptions } from './connect.ts'
export type { Connection, Outcome, RunOptions } from './connection.ts'
export type { OfferedKey } from './host-key.ts'
export { SshError } from './ssh-error.ts'
