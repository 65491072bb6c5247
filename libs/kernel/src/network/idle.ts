import type { Diagnostic, Origin } from '@route-server/plugin-api'
import { isRouter, localName } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import { entryName } from '../messages.ts'
import { leftIdle, middlewareUnused } from './messages.ts'

/** Middlewares that keep somebody out: whoever writes one means it. */
const PROTECTIVE: ReadonlySet<string> = new Set([
  'basicAuth',
  'digestAuth',
  'forwardAuth',
  'ipAllowList',
  'ipWhiteList',
  'rateLimit',
  'inFlightReq',
  'inFlightConn',
])

const isUsable = ({ section }: Entry): boolean => section.endsWith('.services') || section.endsWith('.middlewares')

/** Services and middlewares that nothing else refers to. */
function idleOf(entries: ReadonlyMap<string, Entry>, isUsedElsewhere: (path: string) => boolean): readonly Entry[] {
  const used = new Set<string>()
  for (const { references } of entries.values()) for (const { path } of references) used.add(path)
  return [...entries.values()].filter(
    (entry) => isUsable(entry) && !used.has(entry.path) && !isUsedElsewhere(entry.path),
  )
}

const makersOf = ({ origins }: Entry): readonly string[] => origins.flatMap(({ containerId }) => containerId ?? [])

const originOf = ({ origins }: Entry, maker: string): Origin =>
  origins.find(({ containerId }) => containerId === maker) ?? {}

/** What a container has in the document. */
interface Household {
  readonly routers: readonly Entry[]
  readonly idle: readonly Entry[]
}

/** By the container's ID, of those who have something idle. */
function householdsOf(entries: ReadonlyMap<string, Entry>, idle: readonly Entry[]): ReadonlyMap<string, Household> {
  const households = new Map<string, { routers: Entry[]; idle: Entry[] }>()
  for (const entry of idle)
    for (const maker of makersOf(entry)) {
      const known = households.get(maker)
      if (known) known.idle.push(entry)
      else households.set(maker, { routers: [], idle: [entry] })
    }
  for (const entry of entries.values())
    if (isRouter(entry)) for (const maker of makersOf(entry)) households.get(maker)?.routers.push(entry)
  return households
}

const protocolOf = ({ section }: Entry): string => section.split('.')[0] ?? ''

const isProtective = ({ section, value }: Entry): boolean =>
  section.endsWith('.middlewares') && Object.keys(value).some((kind) => PROTECTIVE.has(kind))

/** The label that would put the middleware before the one router that its container has for that protocol. */
function labelFor(middleware: Entry, routers: readonly Entry[]): string {
  const name = localName(middleware)
  const [only, ...others] = routers
  const prefix = `traefik.${protocolOf(middleware)}.routers`
  if (!only || others.length > 0) return `${prefix}.NAME.middlewares=${name}`
  const before = only.references.filter(({ section }) => section === middleware.section).map(localName)
  return `${prefix}.${localName(only)}.middlewares=${[...before, name].join(',')}`
}

const spokenOf = (entry: Entry): string => entryName(entry.section, localName(entry))

/**
 * The diagnostics, with a word about what stays in the document and nothing leads to: a middleware that is there to protect something,
 * beside routers that are served without it; and what the last router left out leaves behind, where that is said.
 */
export function withIdle(
  entries: ReadonlyMap<string, Entry>,
  diagnostics: readonly Diagnostic[],
  isUsedElsewhere: (path: string) => boolean = () => false,
): readonly Diagnostic[] {
  const idle = idleOf(entries, isUsedElsewhere)
  if (idle.length === 0) return diagnostics
  const said = [...diagnostics]
  for (const [maker, { routers, idle: left }] of householdsOf(entries, idle)) {
    const at = said.findLastIndex(({ level, origin }) => level === 'error' && origin.containerId === maker)
    const leftBehind: string[] = []
    for (const entry of left) {
      const served = routers.filter((router) => protocolOf(router) === protocolOf(entry))
      if (isProtective(entry) && (served.length > 0 || at < 0))
        said.push(middlewareUnused(originOf(entry, maker), spokenOf(entry), labelFor(entry, served)))
      else leftBehind.push(spokenOf(entry))
    }
    const last = said[at]
    if (last && leftBehind.length > 0) said[at] = leftIdle(last, leftBehind.sort())
  }
  return said
}
