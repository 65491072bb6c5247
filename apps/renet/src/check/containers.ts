import type { ComposeModel, ComposeService, Plan, PlannedService } from '@route-server/compose'
import type { Container, NetworkId, Port } from '@route-server/plugin-api'
import { createHash } from 'node:crypto'

/** What a container's origin says of compose. */
export interface ProjectFiles {
  readonly network: NetworkId
  /** Path of the daemon's socket. */
  readonly socket: string
  /** The project's compose files. */
  readonly files: readonly string[]
}

/** The containers that a project would have, as their daemon would list them once all of them run. */
export function containersOf(
  { name: project, services }: ComposeModel,
  { rows }: Plan,
  { network, socket, files }: ProjectFiles,
): readonly Container[] {
  return rows.map((row, index): Container => {
    const { service } = row
    const definition: ComposeService = services[service] ?? {}
    const name = definition.container_name ?? `${project}-${service}-1`
    const exposedPorts = exposedOf(row)
    return Object.freeze({
      id: createHash('sha256').update(name).digest('hex'),
      name,
      image: definition.image ?? '',
      created: index,
      state: 'running',
      health: 'none',
      status: 'Up',
      labels: Object.freeze({
        ...plainTexts(definition.labels ?? {}),
        ...row.labels,
        'com.docker.compose.project': project,
        'com.docker.compose.service': service,
        'com.docker.compose.project.config_files': files.join(','),
      }),
      networkMode: 'host',
      ...(exposedPorts.length > 0 && { exposedPorts }),
      network,
      daemon: socket,
    })
  })
}

/** Compose writes a `$` twice in its model. */
const plainTexts = (labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, value.replaceAll('$$', '$')]))

const PROTOCOLS: readonly string[] = ['tcp', 'udp', 'sctp'] satisfies Port['protocol'][]

const exposedOf = ({ ports }: PlannedService): readonly Port[] =>
  ports.filter((port): port is Port => PROTOCOLS.includes(port.protocol))
