import type { NetworkId } from '@route-server/plugin-api'
import { addressOf, oneOffAddressOf, variableOf, variablesOf, type Slots } from '@route-server/repository'
import { isDeepStrictEqual } from 'node:util'
import { contradictions, labelsFor, type Labels } from './labels.ts'
import type { ComposeModel, ComposePort, ComposeService } from './model.ts'
import { linkedNamesOf, namesOf } from './names.ts'
import { onReplicas, remarksOn, type Remark } from './remarks.ts'
import { portsOf, type ContainerPort } from './service-port.ts'
import { Tagged, toYaml } from './tagged.ts'

/** What a plan is made from. */
export interface PlanInput {
  readonly model: ComposeModel
  readonly network: NetworkId
  /** With one for every service of the model. */
  readonly slots: Slots
  /** The machine's own name, which a container on the host's network has, too. */
  readonly hostname: string
  /** How many containers `--scale` asks for. */
  readonly scales?: ReadonlyMap<string, number>
  /** The service that `run` makes one more container of, and the model as it is where that service's variable has the one-off's address. */
  readonly oneOff?: { readonly service: string; readonly model: ComposeModel } | undefined
}

/** What becomes of a compose file. */
export interface Plan {
  /** A further compose file, as YAML, that is to be merged over the others. */
  readonly override: string
  readonly rows: readonly PlannedService[]
  readonly remarks: readonly Remark[]
  /** What makes containers that would not be as the compose file means them; a sentence each. */
  readonly problems: readonly string[]
}

export interface PlannedService {
  readonly service: string
  readonly address: string
  readonly variable: string
  readonly ports: readonly ContainerPort[]
  readonly profiles: readonly string[]
  /** Those that we set. */
  readonly labels: Labels
}

