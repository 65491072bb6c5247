import { boolean, list, map, string, strings, struct } from './nodes.ts'
import { CIPHER_SUITES, CLIENT_AUTH_TYPES, CURVES } from './tls-names.ts'

/** Such fields take a file's name, or what would stand in the file. */
export const CONTENT = { reaches: 'file-or-content' } as const

export const domain = struct({ main: string(), sans: strings() })

const certificate = { certFile: string(CONTENT), keyFile: string(CONTENT) }

/** How Traefik, as a client, speaks TLS to Redis or to an authentication server. */
export const clientTls = {
  ca: string(CONTENT),
  cert: string(CONTENT),
  key: string(CONTENT),
  insecureSkipVerify: boolean(),
}

export const spiffe = struct({ ids: strings(), trustDomain: string() }, { allowEmpty: true, reaches: 'spiffe' })

/** Client certificates that a servers transport presents. */
export const certificates = list(struct(certificate))

export const tls = struct({
  certificates: list(struct({ ...certificate, stores: strings() }), { label: 'ignored' }),
  options: map(
    struct({
      minVersion: string(),
      maxVersion: string(),
      cipherSuites: strings({ optional: true, values: CIPHER_SUITES, form: 'one-of-values' }),
      curvePreferences: strings({ values: CURVES, form: 'one-of-values' }),
      clientAuth: struct(
        { caFiles: strings(CONTENT), clientAuthType: string({ values: CLIENT_AUTH_TYPES, form: 'one-of-values' }) },
        { whole: 'client-auth' },
      ),
      sniStrict: boolean(),
      alpnProtocols: strings({ default: ['h2', 'http/1.1', 'acme-tls/1'] }),
      disableSessionTickets: boolean({ since: '3.4' }),
      preferServerCipherSuites: boolean({ optional: true, obsolete: { effect: 'none', instead: 'Leave it out' } }),
    }),
    { label: 'ignored' },
  ),
  stores: map(
    struct(
      {
        defaultCertificate: struct(certificate, { label: 'ignored' }),
        defaultGeneratedCert: struct({ resolver: string(), domain }),
      },
      { reaches: 'tls-store' },
    ),
  ),
})
