import { isIP } from 'node:net'
import { connect } from 'node:tls'

/** What a machine serves for a name. */
export interface ServedCertificate {
  readonly subject: string
  readonly issuer: string
  readonly until: Date
  /** Whether the name is in it. */
  readonly isFor: boolean
  readonly isTrusted: boolean
  /** Why it isn't trusted. */
  readonly why: string
  readonly isStaging: boolean
}

const PATIENCE_MS = 5_000
const STAGING = /\bSTAGING\b|\(STAGING\)|Fake LE|Pretend Pear|Bogus Broccoli/i

/**
 * Asks an address for a name's certificate. Nothing where nobody answers in time. `ca`: PEM of an issuer besides the usual ones; `patience` in
 * milliseconds.
 */
export function servedCertificate(
  address: string,
  host: string,
  {
    port = 443,
    ca,
    patience = PATIENCE_MS,
  }: { readonly port?: number; readonly ca?: string; readonly patience?: number } = {},
): Promise<ServedCertificate | undefined> {
  return new Promise((answer) => {
    const socket = connect({
      host: address,
      port,
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: false,
      ...(ca !== undefined && { ca }),
      timeout: patience,
    })
    const end = (served?: ServedCertificate): void => {
      socket.destroy()
      answer(served)
    }
    socket.once('error', () => end())
    socket.once('timeout', () => end())
    socket.once('secureConnect', () => {
      const { subject, issuer, valid_to } = socket.getPeerCertificate()
      const names = socket.getPeerX509Certificate()
      const text = (part: typeof subject | undefined): string =>
        [part?.O, part?.CN]
          .flat()
          .filter((word) => word !== undefined)
          .join(' ')
      end({
        subject: text(subject),
        issuer: text(issuer),
        until: new Date(valid_to),
        isFor: names?.checkHost(host) !== undefined,
        isTrusted: socket.authorized,
        why: socket.authorized ? '' : String(socket.authorizationError),
        isStaging: STAGING.test(text(issuer)),
      })
    })
  })
}
