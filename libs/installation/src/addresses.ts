import type { EntryPoint } from '@route-server/machine'
import type { Circumstances } from './installation.ts'

/** `203.0.113.50:25`, `[2001:db8::1]:443`: never the wildcard, so that a container on 127.0.11.3:3306 and `tcp-3306` live together. */
export function addressOf({ family, port }: Pick<EntryPoint, 'family' | 'port'>, bind: Circumstances['bind']): string {
  if (family === 'ipv4') return `${bind.ipv4}:${port}`
  if (bind.ipv6 === undefined) throw new Error('There is an IPv6 entry point, and no IPv6 address to bind it to.')
  return `[${bind.ipv6}]:${port}`
}
