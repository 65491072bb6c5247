import type { Container, Port } from '@route-server/plugin-api'
import { fields, list, mapOf, mustBe, number, oneOf, text } from './fields.ts'
import type { Reader } from './fields.ts'

/** In the two forms that compose files have: a map, or a list of `KEY=VALUE`. */
const labels: Reader<Container['labels']> = (value, where) => {
  if (!Array.isArray(value)) return mapOf(text)(value, where)
  return Object.fromEntries(
    list(text)(value, where).map((label) => {
      const [key = '', ...rest] = label.split('=')
      return [key, rest.join('=')]
    }),
  )
}

const portText = mustBe('a port, such as 80 or 53/udp', (value): value is string | number =>
  /^\d{1,5}(\/(tcp|udp|sctp))?$/.test(String(value)),
)

const port: Reader<Port> = (value, where) => {
  const [number, protocol = 'tcp'] = String(portText(value, where)).split('/')
  return { number: Number(number), protocol: protocol as Port['protocol'] }
}

/** `unknown`: the container wasn't inspected. */
const exposedPorts: Reader<readonly Port[] | 'unknown'> = (value, where) =>
  value === 'unknown' ? value : list(port)(value, where)

const readFields = fields({
  name: text,
  image: text,
  created: number,
  state: oneOf(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
  health: oneOf(['none', 'starting', 'healthy', 'unhealthy']),
  labels,
  networkMode: text,
  network: number,
  exposedPorts,
  listeningPorts: list(number),
})

/** An address of the network: base + 2 for the first container, and so on. */
function addressOf(network: number, index: number): string {
  const number = network + 2 + index
  return `127.${number >> 16}.${(number >> 8) & 255}.${number & 255}`
}

/**
 * A container as a case describes it, the rest made up: it runs on the host network and is a replica of the service `web`
 * in network 2816, with an address of its own. Of several, each is younger than the one before.
 */
export const containerAt =
  (index: number): Reader<Container> =>
  (value, where) => {
    const { exposedPorts = [], ...given } = readFields(value, where)
    const { network = 2816 } = given
    return {
      id: String(index + 1).padStart(64, '0'),
      name: `web-${index + 1}`,
      image: 'web:latest',
      created: 1_700_000_000 + index,
      state: 'running',
      health: 'none',
      status: 'Up 1 minute',
      networkMode: 'host',
      network,
      daemon: `/var/run/rediacc/docker-${network}.sock`,
      ...given,
      labels: {
        'rediacc.service_name': 'web',
        'rediacc.service_ip': addressOf(network, index),
        'rediacc.network_id': String(network),
        ...given.labels,
      },
      ...(exposedPorts !== 'unknown' && { exposedPorts }),
    }
  }
