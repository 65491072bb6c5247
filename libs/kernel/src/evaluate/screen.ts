import type { Container, Diagnostic, Origin, PortRequest, Settings } from '@route-server/plugin-api'
import { buildErrors, checkEntry, checkVersion, quoted, renameReferences, sections } from '@route-server/traefik'
import type { Reference, Refusal, RegexpBudget, SectionName } from '@route-server/traefik'
import { entryOf, pathOf, scopedName } from '../document/entry.ts'
import type { Entry, Maker, Target, Value } from '../document/entry.ts'
import { entryPointsOf, withOwnEntryPoints } from './entry-points.ts'
import { habits } from './habits.ts'
import { withPacedHealthChecks } from './health-checks.ts'
import { HOLD } from './hold-label.ts'
import { entryName } from '../messages.ts'
import { entryRefused, fragmentInvalid, referenceNotAllowed } from './messages.ts'
import type { Identity } from './identity.ts'
import type { Policy } from '../policy.ts'
import { isMap, plain } from './plain.ts'
import { remarked } from './remarked.ts'
import { portRequests } from './port-requests.ts'
import { inV3 } from './v2-rules.ts'
import { listensOf, pin } from './upstreams.ts'
import type { Pinned } from './upstreams.ts'

/** Reasons beyond these are left unsaid. */
const MAX_REASONS = 5

/** What one plugin may make of one container. Each is looked at from all sides, for a tenth of a millisecond, and nobody else's are meanwhile. */
const MOST_ENTRIES = 2_000

/** The routers, services and so on of a fragment, and what may be meant for such. */
const entriesIn = (parts: Readonly<Record<string, unknown>>): number =>
  Object.values(parts)
    .flatMap((content) => (isMap(content) ? Object.values(content) : [content]))
    .reduce<number>((sum, named) => sum + (isMap(named) ? Math.max(1, Object.keys(named).length) : 1), 0)

/** Traefik's own, under the same name for everybody. */
const isBuiltIn = ({ section, name }: Reference): boolean => section === 'tls.options' && name === 'default'

/** Nobody else's: twice in a document, a name would cost the whole. */
const isReserved = (section: SectionName, name: string): boolean => section === 'http.middlewares' && name === HOLD

/** A reference's name without the suffix that means "here": Docker's, or that of the lane by which Traefik gets the document. */
const localName = (name: string): string => name.replace(/(?<=.)@(docker|http|file)$/, '')

/** Files are the operator's, too: where a network hasn't the object, this is what to ask for. */
const mayBeOperators = (name: string): boolean => name.endsWith('@file')

/** What a fragment came to. */
export interface Screened {
  readonly entries: readonly Entry[]
  /** Paths of what was left out: nothing of the same container may lead to somebody else's of that name instead. */
  readonly refused: readonly string[]
}

interface Screening {
  readonly container: Container
  readonly identity: Identity
  readonly origin: Origin
  readonly settings: Settings
  /** References that this plugin may make besides those that all may. */
  readonly references?: readonly string[]
  readonly policy: Policy
  /** The container's, for what all plugins make of it; left out where nothing is to be limited. */
  readonly regexps?: RegexpBudget
  readonly report: (diagnostic: Diagnostic) => void
}

/** With what all entries of a fragment have in common. */
interface EntryScreening extends Screening {
  readonly origins: readonly Origin[]
  readonly by: Maker
}

function scoped(
  section: SectionName,
  name: string,
  { value, dials }: Pinned,
  screening: EntryScreening,
): Entry | undefined {
  const { container, identity, origin, origins, by, settings, references: own = [], report } = screening
  const references: Target[] = []
  const foreign: Reference[] = []
  const renamed = renameReferences(section, value, (reference) => {
    const { name } = reference
    if (isBuiltIn(reference) || settings.allowedReferences.includes(name) || own.includes(name)) return name
    const local = localName(reference.name)
    if (local.includes('@')) {
      foreign.push(reference)
      return reference.name
    }
    const target = scopedName(local, container.network)
    references.push({
      section: reference.section,
      name: target,
      path: pathOf(reference.section, target),
      ...(mayBeOperators(reference.name) && { said: reference.name }),
    })
    return target
  })
  if (foreign.length === 0)
    return entryOf({
      section,
      name: scopedName(name, container.network),
      value: renamed,
      references,
      origins,
      by,
      ...(dials.length > 0 && { dials }),
      ...listensOf(section, renamed, identity),
    })
  report(referenceNotAllowed({ section, name, origin, labels: container.labels }, foreign))
  return undefined
}

