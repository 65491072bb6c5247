import { parseGoBool } from '../go/bool.ts'
import { traefik1Of } from '../legacy/traefik1.ts'
import type { Traefik1 } from '../legacy/traefik1.ts'
import { nearest } from '../nearest.ts'
import { quoted } from '../quoted.ts'
import { remembered } from '../remembered.ts'
import { configuration, sections } from '../schema/configuration.ts'
import type { DynamicConfiguration, HttpRouter, Protocol, SectionName } from '../schema/configuration.ts'
import { boolean, string, struct } from '../schema/nodes.ts'
import { checkShape, fill, fillEntry } from './fill.ts'
import type { Mistake } from './fill.ts'
import { fold } from './fold.ts'
import { plainConfiguration } from './plain.ts'
import { suggestLabel } from './suggest.ts'
import { byBytes, labelTree, respelled, someLabel } from './tree.ts'
import type { LabelNode } from './tree.ts'
import { traefikSlipOf } from './traefik-slips.ts'
import type { TraefikSlip } from './traefik-slips.ts'

/**
 * What a container asks of Traefik. `none`: it has no `traefik.*` label. `enabled`: `traefik.enable=true`. `disabled`:
 * `traefik.enable=false`. `unasked`: other `traefik.*` labels without `traefik.enable=true`. `refused`: it has a label for
 * which Traefik drops the whole container.
 */
export type LabelState = 'none' | 'enabled' | 'disabled' | 'unasked' | 'refused'

/** A mistake, and what it costs: a section's entry such as `http.routers.web`, a whole protocol, or the container. */
export interface LabelMistake extends Mistake {
  /** Left out where nothing is lost. */
  readonly costs?: string
}

/** A container's `traefik.*` labels, decoded as Traefik's Docker provider does; of mistakes, only what they touch is left out. */
export interface TraefikLabels {
  readonly state: LabelState
  /** What the labels say, no more: nothing is linked, no default is added. Empty unless enabled. */
  readonly configuration: DynamicConfiguration
  /** Names of the entries that a mistake cost, by section. */
  readonly broken: ReadonlyMap<SectionName, readonly string[]>
  /** Protocols that a mistake cost; `configuration` has nothing of them. */
  readonly brokenProtocols: ReadonlySet<Protocol>
  readonly mistakes: readonly LabelMistake[]
  /** What its labels of Traefik 1 say; whatever they might have protected is among what is broken. */
  readonly traefik1?: Traefik1
}

/** New each time: nobody's labels share anything with another's. */
const nothing = (): Omit<TraefikLabels, 'state'> => ({
  configuration: {},
  broken: new Map(),
  brokenProtocols: new Set(),
  mistakes: [],
})

/** What the Docker provider itself reads, before and whatever the routing labels say. */
const ownLabels = struct({
  enable: boolean(),
  docker: struct({ network: string(), lbSwarm: boolean(), allowNonRunning: boolean() }),
})

/** Traefik selects labels by the beginnings of their names, with no thought for where a word ends: `traefik.httpd` is selected, and fails. */
const OWN = /^traefik\.(enable|docker\.)/i
const ROUTING = /^traefik\.(http|tcp|udp|tls\.stores\.default)/i

const costsOf = (path: string, mistake: Mistake): LabelMistake =>
  mistake.ignored ? mistake : { ...mistake, costs: path }

function unknownName(node: LabelNode, known: readonly string[]): Mistake {
  const label = someLabel(node) ?? node.name
  const reason = `Traefik knows no ${quoted(node.name)} there`
  const better = nearest(node.name, known)
  const suggestion = better === undefined ? suggestLabel(label) : respelled(node, better)
  return suggestion === undefined ? { label, reason } : { label, reason, suggestion }
}

/** Everything at and below a node that couldn't be read, or was said twice. */
function* unreadable(node: LabelNode): Iterable<Mistake> {
  yield* node.unreadable
  for (const label of node.overruled)
    yield { label, reason: `${node.label ?? ''} says the same field, and Traefik takes that one`, ignored: true }
  for (const child of node.children.values()) yield* unreadable(child)
}

