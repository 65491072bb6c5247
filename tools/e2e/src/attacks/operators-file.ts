import type { RealTraefik } from '@route-server/testbed'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SECRET_PORT } from './places.ts'

/** A certificate of nobody's, valid for a hundred years. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnjCCAUWgAwIBAgIUaSE/b/bPoqWO5iJMK9Ish36ifpkwCgYIKoZIzj0EAwIw
JDEiMCAGA1UEAwwZdGVzdHMgb2YgdGhlIHJvdXRlIHNlcnZlcjAgFw0yNjExMjMw
NTUyMzVaGA8yMTI2MTAzMDA1NTIzNVowJDEiMCAGA1UEAwwZdGVzdHMgb2YgdGhl
IHJvdXRlIHNlcnZlcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDOtrR7OPOMe
YttNLJbeMPQGFq3/mWYiGhROgVqDeW7ml2MIlSU+zNs3+dqztV649BhdMdk9RFNm
FdzRc0+b2iWjUzBRMB0GA1UdDgQWBBSUNXgnallY2dIHihA4ueVV3zipyjAfBgNV
HSMEGDAWgBSUNXgnallY2dIHihA4ueVV3zipyjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0cAMEQCHyjA7eZ5dEGfIasZboC+UDNs9BoW67BYuldyQxtufZwC
IQDpQTvUoUnu437m6Jrzn/xACHvucBYrPNyDL8W3lfBY1Q==
-----END CERTIFICATE-----
`

/** Its key, which guards nothing. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYxEOEyaxYMDJq58e
TBlNuypujaXZtyBG7QPPT0/T1pmhRANCAAQzra0ezjzjHmLbTSyW3jD0Bhat/5lm
IhoUToFag3lu5pdjCJUlPszbN/nas7VeuPQYXTHZPURTZhXc0XNPm9ol
-----END PRIVATE KEY-----
`

/** A service of the operator's: `admin@file`. */
const http = { services: { admin: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${SECRET_PORT}` }] } } } }

/**
 * Gives a Traefik what operators give theirs: a certificate to show by default, and something in a file. Without a certificate Traefik makes
 * one for every document, which takes it longer than all the rest.
 */
export async function giveOperatorsFile(traefik: RealTraefik, directory: string): Promise<void> {
  const file = join(directory, 'operators.yml')
  const certFile = join(directory, 'certificate.pem')
  const keyFile = join(directory, 'key.pem')
  const tls = { stores: { default: { defaultCertificate: { certFile, keyFile } } } }
  const settings = join(directory, 'traefik', 'traefik.yml')
  const { providers, ...others } = JSON.parse(await readFile(settings, 'utf8')) as { readonly providers: object }
  const written = {
    [certFile]: CERTIFICATE,
    [keyFile]: KEY,
    [file]: JSON.stringify({ http, tls }),
    [settings]: JSON.stringify({ ...others, providers: { ...providers, file: { filename: file } } }),
  }
  await Promise.all(Object.entries(written).map(([path, text]) => writeFile(path, text)))
  await traefik.restart()
}