/** Why this machine's Traefik would refuse a document with the entry in it. */
function refusalsOf(
  section: SectionName,
  name: string,
  value: unknown,
  { traefikVersion }: Settings,
): readonly Refusal[] {
  const refusals = checkEntry(section, name, value)
  return refusals.length > 0 || traefikVersion === undefined ? refusals : checkVersion(section, value, traefikVersion)
}

/** One entry, proven acceptable, or `undefined` with the reasons reported. */
function screened(
  section: SectionName,
  name: string,
  given: unknown,
  request: PortRequest | undefined,
  screening: EntryScreening,
): Entry | undefined {
  const { container, origin, settings, regexps, report } = screening
  const refusals = isReserved(section, name)
    ? [{ path: '', reason: "has the name of the route server's own" }]
    : refusalsOf(section, scopedName(name, container.network), given, settings)
  for (const refusal of refusals.slice(0, MAX_REASONS))
    report(fragmentInvalid(origin, entryName(section, name), refusal))
  if (refusals.length > 0) return undefined
  const place = { section, name, origin, labels: container.labels }
  const asks = entryPointsOf(given as Value).length === 0 ? request : undefined
  const modernized: Diagnostic[] = []
  const spelled = inV3(place, given as Value, settings, (said) => void modernized.push(said), regexps)
  const value = asks ? spelled : withOwnEntryPoints(spelled, place, settings, report)
  if (value === undefined) return undefined
  const errors = buildErrors(section, value, settings, regexps)
  for (const error of errors.slice(0, MAX_REASONS)) report(entryRefused(place, error))
  if (errors.length > 0) return undefined
  const pinned = pin(place, withPacedHealthChecks(place, value, screening), screening)
  const entry = pinned && scoped(section, name, pinned, screening)
  // What isn't served isn't said to be.
  if (entry)
    for (const said of [...modernized, ...habits(place, value, settings), ...remarked(place, value)]) report(said)
  return entry && asks ? { ...entry, asks } : entry
}

/**
 * A plugin's fragment as entries, each proven acceptable to Traefik's reader and builders; what isn't is left out alone and
 * reported. The last gate: it believes nothing, built-in plugins included. Throws where there is too much of it to be looked at.
 */
export function screen(fragment: unknown, screening: Screening): Screened {
  const { container, identity, origin, report } = screening
  const common = { ...screening, origins: [origin], by: { container, service: identity.service } }
  const copy = plain(fragment)
  if (!isMap(copy)) {
    report(fragmentInvalid(origin, 'the fragment', { path: '', reason: 'must be a map of http, tcp, udp and tls' }))
    return { entries: [], refused: [] }
  }
  const { ports, ...parts } = copy
  const given = entriesIn(parts)
  if (given > MOST_ENTRIES)
    throw new Error(`the fragment has ${given} routers, services and so on, and ${MOST_ENTRIES} are allowed`)
  const requests = portRequests(ports, origin, report)
  const entries: Entry[] = []
  const refused: string[] = []
  for (const [part, content] of Object.entries(parts)) {
    for (const [kind, named] of isMap(content) ? Object.entries(content) : ([['', undefined]] as const)) {
      const section = [part, kind].join('.') as SectionName
      if (!sections.has(section) || !isMap(named)) {
        report(
          fragmentInvalid(origin, `the section ${quoted(section)}`, {
            path: '',
            reason: 'is no section of the document',
          }),
        )
        continue
      }
      for (const [name, value] of Object.entries(named)) {
        const entry = screened(section, name, value, requests.get(pathOf(section, name)), common)
        if (entry) entries.push(entry)
        else refused.push(pathOf(section, scopedName(name, container.network)))
      }
    }
  }
  return { entries, refused }
}
