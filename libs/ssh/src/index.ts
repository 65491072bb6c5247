/** The user's own OpenSSH as a transport. */
export type { Connection, Outcome, RunOptions } from './connection.ts'
