import { fold } from '../labels/fold.ts'
import { byBytes } from '../labels/tree.ts'
import { nearest } from '../nearest.ts'
import { FIELD_NAMES, knownField } from './fields.ts'
import { newRegexpBudget } from '../build/regexp-budget.ts'
import type { RegexpBudget } from '../build/regexp-budget.ts'
import { partsOf, readEntry, translateRule } from './middlewares.ts'
import type { Entry, Middleware, Parts, Report } from './middlewares.ts'
import { distinctNames, nameFrom } from './names.ts'
import { MIDDLEWARE_PARTS, PART_OF_PREFIX } from './parts.ts'
import type { PartName } from './parts.ts'
import type { Given } from './readings.ts'
import { hasEnable, legacyLabels } from './recognise.ts'
import type { LegacyLabel } from './recognise.ts'

/** A label that Traefik 3 can't say. */
export interface Untranslated {
  readonly label: string
  /** What became of it, and what to do instead. */
  readonly reason: string
}

/** What a container's labels of Traefik 1 say, in Traefik 3's language. */
export interface Traefik1 {
  /** The labels of Traefik 1, sorted. */
  readonly labels: readonly string[]
  /**
   * The same for Traefik 3, `key=value` each, secrets as they are. A router names what protects it even where that couldn't be written,
   * so that it isn't served without.
   */
  readonly translation: readonly string[]
  readonly untranslated: readonly Untranslated[]
  /** Whether they protect something: authentication, address lists, rate limits, client certificates, forced HTTPS. */
  readonly protects: boolean
}

/** Nobody has more. */
const MAX_LABELS = 500
/** Each of them may repeat what is said for all. */
const MAX_SEGMENTS = 20
/** Of what labels that nobody knows may have meant: each takes a millisecond. */
const MAX_GUESSES = 20
/** Of the translation, in characters; nobody pastes more. */
const MAX_TEXT = 200_000

const TOO_MANY = `there are more than ${MAX_SEGMENTS} segments; this one is left out`
const TOO_LONG = 'all together they are too long to be written out'
const tooLongToWrite = (label: string): Untranslated => ({ label, reason: TOO_LONG })
const OVERRULED = 'every segment says it for itself; leave it out'
const NAMES_NONE = 'each segment has a service of its own; leave it out'
const EMPTY = 'it is empty'
const PROTECTING = new Set<PartName | undefined>(
  MIDDLEWARE_PARTS.filter((part) => part.protects).map(({ part }) => part),
)

function entryOf({ label, value, name }: LegacyLabel, guess: (name: string) => string | undefined): Entry {
  const known = knownField(name)
  if (known) return { label, value, name, part: known.fields[0]?.part, unknown: '', ...known }
  const better = guess(name)
  const near = better === undefined ? undefined : knownField(fold(better))?.fields[0]?.part
  const part = PART_OF_PREFIX.find(([prefix]) => name.startsWith(prefix))?.[1] ?? near
  const hint = better === undefined ? '' : `; it may have meant traefik.${better}`
  // A name that is chosen in its label is no field's, and the element of all others of its part.
  return { label, value, name, part, instance: '', fields: [], unknown: `Traefik 1 knew no such label${hint}` }
}

const givenBy = (entries: readonly Entry[]): Given => new Map(entries.map(({ name, value }) => [name, value]))

/** One frontend with its backend: a segment, or all labels where there is none. */
interface Frontend {
  readonly name: string
  /** What is said for all segments among them, where the segment doesn't say it. */
  readonly entries: readonly Entry[]
  /** Parts that it has to itself. */
  readonly own: ReadonlySet<PartName | undefined>
}

/** The labels of the segments, by folded name, and those for all. */
interface Sorted {
  readonly common: readonly Entry[]
  readonly segments: ReadonlyMap<string, readonly Entry[]>
  /** Of segments beyond the limit. */
  readonly further: readonly Entry[]
}

function sorted(found: readonly LegacyLabel[]): Sorted {
  const common: Entry[] = []
  const segments = new Map<string, Entry[]>()
  const further: Entry[] = []
  let guesses = 0
  const guess = (name: string) => (++guesses > MAX_GUESSES ? undefined : nearest(name, FIELD_NAMES))
  for (const legacy of found) {
    const segment = fold(legacy.segment)
    if (segment !== '' && segments.size < MAX_SEGMENTS && !segments.has(segment)) segments.set(segment, [])
    const place = segment === '' ? common : (segments.get(segment) ?? further)
    place.push(entryOf(legacy, guess))
  }
  return { common, segments, further }
}

