import type { ComposeOrigin, Container, Context, Diagnostic, Origin, Plugin, Settings } from '@route-server/plugin-api'
import {
  decodeLabels,
  isOfOtherWorld,
  newRegexpBudget,
  otherWorldsOf,
  remembered,
  tellsTraefik,
} from '@route-server/traefik'
import type { TraefikLabels } from '@route-server/traefik'
import { holdLabelFault } from './hold-label.ts'
import { identify } from './identity.ts'
import type { Identity } from './identity.ts'
import { labelsOverLimit, routersOverLimit } from './limits.ts'
import {
  enableMissing,
  evaluationFailed,
  labelMisspelt,
  labelMistake,
  labelsOfOthers,
  labelsOfTraefik1,
  labelsUnread,
  pluginReported,
  pluginThrew,
  routingDisabled,
} from './messages.ts'
import { isMisspelt, misspeltLabels } from './misspelt.ts'
import { frozen } from './plain.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import type { Policy } from '../policy.ts'
import { screen } from './screen.ts'
import { unreadLabels } from './unread.ts'
import type { Unread } from './unread.ts'
import { pathOf, scopedName } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'

/** A plugin with its options, as its own schema parsed them. */
export interface LoadedPlugin {
  readonly plugin: Plugin
  readonly options: unknown
  /** Other providers' objects that its options name, so that the operator needn't allow them to labels. */
  readonly references?: readonly string[]
}

/** What one plugin says about one container. */
export interface Contribution {
  readonly origin: Origin
  readonly container: Container
  readonly identity: Identity
  readonly yields: boolean
  /** Its container has gone, and whoever is still there has what it would contribute otherwise. */
  readonly departed?: true
  readonly entries: readonly Entry[]
  /** Paths of what the container meant to define and that was left out. */
  readonly refused: readonly string[]
}

/** What plugins have to do with what listens at the service's address. */
export interface Interest {
  readonly address: string
  /** Whether one that asks made nothing of what is known. */
  readonly isWanted: boolean
}

/** What all plugins say about one container. */
export interface Evaluation {
  /** Left out where the container has none, or none that can be believed. */
  readonly identity?: Identity
  readonly contributions: readonly Contribution[]
  readonly diagnostics: readonly Diagnostic[]
  /** Whether a plugin asked for the exposed ports, and they weren't known. */
  readonly wantsPorts: boolean
  /** In what listens; left out: no plugin asks. */
  readonly interest?: Interest
}

function composeOf({ labels }: Container): ComposeOrigin | undefined {
  const { 'com.docker.compose.project': project, 'com.docker.compose.service': service } = labels
  if (project === undefined || service === undefined) return undefined
  const files = labels['com.docker.compose.project.config_files']
  return { project, service, ...(files !== undefined && files !== '' && { files }) }
}

export function originOf(container: Container): Origin {
  const { name, id, network, daemon } = container
  const compose = composeOf(container)
  return { container: name, containerId: id, network, daemon, ...(compose && { compose }) }
}

type IsLabel = (key: string) => boolean

/** Made once for the plugins that run, and used for every container: all have the same few labels. */
function oncePerPlugins(make: (plugins: readonly LoadedPlugin[]) => IsLabel): typeof make {
  const made = new WeakMap<readonly LoadedPlugin[], IsLabel>()
  return (plugins) => {
    const known = made.get(plugins) ?? make(plugins)
    made.set(plugins, known)
    return known
  }
}

/** Whether a label gives anything to read or to say, by its key alone. Most that a container has don't. */
const tellingTo = oncePerPlugins((plugins) => {
  const known = remembered(4000, (key) => tellsTraefik(key) || isOfOtherWorld(key) || isMisspelt(key, plugins))
  return (key) => key.startsWith('traefik.') || known(key)
})

/** Whether a key is one of a plugin's labels, or begins as those do that have a name in them. */
const declares = ({ plugin }: LoadedPlugin, key: string): boolean =>
  Object.keys(plugin.labels).some((label) => {
    const [beginning = ''] = label.split('{')
    return key === label || (beginning !== label && key.startsWith(beginning))
  })

