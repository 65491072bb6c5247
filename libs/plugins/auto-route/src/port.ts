import type { Container, Context } from '@route-server/plugin-api'
import { quoted, readPort } from '@route-server/traefik'
import { NON_HTTP_PORTS } from './non-http-ports.ts'

export const PORT_LABEL = 'rediacc.service_port'

type Knowledge = Pick<Context, 'address' | 'exposedPorts' | 'listeningPorts' | 'report'>

interface Choice {
  /** TCP ports that aren't a web server's, besides the known ones. */
  readonly nonHttpPorts: readonly number[]
  /** Whether a port that is seen listening may be chosen. */
  readonly seenPorts: boolean
}

/** What a port is known to speak in place of plain HTTP. */
type Speaks = (port: number) => string | undefined

/**
 * The port that serves HTTP: what the label says, else the lowest exposed one that isn't known to speak something else, else, of an image
 * that exposes none, the only such one that is listened on. Where there is none, the reason is reported.
 */
export function portOf(
  { labels }: Container,
  context: Knowledge,
  { nonHttpPorts, seenPorts }: Choice,
): number | undefined {
  const label = labels[PORT_LABEL]
  if (label !== undefined) return labelledPort(label, context)
  const speaks: Speaks = (port) =>
    NON_HTTP_PORTS[port] ?? (nonHttpPorts.includes(port) ? 'listed in nonHttpPorts' : undefined)
  const exposed = context.exposedPorts()
  const ports = exposed?.filter(({ protocol }) => protocol === 'tcp').map(({ number }) => number)
  return seenPorts && ports?.length === 0 ? listeningPort(context, speaks) : exposedPort(ports, context, speaks)
}

function labelledPort(label: string, { report }: Knowledge): number | undefined {
  const port = readPort(label)
  if (port === undefined)
    report({
      code: 'SERVICE_PORT_INVALID',
      level: 'error',
      label: PORT_LABEL,
      message: `${quoted(label)} is no port, so there is no automatic route. Set ${PORT_LABEL} to a number from 1 to 65535.`,
    })
  return port
}

function exposedPort(ports: readonly number[] | undefined, { report }: Knowledge, speaks: Speaks): number | undefined {
  const port = ports?.find((port) => speaks(port) === undefined)
  if (port === undefined) report({ code: 'SERVICE_PORT_UNKNOWN', level: 'info', message: unexposed(ports, speaks) })
  return port
}

function unexposed(ports: readonly number[] | undefined, speaks: Speaks): string {
  if (ports === undefined)
    return `What the image exposes isn't known, so there is no automatic route yet. Set ${PORT_LABEL} to do without.`
  if (ports.length === 0)
    return `The image exposes no TCP port, so there is no automatic route. Set ${PORT_LABEL} to the port that the service listens on.`
  return `The image exposes only ports that don't serve plain HTTP: ${named(ports, speaks)}. It stays internal; if it is to be reached, set ${PORT_LABEL}.`
}

function listeningPort({ address, listeningPorts, report }: Knowledge, speaks: Speaks): number | undefined {
  const ports = listeningPorts() ?? []
  const candidates = ports.filter((port) => speaks(port) === undefined)
  const [port, ...others] = candidates
  if (port === undefined)
    report({ code: 'SERVICE_PORT_UNKNOWN', level: 'info', message: unseen(ports, address, speaks) })
  if (others.length === 0) return port
  report({
    code: 'SERVICE_PORT_AMBIGUOUS',
    level: 'info',
    message: `The image exposes no TCP port, and several are listened on at ${address}: ${candidates.join(', ')}; so there is no automatic route. Set ${PORT_LABEL} to the one that serves HTTP, such as ${PORT_LABEL}=${candidates[0]}.`,
  })
  return undefined
}

const unseen = (ports: readonly number[], address: string, speaks: Speaks): string =>
  ports.length === 0
    ? `The image exposes no TCP port, and nothing was seen listening on ${address} yet, so there is no automatic route. It is looked for as long as the container runs; set ${PORT_LABEL} to the port that the service listens on to do without.`
    : `The image exposes no TCP port, and only such that don't serve plain HTTP are listened on at ${address}: ${named(ports, speaks)}. It stays internal; if it is to be reached, set ${PORT_LABEL}.`

const named = (ports: readonly number[], speaks: Speaks): string =>
  ports.map((port) => `${port} (${speaks(port) ?? ''})`).join(', ')
