import type { Diagnostic, Origin, PortRequest } from '@route-server/plugin-api'
import { quoted } from '@route-server/traefik'
import { fragmentInvalid } from './messages.ts'
import { isMap } from './plain.ts'

function isRequest(value: unknown): value is PortRequest {
  if (!isMap(value)) return false
  const { protocol, port } = value
  return (
    (protocol === 'tcp' || protocol === 'udp') &&
    typeof port === 'number' &&
    Number.isInteger(port) &&
    port >= 1 &&
    port <= 65_535
  )
}

/** The ports that a fragment asks for, by the path of the router as the container knows it: `tcp.routers/db-5432`. */
export function portRequests(
  given: unknown,
  origin: Origin,
  report: (diagnostic: Diagnostic) => void,
): ReadonlyMap<string, PortRequest> {
  const requests = new Map<string, PortRequest>()
  for (const [name, request] of Object.entries(isMap(given) ? given : {}))
    if (isRequest(request)) requests.set(`${request.protocol}.routers/${name}`, request)
    else
      report(
        fragmentInvalid(origin, `the port request ${quoted(name)}`, {
          path: '',
          reason: 'must have a protocol, tcp or udp, and a port from 1 to 65535',
        }),
      )
  return requests
}
