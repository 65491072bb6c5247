/** The user's own OpenSSH as a transport. */
export { quoted } from './arguments.ts'
export { connect } from './connect.ts'
export type { Connection, Outcome, RunOptions } from './connection.ts'
export type { OfferedKey } from './host-key.ts'
