import { createKernel, DEFAULT_POLICY, guardsOf, render, residentsOf } from '@route-server/kernel'
import type { Listing, Entry } from '@route-server/kernel'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, Diagnostic, NetworkId, Plugin, Problem, Settings } from '@route-server/plugin-api'
import { pick, sections, yamlEntries } from '@route-server/traefik'
import type { Yaml } from '@route-server/traefik'
import { deepFreeze } from './deep-freeze.ts'
import { trapped } from './trap.ts'

/** What a plugin is given. */
export interface Input {
  readonly containers: readonly Container[]
  readonly settings: Settings
  /** As the plugin's schema parsed them. */
  readonly options: unknown
}

/** What a plugin makes of it. */
export interface Outcome {
  /** Its part of the route document, as canonical YAML. */
  readonly document: string
  /** Everything that is said about the containers and about its fragments, by the kernel too. */
  readonly reports: readonly Diagnostic[]
  /** What the plugin said itself. */
  readonly problems: readonly Problem[]
  readonly thrown: readonly Error[]
}

/** The plugin as it will be run, and strictly: its input frozen, everything outside trapped, what it says and throws noted. */
function watched(plugin: Plugin, problems: Problem[], thrown: Error[]): Plugin {
  return {
    ...plugin,
    contribute(container, context) {
      const report = (problem: Problem): void => {
        problems.push(problem)
        context.report(problem)
      }
      const traefik = deepFreeze(context.traefik)
      try {
        return trapped(() => plugin.contribute(container, { ...context, traefik, report }))
      } catch (cause) {
        thrown.push(cause instanceof Error ? cause : new Error(String(cause)))
        throw cause
      }
    },
  }
}

/** Stands in for all other plugins: it contributes what labels define outside the plugin's own sections, so that references to it hold. */
function othersThan(plugin: Plugin): Plugin {
  const owned = Object.keys(plugin.labels)
  const others = [...sections.keys()].filter(
    (section) => !owned.some((label) => `${label}.`.startsWith(`traefik.${section}.`)),
  )
  return definePlugin({
    name: `not-${plugin.name}`,
    labels: Object.fromEntries(others.map((section) => [`traefik.${section}.{name}`, "Another plugin's."])),
    options: noOptions,
    contribute: (_, { traefik }) => pick(traefik.configuration, others),
  })
}

function listingsOf(containers: readonly Container[]): Iterable<Listing> {
  const networks = new Map<NetworkId, Listing>()
  for (const { network, daemon } of containers)
    networks.set(network, {
      network,
      daemon,
      containers: containers.filter((container) => container.network === network),
    })
  return networks.values()
}

function documentOf(entries: readonly Entry[]): string {
  const document: Record<string, Record<string, Record<string, Yaml>>> = {}
  for (const { section, name, value } of entries) {
    const [part = '', kind = ''] = section.split('.')
    const names = ((document[part] ??= {})[kind] ??= {})
    names[name] = value
  }
  return yamlEntries(document)
}

/** What a plugin makes is shown as it makes it; what strangers may not do is said, and not done to it. */
const POLICY = { ...DEFAULT_POLICY, tenancy: 'trusted', guards: guardsOf('trusted'), hold: 0 } as const

/** Runs the plugin through the kernel, from containers to its part of the route document. */
export function run(plugin: Plugin, input: Input): Outcome {
  const problems: Problem[] = []
  const thrown: Error[] = []
  const { containers, settings, options } = deepFreeze(input)
  const plugins = [
    { plugin: watched(plugin, problems, thrown), options },
    { plugin: othersThan(plugin), options: undefined },
  ]
  const { networks } = render(createKernel(plugins, settings, POLICY), residentsOf(listingsOf(containers)))
  const entries = networks.flatMap((network) => [...network.entries.values()])
  return {
    document: documentOf(entries.filter(({ origins }) => origins.some((origin) => origin.plugin === plugin.name))),
    reports: networks
      .flatMap(({ diagnostics }) => diagnostics)
      .filter(({ origin }) => origin.plugin === undefined || origin.plugin === plugin.name),
    problems,
    thrown,
  }
}
