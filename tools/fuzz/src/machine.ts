import { parseInspect } from '@route-server/docker'
import type { Container, NetworkId } from '@route-server/plugin-api'
import { injectedLabels } from '@route-server/testbed/network'
import { BROKEN_BYTE } from './labels/hostile-texts.ts'
import type { LabelSet } from './labels/label-set.ts'

/** Where the hostile containers are, with some healthy ones; and where only healthy ones are. */
export const HOSTILE_NETWORK = 2816
export const HEALTHY_NETWORK = 2880

const HEALTHY_AMONG_HOSTILE = 3
const HEALTHY_APART = 10
const SLOTS = 61

interface Inspected {
  readonly index: number
  readonly network: NetworkId
  readonly name: string
  readonly created: number
  readonly labels: LabelSet
}

/** What `docker inspect` prints of a container. */
const inspected = ({ index, network, name, created, labels }: Inspected): unknown => ({
  Id: index.toString(16).padStart(64, '0'),
  Name: `/${name}`,
  Created: new Date(created * 1000).toISOString(),
  State: { Status: 'running' },
  HostConfig: { NetworkMode: 'host' },
  Config: {
    Image: 'fuzz:latest',
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    Labels: {
      ...injectedLabels(network, name, index % SLOTS),
      ...labels,
    },
  },
})

/** The daemon's answer as it comes in: bytes that need not be UTF-8. */
function received(value: unknown): unknown {
  const text = JSON.stringify(value)
  if (!text.includes(BROKEN_BYTE)) return JSON.parse(text)
  const [broken, byte] = [Buffer.from(BROKEN_BYTE).toString('latin1'), '\xc3']
  const bytes = Buffer.from(Buffer.from(text).toString('latin1').replaceAll(broken, byte), 'latin1')
  return JSON.parse(bytes.toString('utf8'))
}

function containerOf(spec: Inspected): Container {
  const { network } = spec
  const daemon = `/var/run/rediacc/docker-${network}.sock`
  const [container] = parseInspect([received(inspected(spec))], { daemon, network })
  if (!container) throw new Error('A container has been lost before it was looked at.')
  // A label about the network is a claim; the network is that of the daemon.
  return { ...container, network }
}

const CREATED = 1_700_000_000

const healthy = (index: number, network: NetworkId): Container => {
  const name = `healthy-${index}`
  const prefix = 'traefik.http'
  return containerOf({
    index,
    network,
    name,
    created: CREATED + index,
    labels: {
      'traefik.enable': 'true',
      [`${prefix}.routers.${name}.rule`]: `Host(\`${name}.example.com\`)`,
      [`${prefix}.routers.${name}.middlewares`]: name,
      [`${prefix}.middlewares.${name}.headers.customresponseheaders.x-name`]: name,
      [`${prefix}.services.${name}.loadbalancer.server.port`]: '8080',
    },
  })
}

/** Containers that are always there, older than any hostile one. */
const INNOCENT: readonly Container[] = [
  ...Array.from({ length: HEALTHY_AMONG_HOSTILE }, (_, i) => healthy(i + 1, HOSTILE_NETWORK)),
  ...Array.from({ length: HEALTHY_APART }, (_, i) => healthy(i + 11, HEALTHY_NETWORK)),
]

/** Names in the document that have to be there whatever the hostile containers do: of router, middleware and service alike. */
export const INNOCENT_NAMES: readonly string[] = INNOCENT.map(({ name, network }) => `${name}-${network}`)

export interface Machine {
  readonly hostile: readonly Container[]
  readonly innocent: readonly Container[]
}

/** The machine with one hostile container for each of these label sets. */
export const machineWith = (cases: readonly LabelSet[]): Machine => ({
  innocent: INNOCENT,
  hostile: cases.map((labels, i) =>
    containerOf({
      index: 100 + i,
      network: HOSTILE_NETWORK,
      name: `case-${i}`,
      created: CREATED + 1_000 + (i % 7),
      labels,
    }),
  ),
})