function decodeSection(
  name: SectionName,
  tree: LabelNode,
): { entries: Record<string, unknown>; broken: string[]; mistakes: LabelMistake[] } {
  const section = sections.get(name)
  const mistakes: LabelMistake[] = []
  const broken: string[] = []
  const entries: [string, unknown][] = []
  if (!section) return { entries: {}, broken, mistakes }
  for (const child of tree.children.values()) {
    const found: Mistake[] = [...unreadable(child)]
    const value = fillEntry(section.value, child, (mistake) => found.push(mistake))
    mistakes.push(...found.map((mistake) => costsOf(`${name}.${child.name}`, mistake)))
    if (found.some((mistake) => !mistake.ignored)) broken.push(child.name)
    else entries.push([child.name, value])
  }
  return { entries: Object.fromEntries(entries), broken, mistakes }
}

/** Mistakes that belong to no entry: they cost the protocol. */
function* structureMistakes(part: LabelNode): Iterable<Mistake> {
  yield* part.unreadable
  if (part.children.size === 0 && part.unreadable.length === 0)
    yield { label: part.label ?? part.name, reason: `${quoted(part.name)} can't have a value of its own` }
}

interface Decoded {
  readonly parts: [string, Record<string, Record<string, unknown>>][]
  readonly broken: Map<SectionName, readonly string[]>
  readonly brokenProtocols: Set<Protocol>
  readonly mistakes: LabelMistake[]
}

function decodePart(partName: string, part: LabelNode, decoded: Decoded): void {
  const schema = configuration.fields[partName]
  if (schema?.kind !== 'struct') return
  const structural: Mistake[] = [...structureMistakes(part)]
  const found: LabelMistake[] = []
  const content: [string, Record<string, unknown>][] = []
  const broken: [SectionName, readonly string[]][] = []
  const names = new Map(Object.keys(schema.fields).map((name) => [fold(name), name]))
  for (const child of part.children.values()) {
    const name = names.get(fold(child.name))
    const node = name === undefined ? undefined : schema.fields[name]
    if (name === undefined || !node) {
      structural.push(unknownName(child, [...names.values()]))
      continue
    }
    if (node.kind === 'internal' || node.marks.label === 'ignored') {
      structural.push(...unreadable(child))
      checkShape(node, child, (mistake) => structural.push(mistake))
      found.push({
        label: someLabel(child) ?? child.name,
        reason: `Traefik accepts it and takes no notice${node.kind === 'internal' ? '' : '; only a file can say this'}`,
        ignored: true,
      })
      continue
    }
    structural.push(...structureMistakes(child))
    const section = decodeSection(`${partName}.${name}` as SectionName, child)
    found.push(...section.mistakes)
    if (section.broken.length > 0) broken.push([`${partName}.${name}` as SectionName, section.broken])
    if (Object.keys(section.entries).length > 0) content.push([name, section.entries])
  }
  decoded.mistakes.push(...structural.map((mistake) => costsOf(partName, mistake)), ...found)
  if (structural.some((mistake) => !mistake.ignored)) {
    decoded.brokenProtocols.add(partName as Protocol)
    return
  }
  for (const [name, names] of broken) decoded.broken.set(name, names)
  if (content.length > 0) decoded.parts.push([partName, Object.fromEntries(content)])
}

/** Labels that fail before any part of them is looked up: `Traefik.http.x`, `traefik..http`. */
function rootMistakes(keys: readonly string[], tree: LabelNode): Mistake[] {
  const capital = keys.filter((key) => !key.startsWith('traefik.'))
  return [
    ...capital.map((label) => ({
      label,
      reason: 'Traefik wants the first part in lower case',
      suggestion: label.replace(/^traefik/i, 'traefik'),
    })),
    ...(traefikNode(tree)?.unreadable ?? []),
  ]
}

/** Labels that Traefik selects by the beginning of their name and then can't place: `traefik.httpd.x`. */
function strayMistakes(tree: LabelNode): Mistake[] {
  const parts = Object.keys(configuration.fields)
  return [...(traefikNode(tree)?.children.values() ?? [])]
    .filter((part) => !parts.includes(fold(part.name)))
    .map((part) => unknownName(part, parts))
}

/** Labels that Traefik doesn't even select: `traefik.htpp.x`, `traefik.tls.options.x`. */
function overlooked(key: string): LabelMistake {
  const part = key.split('.')[1] ?? ''
  const better = nearest(part, [...Object.keys(ownLabels.fields), ...Object.keys(configuration.fields)])
  const suggestion =
    better === undefined || better === fold(part)
      ? suggestLabel(key)
      : `traefik.${better}${key.slice('traefik.'.length + part.length)}`
  return {
    label: key,
    reason: 'Traefik reads no such label',
    ...(suggestion !== undefined && { suggestion }),
    ignored: true,
  }
}

