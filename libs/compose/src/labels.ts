import type { NetworkId } from '@route-server/plugin-api'
import type { ComposeService } from './model.ts'
import { PORT_LABEL, servicePortOf } from './service-port.ts'

/** What a service's labels have to say about where it is. */
export interface Identity {
  readonly service: string
  readonly address: string
  readonly network: NetworkId
}

export type Labels = Readonly<Record<string, string>>

/** The labels that a service gets. */
export function labelsFor({ service, address, network }: Identity, definition: ComposeService): Labels {
  const port = definition.labels?.[PORT_LABEL] === undefined ? servicePortOf(definition) : undefined
  return {
    'rediacc.service_name': service,
    'rediacc.service_ip': address,
    'rediacc.network_id': String(network),
    ...(port !== undefined && { [PORT_LABEL]: String(port) }),
  }
}

/** A sentence for each label of the user's own that contradicts what we would say. */
export function contradictions(
  labels: Labels,
  { labels: own = {} }: ComposeService,
  service: string,
): readonly string[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const said = own[key]
    return said === undefined || said === value
      ? []
      : [
          `service ${service}: its label ${key} says ${JSON.stringify(said)}, and it is ${JSON.stringify(value)}. Remove the label; renet compose sets it.`,
        ]
  })
}
