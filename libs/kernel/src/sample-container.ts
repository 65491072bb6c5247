import type { Container } from '@route-server/plugin-api'

/** A container for tests: running, on the host's network, with an identity that its socket agrees with; what its image exposes isn't known. */
export function sampleContainer(fields: Partial<Container> = {}): Container {
  const network = fields.network ?? 2816
  const name = fields.name ?? 'web'
  const octets = [network >> 16, (network >> 8) & 255, (network & 255) + 2]
  return {
    id: name.padEnd(64, '0'),
    name,
    image: 'image',
    created: 1,
    state: 'running',
    health: 'none',
    status: 'Up 1 second',
    networkMode: 'host',
    network,
    daemon: `/var/run/rediacc/docker-${network}.sock`,
    ...fields,
    labels: {
      'rediacc.service_name': name,
      'rediacc.service_ip': `127.${octets.join('.')}`,
      'rediacc.network_id': String(network),
      ...fields.labels,
    },
  }
}
