import type { Policy } from '../policy.ts'

/** Where Traefik connects to. */
export interface Destination {
  /** Without brackets. */
  readonly host: string
  readonly port?: number | undefined
}

/** Why Traefik may not reach for something; `setting`: where the operator can allow it, if he can. */
export interface Refused {
  readonly reason: string
  readonly setting?: string
}

type Test = (to: Destination) => boolean

const octets = (address: string): readonly number[] | undefined => {
  const parts = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? address.split('.').map(Number) : []
  return parts.length === 4 && parts.every((part) => part <= 255) ? parts : undefined
}

const numberOf = (address: string): number | undefined =>
  octets(address)?.reduce((number, part) => number * 256 + part, 0)

/** `10.0.0.0/8`; ranges of IPv6 addresses are compared as texts, so only whole addresses of that kind can be allowed. */
function inRange(range: string): Test {
  const [base = '', bits = '32'] = range.split('/')
  const from = numberOf(base)
  const size = 2 ** (32 - Number(bits))
  return ({ host }) => {
    const address = numberOf(host)
    return from !== undefined && address !== undefined && Math.floor(address / size) === Math.floor(from / size)
  }
}

/** What one of the operator's `allow.upstreams` allows. */
function testOf(allowed: string): Test {
  if (allowed.includes('/')) return inRange(allowed)
  const [, bracketed, name, port] = /^(?:\[([^\]]+)\]|([^:]+|[^:]*:[^:]*:.*))(?::(\d+))?$/.exec(allowed) ?? []
  const host = (bracketed ?? name ?? allowed).toLowerCase()
  return (to) => to.host.toLowerCase() === host && (port === undefined || to.port === Number(port))
}

const tests = new WeakMap<readonly string[], readonly Test[]>()

/** Whether the operator lets labels lead there. */
export function isAllowedUpstream({ upstreams }: Policy, to: Destination): boolean {
  let known = tests.get(upstreams)
  if (known === undefined) tests.set(upstreams, (known = upstreams.map(testOf)))
  return known.some((test) => test(to))
}

/** Whether the operator lets labels name this file of the host; `..` leads nowhere that he named. */
export const isAllowedFile = ({ files }: Policy, path: string): boolean =>
  !path.split('/').includes('..') && files.some((file) => path === file || path.startsWith(file.replace(/\/?$/, '/')))
