/** Why a call to a daemon, or the watch over it, came to nothing. The message is a sentence for people. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/**
 * `unheard`: it wasn't tried yet. `unreadable`: we may not open the socket. `too-old`: it speaks no API version that we know. Time
 * may heal any `other`.
 */
export type FailureKind = 'unheard' | 'unreadable' | 'too-old' | 'other'

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing listens on its socket: its Docker daemon isn't running.",
  ENOENT: 'Its socket is gone.',
  ECONNRESET: 'It closed the connection before its answer was complete.',
  EPIPE: 'It closed the connection before its answer was complete.',
  EMFILE: 'The route server has no file descriptor left: raise its limit (LimitNOFILE).',
}

/** Any error of a call as a {@link Failure}. */
export function toFailure(error: unknown, call: string): Failure {
  if (error instanceof Failure) return error
  const code = codeOf(error)
  if (code === 'EACCES' || code === 'EPERM')
    return new Failure('unreadable', 'The route server may not open its socket.')
  if (code.startsWith('HPE_')) return new Failure('other', `Its answer to ${call} isn't HTTP.`)
  return new Failure('other', SENTENCES[code] ?? `${call} failed${code === '' ? '' : ` (${code})`}.`)
}

/** The code of a system error, such as `EACCES`; empty for any other. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}
