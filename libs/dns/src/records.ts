import type { Machine } from '@route-server/machine'

/** An address record. */
export interface AddressRecord {
  readonly type: 'A' | 'AAAA'
  /** `*.example.com`, without the last dot. */
  readonly name: string
  readonly content: string
}

/** Seconds; short enough for a machine that moves. */
export const TTL = 300

/** Whether `*.{baseDomain}` answers for it: one label below, and no more. */
const isCovered = (host: string, baseDomain: string | undefined): boolean =>
  baseDomain !== undefined && host.endsWith(`.${baseDomain}`) && !host.slice(0, -baseDomain.length - 1).includes('.')

/** Hosts of rules may be patterns; records are for names. */
const isName = (host: string): boolean =>
  /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/.test(host)

/** The records that a machine needs: its wildcard for automatic routes, and each routed host that the wildcard doesn't cover. Sorted. */
export function neededRecords(
  { infra: { publicIpv4, publicIpv6, baseDomain } }: Machine,
  hosts: Iterable<string>,
): readonly AddressRecord[] {
  const routed = [...hosts].map((host) => host.toLowerCase()).filter(isName)
  const names = new Set([
    ...(baseDomain === undefined ? [] : [`*.${baseDomain}`]),
    ...routed.filter((host) => !isCovered(host, baseDomain)).toSorted(),
  ])
  return [...names].flatMap((name): AddressRecord[] => [
    ...(publicIpv4 === undefined ? [] : [{ type: 'A' as const, name, content: publicIpv4 }]),
    ...(publicIpv6 === undefined ? [] : [{ type: 'AAAA' as const, name, content: publicIpv6 }]),
  ])
}

/** As a zone file has it, with absolute names: it can be pasted anywhere. */
export const zoneLine = ({ name, type, content }: AddressRecord): string => `${name}. ${TTL} IN ${type} ${content}`
