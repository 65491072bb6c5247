import { fold } from '../labels/fold.ts'
import { byBytes } from '../labels/tree.ts'
import { remembered } from '../remembered.ts'
import { distinctNames, nameFrom } from './names.ts'
import { hasEnable } from './recognise.ts'
import type { Site } from './sites.ts'
import { WORLDS } from './worlds.ts'
import type { World } from './worlds.ts'

/** What a container's labels say to another tool than this one. */
export interface OtherWorld {
  /** The tool's name. */
  readonly world: string
  /** Its labels, sorted. */
  readonly labels: readonly string[]
  /**
   * Labels of Traefik 3 that say the same, `key=value` each; none where the labels don't tell. A router of something protected names a
   * middleware that isn't written out, so that it isn't served before somebody has written it.
   */
  readonly translation: readonly string[]
  /** One sentence: what to do instead. */
  readonly wayOver: string
  /** Whether they ask who it is, or where from. */
  readonly protects: boolean
}

const DOT = 46
const UNDERSCORE = 95

/** Up to the first dot or underscore; of `com.…`, which many have in common, up to the second dot. Every label of every container comes here. */
function headOf(label: string): string {
  for (let at = label.startsWith('com.') ? 4 : 0; at < label.length; at++) {
    const code = label.charCodeAt(at)
    if (code === DOT || code === UNDERSCORE) return label.slice(0, at).toLowerCase()
  }
  return label.toLowerCase()
}

interface Beginning {
  readonly begins: string
  readonly isWhole: boolean
  readonly world: World
}

const BY_HEAD: ReadonlyMap<string, readonly Beginning[]> = (() => {
  const heads = new Map<string, Beginning[]>()
  for (const world of WORLDS)
    for (const begins of world.labels) {
      const found = heads.get(headOf(begins)) ?? []
      heads.set(headOf(begins), [...found, { begins, isWhole: !/[._]$/.test(begins), world }])
    }
  return heads
})()

/** `caddy_1.reverse_proxy` is a site's; `caddy_ingress_network` says nothing of routes. */
const SETTING = /^caddy_(?![0-9]+(?:\.|$))/

function read(label: string): World | undefined {
  const beginnings = BY_HEAD.get(headOf(label))
  if (!beginnings) return undefined
  const folded = fold(label)
  const found = beginnings.find(({ begins, isWhole }) => (isWhole ? folded === begins : folded.startsWith(begins)))
  return SETTING.test(folded) ? undefined : found?.world
}

const MOST_KNOWN = 4000
const known = remembered(MOST_KNOWN, read)

/** Most containers have the same few labels; those of Traefik have names of their own in them. */
const worldOf = (label: string): World | undefined => (label.startsWith('traefik.') ? read(label) : known(label))

/** Whether the label is another tool's. */
export const isOfOtherWorld = (label: string): boolean => worldOf(label) !== undefined

const literal = (text: string): string => text.replaceAll('.', '\\.')

const matcher = (host: string): string =>
  host.startsWith('*.') ? `HostRegexp(\`^[^.]+${literal(host.slice(1))}$\`)` : `Host(\`${host}\`)`

function linesOf(site: Site, name: string, isOnly: boolean, protects: boolean): readonly string[] {
  const { hosts, port, scheme } = site
  const router = `traefik.http.routers.${name}`
  const server = `traefik.http.services.${name}.loadbalancer.server`
  const isSilent = port === undefined && scheme === undefined
  return [
    `${router}.rule=${hosts.map(matcher).join(' || ')}`,
    ...(protects ? [`${router}.middlewares=${name}-auth`] : []),
    ...(isOnly ? [] : [`${router}.service=${name}`]),
    ...(port === undefined ? [] : [`${server}.port=${port}`]),
    ...(scheme === undefined ? [] : [`${server}.scheme=${scheme}`]),
    // A service is there once a label names it.
    ...(isOnly || !isSilent ? [] : [`traefik.http.services.${name}.loadbalancer.passhostheader=true`]),
  ]
}

/** What a prefix was put before, to hide it from another Traefik. */
const PREFIXED = '.traefik.'

const withoutPrefix = (label: string, value: string): readonly string[] => {
  const at = fold(label).indexOf(PREFIXED)
  return at < 0 ? [] : [`${label.slice(at + 1)}=${value}`]
}

interface Found {
  readonly world: World
  readonly labels: readonly string[]
  readonly protects: boolean
}

function translationOf({ world, labels: own, protects }: Found, labels: Labels, name: string): readonly string[] {
  const unprefixed = own.flatMap((label) => withoutPrefix(label, labels[label] ?? ''))
  if (unprefixed.length > 0) return unprefixed
  const sites = world.sites(new Map(own.map((label) => [fold(label), labels[label] ?? ''])))
  if (sites.length === 0) return []
  const nameOf = distinctNames()
  const lines = sites.flatMap((site) => linesOf(site, nameOf(nameFrom(name)), sites.length === 1, protects))
  return [...(hasEnable(labels) ? [] : ['traefik.enable=true']), ...lines]
}

type Labels = Readonly<Record<string, string>>

/**
 * The other tool that a container's labels are for; of several, the first that protects something. `name` is for what they don't name: the
 * compose service; `telling` are the keys of all that may be another tool's, at least. Pure; never throws, whatever the labels.
 */
export function otherWorldsOf(
  labels: Labels,
  name: string,
  telling: readonly string[] = Object.keys(labels),
): OtherWorld | undefined {
  let found: Map<World, string[]> | undefined
  for (const label of telling) {
    const world = worldOf(label)
    if (!world) continue
    found ??= new Map()
    const own = found.get(world)
    if (own) own.push(label)
    else found.set(world, [label])
  }
  if (!found) return undefined
  const inOrder: Found[] = WORLDS.flatMap((world) => {
    const own = found.get(world)
    if (!own) return []
    const protects = own.some((label) => world.guards(fold(label), labels[label] ?? ''))
    return [{ world, labels: own.sort(byBytes), protects }]
  })
  const first = inOrder.find(({ protects }) => protects) ?? inOrder[0]
  if (!first) return undefined
  return {
    world: first.world.world,
    labels: first.labels,
    translation: translationOf(first, labels, name),
    wayOver: first.world.wayOver,
    protects: first.protects,
  }
}
