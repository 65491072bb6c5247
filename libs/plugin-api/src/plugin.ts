import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { DynamicConfiguration, TraefikLabels } from '@route-server/traefik'
import type { Container, Port } from './container.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Settings } from './settings.ts'

/** A port on which a router wants to be reached: that of the entry point, and the one that it gets where that isn't free. */
export interface PortRequest {
  /** Also says which routers are meant: those in `tcp` or in `udp`. */
  readonly protocol: 'tcp' | 'udp'
  /** 1 to 65535: the container's own, and on the outside the same if it is free, else one of the dynamic range. */
  readonly port: number
}

/** Part of a route document, under the container's own names. */
export type Fragment = DynamicConfiguration & {
  /** By the name of a TCP or UDP router that has no entry points: the kernel finds one, and keeps it for the service. */
  readonly ports?: Readonly<Record<string, PortRequest>>
}

/** Raised only when an older plugin could misbehave. A plugin with another version is refused when it is loaded. */
export const API_VERSION = 1

/**
 * A protocol plugin: an identity, the labels it owns, a schema for its options, and one pure function.
 *
 * A plain object. It may come from another copy of this package, so nothing compares classes or symbols.
 */
export interface Plugin<Options = unknown> {
  readonly apiVersion: typeof API_VERSION
  /** kebab-case, unique among the loaded plugins. It stands in every origin and diagnostic. */
  readonly name: string
  /**
   * The labels that it reads, each with one line for people: `{ 'traefik.http.routers.{name}': 'A router …' }`.
   * `{name}` stands for one segment; a pattern owns everything below it.
   */
  readonly labels: Readonly<Record<string, string>>
  /** A Standard Schema (zod, valibot, arktype …) for the options. Run once at the start; bad options stop it and name the path. */
  readonly options: StandardSchemaV1<unknown, Options>
  /**
   * `true`: where another plugin defines something under the same name, this plugin's whole part of that container gives way,
   * whichever container is older. For routes that nobody asked for.
   */
  readonly yields?: boolean
  /**
   * One running container in, its part of the route document out; `undefined` when there is nothing to say.
   *
   * Pure and synchronous: the same container and context give the same fragment. No network, files, clock, environment or
   * randomness, no state between calls, no change to the (frozen) input. Names are the container's own: the kernel makes them
   * unique per network. A throw costs this container its part from this plugin and nothing else; to say what is wrong,
   * `report` it.
   */
  contribute(container: Container, context: Context<Options>): Fragment | undefined
}

/** What a plugin may know besides the container. */
export interface Context<Options = unknown> {
  /** Parsed by the plugin's own schema. */
  readonly options: Options
  readonly settings: Settings
  /** The service's name: `rediacc.service_name` as a DNS label. */
  readonly service: string
  /** The service's address: `rediacc.service_ip`, checked to be one of the network's. */
  readonly address: string
  /** The container's `traefik.*` labels, decoded as Traefik's own Docker provider would. */
  readonly traefik: TraefikLabels
  /**
   * What the image exposes, lowest number first. Asking costs one inspect call per container, once; until it is answered
   * (or where it failed) this is `undefined`, so ask only where no label gives the port.
   */
  readonly exposedPorts: () => readonly Port[] | undefined
  /**
   * On which TCP ports something was seen listening at the service's address, lowest first; `undefined` until something is. For a
   * container whose image exposes no TCP port, where no label gives one either: whoever asks and then contributes nothing has it
   * looked for, as long as the container runs. It doesn't say whose process that is.
   */
  readonly listeningPorts: () => readonly number[] | undefined
  /** Says what is wrong, and what to do about it. The kernel adds the origin. */
  readonly report: (problem: Problem) => void
}

/** A diagnostic as a plugin makes it. */
export type Problem = Omit<Diagnostic, 'origin'>

/** What {@link definePlugin} takes: a plugin without the version, which it adds. */
export type PluginDefinition<Options> = Omit<Plugin<Options>, 'apiVersion'>

/** Makes a plugin. It exists so that `Options` is inferred from the schema and never written twice. */
export function definePlugin<Options>(definition: PluginDefinition<Options>): Plugin<Options> {
  return { apiVersion: API_VERSION, ...definition }
}