const traefikNode = (tree: LabelNode): LabelNode | undefined => tree.children.get('traefik')

type Routing = Pick<TraefikLabels, 'configuration' | 'broken' | 'brokenProtocols' | 'mistakes'>

function decodeRouting(tree: LabelNode): Routing {
  const decoded: Decoded = { parts: [], broken: new Map(), brokenProtocols: new Set(), mistakes: [] }
  for (const part of traefikNode(tree)?.children.values() ?? []) decodePart(fold(part.name), part, decoded)
  const { parts, ...rest } = decoded
  return { configuration: Object.fromEntries(parts), ...rest }
}

type Labels = Readonly<Record<string, string>>

interface Sorted {
  readonly keys: readonly string[]
  /** Those that count as mistakes of what they were meant for. */
  readonly slips: readonly TraefikSlip[]
  /** Those that somebody may have put aside on purpose. */
  readonly aside: readonly TraefikSlip[]
}

/** The labels that Traefik reads, or overlooks, and those that it would read if they were spelled right. */
function sorted(labels: Labels): Sorted {
  const keys: string[] = []
  const found: TraefikSlip[] = []
  for (const key of Object.keys(labels)) {
    const slip = traefikSlipOf(key)
    if (slip) found.push(slip)
    else if (/^traefik\./i.test(key)) keys.push(key)
  }
  const slips = found.sort((a, b) => byBytes(a.label, b.label))
  return { keys, slips: slips.filter(({ aside }) => !aside), aside: slips.filter(({ aside }) => aside) }
}

const slipMistake = ({ label, meant, reason }: TraefikSlip): Mistake => ({
  label,
  reason: `${reason}, so Traefik takes no notice of it`,
  suggestion: meant,
})

/** Labels by which a container uses a protocol. */
const WITH_ROUTES = /^traefik\.(http|tcp|udp)\.(?:routers|services|middlewares)/i

/** Where it was meant to be; with no protocol in it, in any that the container uses. */
function placesOf({ certain, anyProtocol }: TraefikSlip, keys: readonly string[]): readonly string[] {
  if (!anyProtocol) return [certain]
  const [root = '', , ...rest] = certain.split('.')
  const used = new Set(keys.flatMap((key) => WITH_ROUTES.exec(key)?.[1]?.toLowerCase() ?? []))
  return used.size === 0 ? [certain] : [...used].sort().map((protocol) => [root, protocol, ...rest].join('.'))
}

/** One that Traefik would take no notice of if it were spelled right, or that was put aside. */
const ignoredSlip = (slip: TraefikSlip): Mistake => ({ ...slipMistake(slip), ignored: true })

/** The labels as they were meant, where Traefik wouldn't read the right spelling either. */
const respelledLabels = (labels: Labels, slips: readonly TraefikSlip[]): Labels =>
  slips.length === 0
    ? labels
    : { ...labels, ...Object.fromEntries(slips.map(({ label, meant }) => [meant, labels[label] ?? ''])) }

const isAutomatic = ({ rule }: HttpRouter): boolean => rule === undefined || rule === ''
const isBare = ({ middlewares = [] }: HttpRouter): boolean => middlewares.length === 0

/**
 * What is left where Traefik 1's labels say what somebody meant: no router by the default rule, since they have a rule of their own; and
 * none without middlewares, where they protect something.
 */
function besideTraefik1(routing: Routing, { protects }: Traefik1): Routing {
  const { configuration, broken, brokenProtocols } = routing
  const { http } = configuration
  const routers = Object.entries(http?.routers ?? {})
  const declared = routers.length + (broken.get('http.routers')?.length ?? 0)
  if (declared === 0) {
    const others = Object.fromEntries(Object.entries(configuration).filter(([part]) => part !== 'http'))
    return { ...routing, configuration: others, brokenProtocols: new Set([...brokenProtocols, 'http']) }
  }
  const isClosed = (router: HttpRouter): boolean => isAutomatic(router) || (protects && isBare(router))
  const closed = routers.filter(([, router]) => isClosed(router)).map(([name]) => name)
  if (closed.length === 0) return routing
  const left = Object.fromEntries(routers.filter(([name]) => !closed.includes(name)))
  return {
    ...routing,
    configuration: { ...configuration, http: { ...http, routers: left } },
    broken: new Map([...broken, ['http.routers', [...(broken.get('http.routers') ?? []), ...closed]]]),
  }
}