/** Whether any plugin reads a label, by its key alone. */
const declaredBy = oncePerPlugins((plugins) =>
  remembered(4000, (key) => plugins.some((loaded) => declares(loaded, key))),
)

/** All plugins see the same labels, so none may change them. */
function frozenLabels({ labels }: Container, { service }: Identity, telling: string[]): TraefikLabels {
  const decoded = decodeLabels(labels, service, telling)
  return { ...decoded, configuration: frozen(decoded.configuration) }
}

/** Paths of the entries that a mistake in the labels cost. */
const brokenPaths = ({ broken }: TraefikLabels, network: number): readonly string[] =>
  [...broken].flatMap(([section, names]) => names.map((name) => pathOf(section, scopedName(name, network))))

/** Whether labels of Traefik 1 cost anything. */
const closes = ({ broken, brokenProtocols }: TraefikLabels): boolean =>
  brokenProtocols.has('http') || (broken.get('http.routers') ?? []).length > 0

/** What the labels alone give to say, whatever the plugins make of them. */
function labelDiagnostics(labels: TraefikLabels, unread: readonly Unread[], origin: Origin): Diagnostic[] {
  const said = labels.mistakes.map((mistake) => labelMistake(origin, mistake))
  const { state, traefik1 } = labels
  if (traefik1) said.push(labelsOfTraefik1(origin, traefik1, state === 'unasked' || closes(labels)))
  else if (state === 'unasked') said.push(enableMissing(origin))
  if (labels.state === 'disabled') said.push(routingDisabled(origin))
  return [...said, ...unread.map((labels) => labelsUnread(origin, labels))]
}

/** What a plugin that runs elsewhere says where it has no answer. */
const UNANSWERED: ReadonlySet<string> = new Set(['PLUGIN_BEHIND', 'PLUGIN_SET_ASIDE'])

/** Whether the container has a label that the plugin declares. */
const isMeantFor = (loaded: LoadedPlugin, keys: readonly string[]): boolean => keys.some((key) => declares(loaded, key))

/** The plugins that the container has labels for. */
const askedFor = (plugins: readonly LoadedPlugin[], keys: readonly string[]): ReadonlySet<string> =>
  new Set(plugins.filter((loaded) => isMeantFor(loaded, keys)).map(({ plugin }) => plugin.name))

/** With all that it made refused. */
const closedOff = (contribution: Contribution): Contribution => ({
  ...contribution,
  entries: [],
  refused: [...contribution.refused, ...contribution.entries.map(({ path }) => path)],
})

/** What nobody asked for would be served without what a plugin that has no answer may ask for: a password, say. */
const withoutUnasked = (contributions: readonly Contribution[], asked: ReadonlySet<string>): readonly Contribution[] =>
  contributions.map((one) => (one.yields && !asked.has(one.origin.plugin ?? '') ? closedOff(one) : one))

/** A plugin's answer is there when it returns. A promise would be taken for an empty fragment, and its failure end the process. */
function contributionOf({ plugin }: LoadedPlugin, container: Container, context: Context): unknown {
  const fragment: unknown = plugin.contribute(container, context)
  if (!(fragment instanceof Promise)) return fragment
  fragment.catch(() => undefined)
  throw new Error('it returned a promise, and contribute is synchronous')
}

const nothing = (...diagnostics: readonly Diagnostic[]): Evaluation => ({
  contributions: [],
  diagnostics,
  wantsPorts: false,
})

/**
 * One container, all plugins, whether it runs or not. The one place that calls a plugin, so the one place that catches what it throws; a
 * container on which we fail ourselves costs nobody else anything, either. Pure: the same container, plugins and settings give the same
 * evaluation.
 */
