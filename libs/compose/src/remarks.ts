import { variableOf } from '@route-server/repository'
import type { ComposeModel, ComposePort, ComposeService } from './model.ts'
import { otherProtocolOf, portsOf, servicePortOf } from './service-port.ts'

/** Something to know about what becomes of a compose file; a sentence that begins with whom it is about. */
export interface Remark {
  readonly level: 'warning' | 'note'
  readonly text: string
}

/** What an ordinary compose file says that means something else, or nothing, with host networking. */
export function remarksOn(model: ComposeModel, addresses: ReadonlyMap<string, string>): readonly Remark[] {
  const services = Object.entries(model.services).flatMap(([name, service]) => {
    const address = addresses.get(name)
    return address === undefined
      ? []
      : [
          ...(service.ports ?? []).map((port) => onPort({ name, address, served: servicePortOf(service) }, port)),
          ...onNetworkMode(name, service),
          ...onHealthCheck(name, address, service),
        ]
  })
  return [...services, ...onInternalNetworks(model)]
}

/**
 * Several containers of one service share its address. Those that listen on nothing, such as workers, don't mind.
 *
 * @param scaled how many containers `--scale` asks for
 */
export function onReplicas(
  name: string,
  service: ComposeService,
  scaled: number | undefined,
): readonly { readonly problem?: string; readonly remark?: Remark }[] {
  const wanted = scaled ?? service.scale ?? service.deploy?.replicas ?? 1
  if (wanted < 2) return []
  const cure = `Write one service each instead (${name}-1, ${name}-2), with a YAML anchor for what they have in common.`
  const [port] = portsOf(service)
  return port === undefined
    ? [
        {
          remark: {
            level: 'warning',
            text: `service ${name}: its ${wanted} containers share one address; that works as long as they listen on nothing. ${cure}`,
          },
        },
      ]
    : [
        {
          problem: `service ${name}: its ${wanted} containers would share one address, where only one of them can listen on port ${port.number}. ${cure}`,
        },
      ]
}

interface Whose {
  readonly name: string
  readonly address: string
  /** The port that routes lead to. */
  readonly served: number | undefined
}

function onPort({ name, address, served }: Whose, port: ComposePort): Remark {
  const { target, published, host_ip: hostAddress, protocol = 'tcp' } = port
  const here = `${address}:${target}`
  const shownAddress = hostAddress?.includes(':') ? `[${hostAddress}]` : hostAddress
  const written = [shownAddress, published, target].filter((part) => part !== undefined).join(':')
  const shown = `${written}${protocol === 'tcp' ? '' : `/${protocol}`}`
  const other = protocol === 'tcp' ? otherProtocolOf(target) : protocol.toUpperCase()
  if (other !== undefined && hostAddress === undefined)
    return {
      level: 'note',
      text: `service ${name}: port ${shown} (${other}) isn't published. Services reach it at ${here}; to open it to the outside, set the label rediacc.${protocol === 'udp' ? 'udp' : 'tcp'}_ports: "${target}".`,
    }
  const routes = target === served ? ', where its routes lead to' : ''
  const isPlain = hostAddress === undefined && (published === undefined || published === String(target))
  if (isPlain)
    return {
      level: 'note',
      text: `service ${name}: port ${target} isn't published on the host; it is at ${here}${routes}.`,
    }
  return {
    level: 'warning',
    text: `service ${name}: "${shown}" can't be published with host networking. It is at ${here}${routes}; write expose: ["${target}"] instead${routes === '' && protocol === 'tcp' && other === undefined ? `, or set the label rediacc.service_port: "${target}" if its routes are to lead there` : ''}.`,
  }
}

function onNetworkMode(name: string, { network_mode: mode = '' }: ComposeService): readonly Remark[] {
  if (!/^(service|container):/.test(mode)) return []
  return [
    {
      level: 'warning',
      text: `service ${name}: network_mode "${mode}" becomes "host", with an address of its own; what it reached as localhost is at the other service's name.`,
    },
  ]
}

/** In a container of its own network, localhost was the service alone. */
function onHealthCheck(name: string, address: string, { healthcheck }: ComposeService): readonly Remark[] {
  const [asked] =
    /(?<![\w.-])(?:localhost|127\.0\.0\.1)(?::\d+)?(?![\w.])/.exec((healthcheck?.test ?? []).join(' ')) ?? []
  if (asked === undefined) return []
  return [
    {
      level: 'warning',
      text: `service ${name}: its health check asks ${asked}, and the service is to listen on ${address}; ask \${${variableOf(name)}} there.`,
    },
  ]
}

function onInternalNetworks({ networks = {} }: ComposeModel): readonly Remark[] {
  return Object.entries(networks).flatMap(([name, network]): Remark[] =>
    network?.internal === true
      ? [
          {
            level: 'warning',
            text: `network ${name}: "internal" has no effect with host networking; nothing keeps its services from connecting to the outside.`,
          },
        ]
      : [],
  )
}