function frontendsOf({ common, segments }: Sorted, name: string): readonly Frontend[] {
  if (segments.size === 0) return [{ name, entries: common, own: new Set() }]
  const nameOf = distinctNames()
  return [...segments].map(([segment, own]) => {
    const names = new Set(own.map((entry) => entry.name))
    const inherited = common.filter((entry) => !names.has(entry.name) && entry.name !== 'backend')
    const parts = new Set(own.map(({ part }) => part))
    return { name: nameOf(nameFrom(segment)), entries: [...own, ...inherited], own: parts }
  })
}

/** Without a rule, Traefik 1 made one of the domain. */
function domainRule(domain: string, labels: Readonly<Record<string, string>>, name: string): string {
  const project = labels['com.docker.compose.project'] ?? ''
  const service = labels['com.docker.compose.service'] ?? ''
  const host = project === '' || service === '' ? name : `${service}.${project}`
  return `Host:${host.replaceAll('_', '-').replaceAll('/', '-')}.${domain}`
}

function ruleOf(
  { entries, name }: Frontend,
  { labels, report, regexps }: Task,
): readonly [rule: string | undefined, middlewares: readonly Middleware[]] {
  const rule = entries.find((entry) => entry.name === 'frontend.rule')
  const domain = entries.find((entry) => entry.name === 'domain')
  const source = [rule, domain].find((entry) => entry !== undefined && entry.value !== '')
  for (const entry of [rule, domain])
    if (entry && entry !== source)
      report(entry.label, entry.value === '' ? EMPTY : 'it did nothing beside frontend.rule; leave it out')
  if (!source) return [undefined, []]
  const written = source === rule ? source.value : domainRule(source.value, labels, name)
  const { rule: translated, middlewares, reason } = translateRule(written, regexps)
  report(source.label, reason)
  return [translated, middlewares]
}

type Section = 'routers' | 'middlewares' | 'services'

/** The container that is translated, and where to. */
interface Task {
  readonly labels: Readonly<Record<string, string>>
  readonly name: string
  readonly report: Report
  /** For all that is made of the container's labels. */
  readonly regexps: RegexpBudget
  readonly lines: Readonly<Record<Section, string[]>>
  readonly middlewareName: (wanted: string) => string
  readonly serviceName: (wanted: string) => string
  /** The names of the middlewares that segments share, once they are written. */
  readonly shared: Map<PartName, readonly string[]>
}

function write({ lines }: Task, section: Section, name: string, paths: ReadonlyMap<string, string>): void {
  for (const [path, value] of paths) lines[section].push(`traefik.http.${section}.${name}.${path}=${value}`)
}

/** Read elsewhere. */
const HANDLED: ReadonlySet<string> = new Set(['frontend.rule', 'domain', 'backend'])

/** What the labels say of the router or the service itself, by path. */
function directOf(part: PartName, { entries }: Frontend, given: Given, { report }: Task): Map<string, string> {
  const paths = new Map<string, string>()
  for (const entry of entries) {
    if (entry.part !== part || HANDLED.has(entry.name)) continue
    const reading = readEntry(entry, given, false)
    report(entry.label, 'reason' in reading ? reading.reason : undefined)
    if ('labels' in reading) for (const [path, value] of reading.labels) paths.set(path, value)
  }
  return paths
}

/** Traefik 1 called a compose service's backend by its project, too; here services are their network's own. */
function serviceCalled(backend: string, { labels }: Task): string {
  const project = labels['com.docker.compose.project'] ?? ''
  const name = nameFrom(backend)
  const end = `-${nameFrom(project)}`
  return project !== '' && name.endsWith(end) && name.length > end.length ? name.slice(0, -end.length) : name
}

function writeMiddleware({ suffix, paths }: Middleware, owner: string, task: Task): string {
  const name = task.middlewareName(`${owner}-${suffix}`)
  const service = paths.get('errors.service')
  const called = service === undefined ? [] : [['errors.service', serviceCalled(service, task)] as const]
  write(task, 'middlewares', name, new Map([...paths, ...called]))
  return name
}

/** Writes the middlewares of a frontend; what it hasn't to itself it shares with the others. */
function writeParts(frontend: Frontend, given: Given, common: Parts, task: Task): readonly string[] {
  const isOwn = ({ part }: Entry) => frontend.own.has(part)
  const own = partsOf(frontend.entries.filter(isOwn), given, task.report, task.regexps)
  return MIDDLEWARE_PARTS.flatMap(({ part }) => {
    const writeAll = (owner: string, made: readonly Middleware[] = []): readonly string[] =>
      made.map((middleware) => writeMiddleware(middleware, owner, task))
    if (frontend.own.has(part)) return writeAll(frontend.name, own.get(part))
    const names = task.shared.get(part) ?? writeAll(task.name, common.get(part))
    task.shared.set(part, names)
    return names
  })
}

