import { BlockList, isIP } from 'node:net'
import type { Checked } from './checked.ts'

type Family = 'ipv4' | 'ipv6'

const NAMES: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' }
const EXAMPLES: Readonly<Record<Family, string>> = { ipv4: '203.0.113.50', ipv6: '2001:db8::1' }

/** Networks whose addresses nobody outside can reach, and what they are. */
const UNREACHABLE: readonly (readonly [what: string, family: Family, network: string, prefix: number])[] = [
  ['an unspecified address', 'ipv4', '0.0.0.0', 8],
  ['a loopback address', 'ipv4', '127.0.0.0', 8],
  ['a link-local address', 'ipv4', '169.254.0.0', 16],
  ['a multicast address', 'ipv4', '224.0.0.0', 4],
  ['a reserved address', 'ipv4', '240.0.0.0', 4],
  ['an unspecified address', 'ipv6', '::', 128],
  ['a loopback address', 'ipv6', '::1', 128],
  ['a link-local address', 'ipv6', 'fe80::', 10],
  ['a multicast address', 'ipv6', 'ff00::', 8],
]

const PRIVATE: readonly (readonly [family: Family, network: string, prefix: number])[] = [
  ['ipv4', '10.0.0.0', 8],
  ['ipv4', '172.16.0.0', 12],
  ['ipv4', '192.168.0.0', 16],
  ['ipv4', '100.64.0.0', 10],
  ['ipv6', 'fc00::', 7],
]

const within = (family: Family, network: string, prefix: number, address: string): boolean => {
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(address, family)
}

/** An address that a machine may be reached by from outside, in canonical form. */
export const publicAddress =
  (family: Family) =>
  (text: string): Checked => {
    const found = familyOf(text)
    if (found === undefined) return { problem: `expected an ${NAMES[family]} address such as ${EXAMPLES[family]}` }
    if (found !== family)
      return { problem: `expected an ${NAMES[family]} address such as ${EXAMPLES[family]}, not one of ${NAMES[found]}` }
    if (/^::ffff:/i.test(text) && isMapped(text))
      return { problem: 'an IPv4 address in the form of IPv6 is no address of IPv6' }
    const wrong = UNREACHABLE.find(([, of, network, prefix]) => of === family && within(family, network, prefix, text))
    return wrong ? { problem: `${wrong[0]} can't be reached from outside` } : { value: canonical(text, family) }
  }

/** Whether only its own network reaches the address. */
export function isPrivate(address: string): boolean {
  const family = familyOf(address)
  return PRIVATE.some(([of, network, prefix]) => of === family && within(family, network, prefix, address))
}

/** Of an address without a zone. */
export function familyOf(text: string): Family | undefined {
  const version = text.includes('%') ? 0 : isIP(text)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}

const isMapped = (address: string): boolean => within('ipv6', '::ffff:0:0', 96, address)

/** IPv6 as RFC 5952 has it: lower case, the longest run of zeros left out. */
function canonical(address: string, family: Family): string {
  return family === 'ipv4' ? address : new URL(`http://[${address}]`).hostname.slice(1, -1)
}
