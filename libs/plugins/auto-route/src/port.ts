import type { Container, Context } from '@route-server/plugin-api'
import { quoted, readPort } from '@route-server/traefik'
import { NON_HTTP_PORTS } from './non-http-ports.ts'

export const PORT_LABEL = 'rediacc.service_port'

/**
 * The port that serves HTTP: what the label says, else the lowest exposed one that isn't known to speak something else. Where
 * there is none, the reason is reported.
 */
export function portOf(
  { labels }: Container,
  context: Pick<Context, 'exposedPorts' | 'report'>,
  nonHttpPorts: readonly number[],
): number | undefined {
  const label = labels[PORT_LABEL]
  if (label !== undefined) {
    const port = readPort(label)
    if (port === undefined)
      context.report({
        code: 'SERVICE_PORT_INVALID',
        level: 'error',
        label: PORT_LABEL,
        message: `${quoted(label)} is no port, so there is no automatic route. Set ${PORT_LABEL} to a number from 1 to 65535.`,
      })
    return port
  }
  const speaks = (port: number): string | undefined =>
    NON_HTTP_PORTS[port] ?? (nonHttpPorts.includes(port) ? 'listed in nonHttpPorts' : undefined)
  const exposed = context.exposedPorts()
  const ports = exposed?.filter(({ protocol }) => protocol === 'tcp').map(({ number }) => number)
  const port = ports?.find((port) => speaks(port) === undefined)
  if (port === undefined)
    context.report({ code: 'SERVICE_PORT_UNKNOWN', level: 'info', message: unknownPort(ports, speaks) })
  return port
}

function unknownPort(ports: readonly number[] | undefined, speaks: (port: number) => string | undefined): string {
  if (ports === undefined)
    return `What the image exposes isn't known, so there is no automatic route yet. Set ${PORT_LABEL} to do without.`
  if (ports.length === 0)
    return `The image exposes no TCP port, so there is no automatic route. Set ${PORT_LABEL} to the port that the service listens on.`
  const seen = ports.map((port) => `${port} (${speaks(port) ?? ''})`).join(', ')
  return `The image exposes only ports that don't serve plain HTTP: ${seen}. It stays internal; if it is to be reached, set ${PORT_LABEL}.`
}
