import type { Readable, Writable } from 'node:stream'

/** One multiplexed OpenSSH connection to a server. */
export interface Connection {
  /**
   * Runs a POSIX shell script on the server and resolves with what it said, whatever its exit status.
   * The script travels on standard input ahead of `input`, so neither appears in a process list.
   * @throws SshError when the connection is lost, or ssh itself fails.
   */
  readonly run: (script: string, options?: RunOptions) => Promise<Outcome>
  /** Ends the connection and its master process. */
  readonly close: () => Promise<void>
}

export interface RunOptions {
  /** As root: directly where the user is root, else by `sudo -n`. */
  readonly root?: boolean
  /** What the script reads from its standard input. A stream is destroyed when the script has ended. */
  readonly input?: string | Uint8Array | Readable
  /** Where standard output goes as it comes, instead of into the outcome. */
  readonly output?: Writable
  /** Told each line of standard error as it comes; the outcome has them all. */
  readonly told?: (line: string) => void
  readonly signal?: AbortSignal
}

export interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}
