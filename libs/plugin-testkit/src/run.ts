import { createKernel, DEFAULT_POLICY, guardsOf, isRouter, render, residentsOf } from '@route-server/kernel'
import type { Listing, Entry } from '@route-server/kernel'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, Diagnostic, Fragment, NetworkId, Plugin, Problem, Settings } from '@route-server/plugin-api'
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
  /** The same with what other plugins would define and it refers to, as canonical YAML. */
  readonly whole: string
  /** Everything that is said about the containers and about its fragments, by the kernel too. */
  readonly reports: readonly Diagnostic[]
  /** What the plugin said itself. */
  readonly problems: readonly Problem[]
  readonly fragments: readonly Fragment[]
  /** Labels that it looked for by their names, and that weren't there. */
  readonly missed: ReadonlySet<string>
  readonly thrown: readonly Error[]
}

interface Notes {
  readonly problems: Problem[]
  readonly fragments: Fragment[]
  readonly missed: Set<string>
  readonly thrown: Error[]
}

/** Labels of which it is noted what is asked for in vain. */
const noted = (labels: Container['labels'], missed: Set<string>): Container['labels'] => {
  const note = (key: string | symbol): void => {
    if (typeof key === 'string' && !(key in labels)) missed.add(key)
  }
  return new Proxy(labels, {
    get(target, key) {
      note(key)
      return Reflect.get(target, key) as unknown
    },
    has(target, key) {
      note(key)
      return Reflect.has(target, key)
    },
    getOwnPropertyDescriptor(target, key) {
      note(key)
      return Reflect.getOwnPropertyDescriptor(target, key)
    },
  })
}

/** The plugin as it will be run, and strictly: its input frozen, everything outside trapped, what it says and throws noted. */
function watched(plugin: Plugin, { problems, fragments, missed, thrown }: Notes): Plugin {
  return {
    ...plugin,
    contribute(container, context) {
      const report = (problem: Problem): void => {
        problems.push(problem)
        context.report(problem)
      }
      const traefik = deepFreeze(context.traefik)
      try {
        const labels = noted(container.labels, missed)
        const seen = Object.freeze({ ...container, labels })
        const fragment = trapped(() => plugin.contribute(seen, { ...context, traefik, report }))
        if (fragment !== undefined) fragments.push(fragment)
        return fragment
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
  const notes: Notes = { problems: [], fragments: [], missed: new Set(), thrown: [] }
  const { containers, settings, options } = deepFreeze(input)
  const plugins = [
    { plugin: watched(plugin, notes), options },
    { plugin: othersThan(plugin), options: undefined },
  ]
  const { networks } = render(createKernel(plugins, settings, POLICY), residentsOf(listingsOf(containers)))
  const entries = networks.flatMap((network) => [...network.entries.values()])
  const isOwn = ({ origins }: Entry): boolean => origins.some((origin) => origin.plugin === plugin.name)
  return {
    whole: documentOf(entries.filter((entry) => !isRouter(entry) || isOwn(entry))),
    document: documentOf(entries.filter(isOwn)),
    reports: networks
      .flatMap(({ diagnostics }) => diagnostics)
      .filter(({ origin }) => origin.plugin === undefined || origin.plugin === plugin.name),
    ...notes,
  }
}
