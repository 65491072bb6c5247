import type { Namespace } from './namespace.ts'

/** Where things are on the small internet; the addresses are those that documents use. */
export const ADDRESSES = {
  /** The server's public ones. */
  server: '203.0.113.50',
  serverV6: '2001:db8::1',
  /** The server's only one behind NAT. */
  primary: '10.0.0.5',
  /** The client's, where the server's way to the internet goes as well. */
  client: '203.0.113.1',
  clientV6: '2001:db8::2',
  /** The internet's: a zone's name server, a public resolver, Cloudflare's API, a certificate authority, a registry. */
  nameServer: '198.51.100.53',
  resolver: '198.51.100.2',
  cloudflare: '198.51.100.80',
  authority: '198.51.100.14',
  registry: '198.51.100.5',
} as const

const { server, serverV6, primary, client, clientV6 } = ADDRESSES

/** Joins the two by a cable. With `nat` the public IPv4 address is the client side's, which hands on what comes for it, the server's own calls too. */
export async function wire(ofServer: Namespace, ofClient: Namespace, nat: boolean): Promise<void> {
  const gateway = nat ? '10.0.0.1' : client
  const [own, across] = nat ? [`${primary}/24`, `${gateway}/24`] : [`${server}/24`, `${client}/24`]
  const services = [
    ADDRESSES.nameServer,
    ADDRESSES.resolver,
    ADDRESSES.cloudflare,
    ADDRESSES.authority,
    ADDRESSES.registry,
  ]
  await ofClient.script(
    `ip link add inet0 type veth peer name eth0 netns ${ofServer.pid}
    ip addr add ${across} dev inet0
    ip addr add ${clientV6}/64 dev inet0 nodad
    ip link set inet0 up
    ${services.map((address) => `ip addr add ${address}/32 dev lo`).join('\n')}
    ${nat ? translation() : ''}`,
  )
  await ofServer.script(
    `ip addr add ${own} dev eth0
    ip addr add ${serverV6}/64 dev eth0 nodad
    ip link set eth0 up
    ip route add default via ${gateway}
    ip route add default via ${clientV6}`,
  )
}

const translation = (): string => `sysctl -qw net.ipv4.ip_forward=1
    ip addr add ${client}/24 dev inet0
    ip route add ${server}/32 dev inet0 src ${client}
    nft -f - <<'RULES'
table ip nat {
  chain prerouting { type nat hook prerouting priority -100; ip daddr ${server} dnat to ${primary}; }
  chain output { type nat hook output priority -100; ip daddr ${server} dnat to ${primary}; }
  chain postrouting { type nat hook postrouting priority 100; ip saddr ${primary} ip daddr ${primary} masquerade; }
}
RULES`

/** Loses everything between the two; addresses and routes stay. */
export const cut = (ofClient: Namespace): Promise<void> =>
  ofClient.script(`nft -f - <<'RULES'
table inet cut {
  chain in { type filter hook prerouting priority -300; iifname inet0 drop; }
  chain out { type filter hook postrouting priority 300; oifname inet0 drop; }
}
RULES`)

export const mend = (ofClient: Namespace): Promise<void> => ofClient.script('nft delete table inet cut')
