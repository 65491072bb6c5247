import type { Container, Diagnostic, Origin } from '@route-server/plugin-api'
import { quoted } from '@route-server/traefik'
import { ADDRESS, NAME, NETWORK, ONE_OFF } from './identity-labels.ts'
import { identityFalse, identityMissing, networkModeWrong, oneOffUnasked, serviceNameInvalid } from './messages.ts'

/** Which service a container is, as far as its labels agree with the socket that it was seen through. */
export interface Identity {
  /** As the label has it. */
  readonly serviceName: string
  /** As a DNS label: lower case, `_` and `.` become `-`. */
  readonly service: string
  readonly address: string
}

/** What the container calls its service, whether or not that may be believed. */
export const serviceNameOf = ({ labels }: Container): string | undefined => labels[NAME]

/** Whether it was made by `docker compose run`, which copies the service's labels, and nobody asked for it to be routed. */
export const isOneOff = ({ labels }: Container): boolean =>
  labels['com.docker.compose.oneoff']?.toLowerCase() === 'true' && labels[ONE_OFF] !== 'true'

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/
/** The longest DNS label is 63; `-16777152` has to fit behind the name. */
const MAX_SERVICE_LENGTH = 50

const ADDRESS_FORM = /^127\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/

/** A loopback address as a number below 2^24; `undefined` for anything else. */
function loopbackNumber(address: string): number | undefined {
  const parts = ADDRESS_FORM.exec(address)?.slice(1).map(Number)
  if (!parts || parts.some((part) => part > 255)) return undefined
  return parts.reduce((number, part) => number * 256 + part, 0)
}

/** A network's usable addresses are base + 2 to base + 62 of its /26; its ID is the base. */
export function isAddressOf(network: number, address: string): boolean {
  const number = loopbackNumber(address)
  return number !== undefined && number >= network + 2 && number <= network + 62
}

export const serviceLabel = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[_.]/g, '-')
    .replace(/^-+|-+$/g, '')

/** The container's identity, or why it has none. */
export function identify(container: Container, origin: Origin): Identity | Diagnostic {
  const { labels, network, networkMode } = container
  const serviceName = labels[NAME]
  const address = labels[ADDRESS]
  if (isOneOff(container)) return oneOffUnasked(origin, ONE_OFF)
  if (serviceName === undefined) return identityMissing(origin, NAME)
  if (address === undefined) return identityMissing(origin, ADDRESS)
  if (labels[NETWORK] === undefined) return identityMissing(origin, NETWORK)
  if (labels[NETWORK] !== String(network))
    return identityFalse(
      origin,
      NETWORK,
      `Its label ${NETWORK} says ${quoted(labels[NETWORK])}, but its daemon is that of network ${network}`,
    )
  if (!isAddressOf(network, address))
    return identityFalse(
      origin,
      ADDRESS,
      `Its label ${ADDRESS} says ${quoted(address)}, which is no usable address of network ${network}`,
    )
  if (networkMode !== 'host') return networkModeWrong(origin, networkMode)
  if (serviceName.length > MAX_SERVICE_LENGTH) return serviceNameInvalid(origin, serviceName)
  const service = serviceLabel(serviceName)
  if (!DNS_LABEL.test(service)) return serviceNameInvalid(origin, serviceName)
  return { serviceName, service, address }
}