/** The addresses of all services that have a slot, by their variables: `POSTGRES_IP` → `127.0.11.2`. */
export function variablesFor(slots: Slots, network: NetworkId): Readonly<Record<string, string>> {
  const entries = [...variablesOf(slots.keys())].map(
    ([variable, service]) => [variable, addressOf(network, slots.get(service) ?? 0)] as const,
  )
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Gives every service its address, host networking, and what says so. */
export function planFor({ model, network, slots, hostname, scales = new Map(), oneOff }: PlanInput): Plan {
  const routed = Object.entries(model.services).filter(([, service]) => isRoutable(service))
  const addresses = new Map(routed.map(([name]) => [name, addressOf(network, slots.get(name) ?? 0)]))
  const variables = variablesFor(new Map([...slots].filter(([name]) => addresses.has(name))), network)
  const hosts = hostLines(model, addresses)
  const problems: string[] = []
  const services = routed.map(([service, usual]) => {
    const isOneOff = service === oneOff?.service
    const definition = (isOneOff ? oneOff.model.services[service] : undefined) ?? usual
    const changed = differences(usual, definition)
    const address = isOneOff ? oneOffAddressOf(network) : (addresses.get(service) ?? '')
    const own = isOneOff ? { ...variables, [variableOf(service)]: address } : variables
    const labels = labelsFor({ service, address, network }, definition)
    if (!isOneOff) problems.push(...contradictions(labels, definition, service), ...hidden(own, definition, service))
    return [
      service,
      {
        ...Object.fromEntries(Object.entries(changed).map(([key, value]) => [key, new Tagged('!override', value)])),
        ...hostNetworking(definition),
        labels: { ...entriesIn(changed['labels']), ...labels },
        environment: { ...entriesIn(changed['environment']), ...own },
        ...extraHosts(definition, [...hosts, ...linked(definition, addresses)], { hostname, address }),
      },
    ] as const
  })
  const crowds = routed.flatMap(([name, service]) => onReplicas(name, service, scales.get(name)))
  return {
    override: `${toYaml({ services: Object.fromEntries(services) })}\n`,
    rows: routed.map(([service, definition]) => ({
      service,
      address: addresses.get(service) ?? '',
      variable: variableOf(service),
      ports: portsOf(definition),
      profiles: definition.profiles ?? [],
      labels: labelsFor({ service, address: addresses.get(service) ?? '', network }, definition),
    })),
    remarks: [...remarksOn(model, addresses), ...crowds.flatMap(({ remark }) => remark ?? [])],
    problems: [...problems, ...crowds.flatMap(({ problem }) => problem ?? [])],
  }
}

/** One that is kept from every network on purpose stays so; one without a container has no address. */
const isRoutable = ({ network_mode: mode, provider }: ComposeService): boolean =>
  mode !== 'none' && provider === undefined

/** What compose and Docker refuse beside host networking is taken away; that services wait for one another stays. */
function hostNetworking(definition: ComposeService): Readonly<Record<string, unknown>> {
  const { networks, ports, links, external_links: externalLinks, mac_address: mac, depends_on: dependsOn } = definition
  const isImplied = links !== undefined || /^service:/.test(definition.network_mode ?? '')
  return {
    network_mode: 'host',
    ...(networks && { networks: new Tagged('!reset', null) }),
    // Docker tells of exposed ports, and the route server looks there.
    ...(ports && { ports: new Tagged('!reset', []), expose: exposing(ports) }),
    ...(links && { links: new Tagged('!reset', []) }),
    ...(externalLinks && { external_links: new Tagged('!reset', []) }),
    ...(mac !== undefined && { mac_address: new Tagged('!reset', null) }),
    ...(isImplied && dependsOn && { depends_on: dependsOn }),
  }
}

/** `3000`, `53/udp` */
const exposing = (ports: readonly ComposePort[]): readonly string[] => [
  ...new Set(
    ports.map(({ target, protocol = 'tcp' }) => (protocol === 'tcp' ? String(target) : `${target}/${protocol}`)),
  ),
]

/** `name=address` for everybody. */
function hostLines(model: ComposeModel, addresses: ReadonlyMap<string, string>): readonly HostLine[] {
  return [...namesOf(model)].flatMap(([name, services]) =>
    services.flatMap((service): HostLine[] => {
      const address = addresses.get(service)
      return address === undefined ? [] : [[name, address]]
    }),
  )
}

type HostLine = readonly [name: string, address: string]

function linked(definition: ComposeService, addresses: ReadonlyMap<string, string>): readonly HostLine[] {
  return linkedNamesOf(definition).flatMap(([alias, service]): HostLine[] => {
    const address = addresses.get(service)
    return address === undefined ? [] : [[alias, address]]
  })
}

/**
 * The user's own lines count first. On the host's network the host is this very machine, which `host-gateway` can't say there; and the machine's
 * name, which programs look up as their own, is in no other file that the container sees.
 */
function extraHosts(
  { extra_hosts: own = [], hostname: ownName }: ComposeService,
  lines: readonly HostLine[],
  self: { readonly hostname: string; readonly address: string },
): Readonly<Record<string, unknown>> {
  const kept = own.map((line) => line.replace(/=host-gateway$/, '=127.0.0.1'))
  const taken = new Set(kept.map((line) => line.slice(0, line.indexOf('='))))
  const all = [...lines, ...(ownName === undefined ? [[self.hostname, self.address] as const] : [])]
  const added = all.filter(
    ([name], index) =>
      !taken.has(name) && !all.slice(0, index).some((line) => line[0] === name && index >= lines.length),
  )
  const texts = [...new Set(added.map(([name, address]) => `${name}=${address}`))].sort()
  const list = [...kept, ...texts]
  return { extra_hosts: own.length > 0 ? new Tagged('!override', list) : list }
}

/** A sentence for each variable that the service sets to something else. */
function hidden(
  variables: Readonly<Record<string, string>>,
  { environment = {} }: ComposeService,
  service: string,
): readonly string[] {
  return Object.entries(environment).flatMap(([key, value]) => {
    const ours = variables[key]
    if (ours === undefined || value === null || value === ours) return []
    return [
      `service ${service}: its environment sets ${key} to ${JSON.stringify(value)}, and ${key} is the variable of a service's address (${ours}). Rename the variable, or the service.`,
    ]
  })
}

/** What an address of its own changes about a service; nothing for any other. */
const differences = (before: ComposeService, after: ComposeService): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(after).filter(([key, value]) => !isDeepStrictEqual(value, before[key])))

const entriesIn = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})