function writeFrontend(frontend: Frontend, isOnly: boolean, common: Parts, task: Task): void {
  const { name, entries } = frontend
  const given = givenBy(entries)
  const [rule, ruleMiddlewares] = ruleOf(frontend, task)
  const middlewares = [
    ...writeParts(frontend, given, common, task),
    ...ruleMiddlewares.map((middleware) => writeMiddleware(middleware, name, task)),
  ]
  const backend = entries.find((entry) => entry.name === 'backend')
  if (backend) task.report(backend.label, backend.value === '' ? EMPTY : undefined)
  const service = task.serviceName(backend && backend.value !== '' ? serviceCalled(backend.value, task) : name)
  const router = directOf('router', frontend, given, task)
  const balancer = directOf('service', frontend, given, task)
  // A service is there once a label names it.
  if (balancer.size === 0 && !(isOnly && service === name)) balancer.set('loadbalancer.passhostheader', 'true')

  const routerPaths = new Map([
    ...(rule === undefined ? [] : [['rule', rule] as const]),
    ...router,
    ...(middlewares.length === 0 ? [] : [['middlewares', middlewares.join(',')] as const]),
    ...(isOnly ? [] : [['service', service] as const]),
  ])
  write(task, 'routers', name, routerPaths)
  write(task, 'services', service, balancer)
}

/** Writes everything out, and reports what became of each label; says whether they protect something. */
function translate(sorted: Sorted, task: Task): boolean {
  const { common, segments, further } = sorted
  const all = [...common, ...further, ...[...segments.values()].flat()]
  for (const entry of further) task.report(entry.label, TOO_MANY)
  for (const { label, part, name, unknown } of all) {
    if (part === undefined) task.report(label, unknown)
    else if (name === 'backend' && segments.size > 0) task.report(label, NAMES_NONE)
  }
  const commonParts = partsOf(common, givenBy(common), task.report, task.regexps)
  const frontends = frontendsOf(sorted, task.name)
  for (const frontend of frontends) writeFrontend(frontend, frontends.length === 1, commonParts, task)
  return all.some(
    ({ part, name, fields }) => PROTECTING.has(part) || (fields.length === 0 && name.startsWith('frontend.')),
  )
}

/**
 * What a container's labels of Traefik 1 mean, for Traefik 3; `undefined` where it has none. `name` is for what they don't name: the compose
 * service. Pure; never throws, whatever the labels.
 */
export function traefik1Of(labels: Readonly<Record<string, string>>, name: string): Traefik1 | undefined {
  const found = legacyLabels(labels)
  if (found.length === 0) return undefined
  const legacy = [...found].sort((a, b) => byBytes(a.label, b.label))
  if (legacy.length > MAX_LABELS) {
    const known = legacy.map(({ label }) => label)
    return { labels: known, translation: [], untranslated: known.map(tooLongToWrite), protects: true }
  }
  const reasons = new Map<string, string>()
  const translated = new Set<string>()
  // What becomes of a label may differ from segment to segment; it is said where one of them says it.
  const report: Report = (label, reason) => {
    if (reason === undefined) translated.add(label)
    else reasons.set(label, reason)
  }
  const lines: Task['lines'] = { routers: [], middlewares: [], services: [] }
  const regexps = newRegexpBudget()
  const naming = { middlewareName: distinctNames(), serviceName: distinctNames(), shared: new Map() }
  const protects = translate(sorted(legacy), { labels, name: nameFrom(name), report, regexps, lines, ...naming })
  const written = [...lines.routers, ...lines.middlewares, ...lines.services]
  const enable = hasEnable(labels) ? [] : ['traefik.enable=true']
  const tooLong = written.reduce((sum, line) => sum + line.length, 0) > MAX_TEXT
  return {
    labels: legacy.map(({ label }) => label),
    translation: tooLong ? [] : [...enable, ...written],
    untranslated: legacy.flatMap(({ label }) => {
      const reason = tooLong ? TOO_LONG : translated.has(label) ? undefined : (reasons.get(label) ?? OVERRULED)
      return reason === undefined ? [] : [{ label, reason }]
    }),
    protects,
  }
}