const MOST_KNOWN = 4000

/** Whether a label may be one of Traefik's. Most containers have the same few of others. */
const mayBeTraefiks = remembered(MOST_KNOWN, (key) => /^traefik\./i.test(key) || traefikSlipOf(key) !== undefined)

const isAscending = (keys: readonly string[]): boolean => keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') < key)

/** The quick way for nearly all containers: labels of which there is nothing to say but what they say; `undefined` for others. */
function decodedPlainly(labels: Labels, telling: readonly string[]): TraefikLabels | undefined {
  const keys: string[] = []
  for (const key of telling) {
    if (key.startsWith('traefik.')) keys.push(key)
    else if (mayBeTraefiks(key)) return undefined
  }
  if (keys.length === 0) return { state: 'none', ...nothing() }
  const enable = keys.indexOf(ENABLE)
  if (enable < 0 || parseGoBool(labels[ENABLE] ?? '') !== true) return undefined
  keys.splice(enable, 1)
  const configuration = plainConfiguration(labels, isAscending(keys) ? keys : keys.sort(byBytes))
  return configuration && { state: 'enabled', ...nothing(), configuration }
}

const ENABLE = 'traefik.enable'

/**
 * Reads a container's labels; `service` is what it is called where they name nothing, `telling` the keys of all that may be Traefik's, at
 * least. Pure; never throws, whatever the labels.
 */
export const decodeLabels = (labels: Labels, service = 'app', telling = Object.keys(labels)): TraefikLabels =>
  decodedPlainly(labels, telling) ?? decodedWholly(labels, service)

/** Whether the label says anything to Traefik, as it is spelled or as it was meant. */
export const tellsTraefik = (label: string): boolean => label.startsWith('traefik.') || mayBeTraefiks(label)

/** By the tree of all labels, in which everything has its place that may be wrong. */
export function decodedWholly(labels: Labels, service: string): TraefikLabels {
  const { keys, slips, aside } = sorted(labels)
  const asides = aside.map(ignoredSlip)
  if (keys.length + slips.length === 0) return { state: 'none', ...nothing(), mistakes: asides }

  const ownKeys = keys.filter((key) => OWN.test(key))
  const own = labelTree(labels, ownKeys)
  const ownSlips = slips.filter(({ certain }) => OWN.test(`${certain}.`))
  const ownMistakes: Mistake[] = [...ownSlips.map(slipMistake), ...rootMistakes(ownKeys, own)]
  const node = traefikNode(own)
  if (node) fill(ownLabels, node, (mistake) => ownMistakes.push(mistake))
  if (ownMistakes.some((mistake) => !mistake.ignored)) return refused(ownMistakes)

  const enable = node?.children.get('enable')?.value
  if (enable !== undefined && !parseGoBool(enable)) return { state: 'disabled', ...nothing() }
  const idle = slips.filter(({ certain }) => !ROUTING.test(certain))
  const traefik1 = traefik1Of(respelledLabels(labels, idle), service)
  const older = traefik1 && { traefik1 }
  if (enable === undefined)
    return { state: 'unasked', ...nothing(), ...older, mistakes: slips.map(slipMistake).map(unserved) }

  const routingKeys = keys.filter((key) => ROUTING.test(key))
  const meant = slips.filter((slip) => !idle.includes(slip))
  const routing = labelTree(
    labels,
    routingKeys,
    meant.flatMap((slip) => placesOf(slip, routingKeys).map((at) => ({ ...slipMistake(slip), at }))),
  )
  const mistakes = [...rootMistakes(routingKeys, routing), ...strayMistakes(routing)]
  if (mistakes.length > 0) return refused(mistakes)
  const routed = decodeRouting(routing)
  const decoded = traefik1 ? besideTraefik1(routed, traefik1) : routed
  const unread = keys.filter((key) => !OWN.test(key) && !ROUTING.test(key) && !traefik1?.labels.includes(key))
  const said = [...asides, ...idle.map(ignoredSlip), ...unread.sort(byBytes).map(overlooked)]
  return { state: 'enabled', ...decoded, ...older, mistakes: [...said, ...decoded.mistakes] }
}

/** Of a container that isn't routed: there is nothing for a mistake to cost. */
const unserved = (mistake: Mistake): LabelMistake => costsOf('container', mistake)

const refused = (mistakes: readonly Mistake[]): TraefikLabels => ({
  state: 'refused',
  ...nothing(),
  mistakes: mistakes.map(unserved),
})
