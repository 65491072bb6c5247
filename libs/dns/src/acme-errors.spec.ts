import { expect, test } from '@jest/globals'
import { certificateCauses } from './acme-errors.ts'

const line = (error: string): string =>
  `2026-11-27T15:50:12Z ERR Unable to obtain ACME certificate for domains error="${error}" ACME CA=https://ca/dir domains=["*.example.com"] providerName=letsencrypt.acme`

test.each([
  [
    'unable to generate a certificate: cloudflare: failed to find zone example.com.: [status code 403] 9109: Invalid access token',
    /doesn't know the token/,
  ],
  ['cloudflare: failed to create TXT record: [status code 403] 10000: Authentication error', /needs Zone:DNS:Edit/],
  ['cloudflare: failed to find zone example.com.: zone could not be found', /sees no zone example\.com/],
  ['acme: error: 429 :: urn:ietf:params:acme:error:rateLimited :: too many certificates already issued', /rate limit/],
  [
    'propagation: time limit exceeded: last error: NS ns1.example.net. did not return the expected TXT record',
    /wasn't seen in time/,
  ],
  ['acme: error: 403 :: urn:ietf:params:acme:error:caa :: CAA record for example.com prevents issuance', /CAA record/],
  [
    'cannot get ACME client Get \\"https://ca/dir\\": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    /--acme-root/,
  ],
  [
    'cannot get ACME client Get \\"https://ca/dir\\": dial tcp 192.0.2.1:443: connect: connection refused',
    /reaches the certificate authority or Cloudflare not at all/,
  ],
  ['something nobody has seen before', /couldn't get a certificate/],
])('%s', (error, cause) => {
  const [first, ...rest] = certificateCauses([line(error), line(error)], 'server-1')
  expect(first).toMatch(cause)
  expect(first).toMatch(/^\*\.example\.com: /)
  expect(rest).toEqual([])
})