export function evaluate(
  container: Container,
  plugins: readonly LoadedPlugin[],
  settings: Settings,
  policy: Policy = DEFAULT_POLICY,
): Evaluation {
  const maker = originOf(container)
  try {
    return evaluated(container, maker, plugins, settings, policy)
  } catch (cause) {
    return nothing(evaluationFailed(maker, cause))
  }
}

function evaluated(
  container: Container,
  maker: Origin,
  plugins: readonly LoadedPlugin[],
  settings: Settings,
  policy: Policy,
): Evaluation {
  const keys = Object.keys(container.labels)
  const tooMuch = labelsOverLimit(container, keys, declaredBy(plugins), policy, maker)
  if (tooMuch) return nothing(tooMuch)

  const telling = keys.filter(tellingTo(plugins))
  const misspelt = misspeltLabels(telling, plugins)
  const identity = identify(container, maker)
  if ('code' in identity) return nothing(identity, ...misspelt.map((slip) => labelMisspelt(maker, slip)))

  const traefik = frozenLabels(container, identity, telling)
  const diagnostics = [
    ...labelDiagnostics(traefik, unreadLabels(container, traefik, plugins, policy), maker),
    ...misspelt.map((slip) => labelMisspelt(maker, slip)),
  ]
  const fault = holdLabelFault(container, maker)
  if (fault) diagnostics.push(fault)
  const closed = new Set(misspelt.map(({ plugin }) => plugin))
  const others = otherWorldsOf(container.labels, identity.service, telling)
  // Nobody asked for what yields, and it would be served without what those labels ask for.
  const isGuarded = others?.protects === true && traefik.state === 'none'
  if (others) diagnostics.push(labelsOfOthers(maker, others, isGuarded))
  const broken = brokenPaths(traefik, container.network)
  const contributions: Contribution[] = []
  const regexps = newRegexpBudget()
  let wantsPorts = false
  let isWanted = false
  const behind = new Set<Plugin>()
  /** Those that ask what listens. */
  const listening = new Set<Plugin>()
  let isUnanswered = false
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic)
  const exposedPorts = (): Container['exposedPorts'] => {
    wantsPorts ||= container.exposedPorts === undefined
    return container.exposedPorts
  }
  for (const loaded of plugins) {
    const { plugin, options } = loaded
    const origin: Origin = { plugin: plugin.name, ...maker }
    const context = Object.freeze<Context>({
      options,
      settings,
      traefik,
      service: identity.service,
      address: identity.address,
      exposedPorts,
      listeningPorts: () => {
        listening.add(plugin)
        // It is looked for only where the image exposes none.
        exposedPorts()
        return container.listeningPorts
      },
      report: (problem) => {
        const said = pluginReported(origin, problem)
        if (UNANSWERED.has(said.code)) behind.add(plugin)
        report(said)
      },
    })
    try {
      const fragment = contributionOf(loaded, container, context)
      if (fragment === undefined) {
        isWanted ||= listening.has(plugin)
        isUnanswered ||= behind.has(plugin) && isMeantFor(loaded, keys)
        continue
      }
      const { entries, refused } = screen(fragment, {
        container,
        identity,
        origin,
        settings,
        references: loaded.references ?? [],
        policy,
        regexps,
        report,
      })
      const isClosed = closed.has(plugin.name) || (isGuarded && plugin.yields === true)
      const yields = plugin.yields === true
      const made: Contribution = { origin, container, identity, yields, entries, refused: [...refused, ...broken] }
      contributions.push(isClosed ? closedOff(made) : made)
    } catch (cause) {
      isUnanswered ||= isMeantFor(loaded, keys)
      report(pluginThrew(origin, cause))
    }
  }
  const tooMany = routersOverLimit(contributions, policy, maker)
  if (tooMany) return { ...nothing(...diagnostics, tooMany), wantsPorts }
  return {
    identity,
    contributions: isUnanswered ? withoutUnasked(contributions, askedFor(plugins, keys)) : contributions,
    diagnostics,
    wantsPorts,
    ...(listening.size > 0 && { interest: { address: identity.address, isWanted } }),
  }
}
