import { isGoIp } from '../go/ip.ts'

/** A host as rules and requests are compared by it, or why the text is none: a clause such as "is an IP address". */
export type HostName = { readonly host: string } | { readonly problem: string }

const MAX_NAME = 253
const NOT_ASCII = /[^\0-\x7f]/
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
/** What browsers take for the end of an IPv4 address, however odd: `127.1`, `0x7f.1`. */
const NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/
const WITH_PORT = /^[^:]*:[0-9]*$/

const isIp = (text: string): boolean => isGoIp(text.replace(/^\[(.*)\]$/, '$1'))

/** A name without wildcard: lower case, without the dot that may end it. */
export function plainHost(text: string): HostName {
  // Some of it would become ASCII in lower case: the Kelvin sign is no k.
  if (NOT_ASCII.test(text)) return { problem: 'is no host name' }
  const host = text.toLowerCase().replace(/\.$/, '')
  if (isIp(host)) return { problem: 'is an IP address' }
  if (WITH_PORT.test(host)) return { problem: 'has a port, and hosts are compared without' }
  const labels = host.split('.')
  const isName = host.length <= MAX_NAME && labels.every((label) => LABEL.test(label))
  return isName && !NUMBER.test(labels.at(-1) ?? '') ? { host } : { problem: 'is no host name' }
}

/**
 * The host that a text means, in the one spelling by which hosts are told apart: lower case, no trailing dot, punycode as it stands.
 * `*.parent` is kept as such: Traefik takes it for the names that have one label more than the parent.
 */
export function normalHost(text: string): HostName {
  if (text === '*') return { problem: 'is every host' }
  if (!text.startsWith('*.')) return plainHost(text)
  const parent = plainHost(text.slice('*.'.length))
  return 'host' in parent ? { host: `*.${parent.host}` } : { problem: 'is no host name' }
}

/**
 * Whether a host, or every host of a `*.parent`, is among those of the pattern. Both must be normal; a pattern `*.parent` stands for
 * every name below the parent, at any depth, and not for the parent.
 */
export const covers = (pattern: string, host: string): boolean =>
  pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))

/** Finds a host, or another name, where it stands alone: `app.example.com`, and neither `myapp.example.com` nor `app.example.com.de`. */
export const hostAlone = (host: string): RegExp =>
  new RegExp(`(?<![\\w.-])${host.replaceAll(/[^\w-]/g, '\\$&')}(?![\\w-]|\\.\\w)`, 'gi')
