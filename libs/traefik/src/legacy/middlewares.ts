import { v3Rule } from '../rules/parse.ts'
import type { Field } from './fields.ts'
import { nameFrom } from './names.ts'
import { MIDDLEWARE_PARTS } from './parts.ts'
import type { MiddlewarePart, PartName } from './parts.ts'
import { lost, idle, unescaped } from './readings.ts'
import type { Given, Reading } from './readings.ts'
import { spendRule, OVER_BUDGET } from '../build/regexp-budget.ts'
import type { RegexpBudget } from '../build/regexp-budget.ts'
import { verdictOn } from './verdict.ts'

/** A label of Traefik 1 with what is known of it. */
export interface Entry {
  readonly label: string
  readonly value: string
  readonly name: string
  readonly part: PartName | undefined
  /** Of an error page, a rate; else empty. */
  readonly instance: string
  readonly fields: readonly Field[]
  /** Said where no field knows it. */
  readonly unknown: string
}

export type Report = (label: string, reason: string | undefined) => void

/** A middleware's labels by their paths below it; without any where it can't be written, and is yet to be named. */
export interface Middleware {
  readonly suffix: string
  readonly paths: ReadonlyMap<string, string>
}

const EMPTY = 'it is empty'

export function readEntry(entry: Entry, given: Given, protects: boolean): Reading {
  const { fields, value } = entry
  const [first] = fields
  if (!first) return lost(entry.unknown)
  if (value === '') return protects ? lost(EMPTY) : idle(EMPTY)
  let reading: Reading | undefined
  for (const { read, path, idle: idleWhere } of fields) {
    const reason = idleWhere?.(given)
    reading = reason === undefined ? read(value, path, given) : idle(reason)
    if (reason === undefined) break
  }
  return reading ?? lost(entry.unknown)
}

interface Read {
  readonly entry: Entry
  readonly reading: Reading
}

const pathsOf = (reads: readonly Read[]): Map<string, string> =>
  new Map(reads.flatMap(({ reading }) => ('labels' in reading ? reading.labels : [])))

const isLost = ({ reading }: Read): boolean => 'reason' in reading && reading.idle !== true

const YOURS = "Write it yourself: the router names it, and isn't served without"

/** One middleware of a part; `undefined` where nothing of it was meant to do anything, or nobody is less protected without it. */
function middlewareOf(
  { protects, closes, needs, missing }: MiddlewarePart,
  suffix: string,
  reads: readonly Read[],
  report: Report,
  regexps: RegexpBudget,
): Middleware | undefined {
  const paths = pathsOf(reads)
  const isIdle = paths.size === 0 && !closes && !reads.some(isLost)
  const isComplete = [...paths.keys()].some((path) => needs.some((need) => path.startsWith(need)))
  const wrong = isComplete ? verdictOn('http.middlewares', paths, regexps) : missing
  const after = protects ? `. ${YOURS}` : ''
  for (const { entry, reading } of reads) {
    if ('labels' in reading) report(entry.label, isIdle || wrong === undefined ? undefined : `${wrong}${after}`)
    else
      report(
        entry.label,
        wrong === undefined || (reading.idle && !closes) ? reading.reason : `${reading.reason}${after}`,
      )
  }
  if (isIdle) return undefined
  if (wrong === undefined) return { suffix, paths }
  return protects ? { suffix, paths: new Map() } : undefined
}

/** Error pages, or rates, of one frontend. */
const MAX_INSTANCES = 20
const TOO_MANY = `there are more than ${MAX_INSTANCES} of these; this one is left out`

/** The middlewares of one part: one for each name chosen in its labels (error pages, rates), or one. */
function middlewaresOf(
  part: MiddlewarePart,
  entries: readonly Entry[],
  given: Given,
  report: Report,
  regexps: RegexpBudget,
): Middleware[] {
  const reads = entries.map((entry) => ({ entry, reading: readEntry(entry, given, part.protects === true) }))
  const instances = [...new Set(entries.map(({ instance }) => instance).filter((name) => name !== ''))].sort()
  const wanted = instances.length === 0 ? [''] : instances.slice(0, MAX_INSTANCES)
  const further = new Set(instances.slice(MAX_INSTANCES))
  for (const { label, instance } of entries) if (further.has(instance)) report(label, TOO_MANY)
  return wanted.flatMap((instance) => {
    const own = reads.filter(({ entry }) => entry.instance === '' || entry.instance === instance)
    const made = middlewareOf(
      part,
      wanted.length > 1 ? `${part.part}-${nameFrom(instance)}` : part.part,
      own,
      report,
      regexps,
    )
    return made ? [made] : []
  })
}

export type Parts = ReadonlyMap<PartName, readonly Middleware[]>

/** The middlewares of those labels, by part, in the order in which requests pass them. */
export function partsOf(entries: readonly Entry[], given: Given, report: Report, regexps: RegexpBudget): Parts {
  return new Map(
    MIDDLEWARE_PARTS.flatMap((part) => {
      const own = entries.filter((entry) => entry.part === part.part)
      return own.length === 0 ? [] : [[part.part, middlewaresOf(part, own, given, report, regexps)] as const]
    }),
  )
}

/** A rule as Traefik 3 spells it, and the middlewares that it needs. */
export interface TranslatedRule {
  readonly rule: string
  readonly middlewares: readonly Middleware[]
  /** Why it couldn't be translated. It stands as it was, so that its router is refused rather than open to all. */
  readonly reason?: string
}

export function translateRule(written: string, regexps: RegexpBudget): TranslatedRule {
  const plain = unescaped(written)
  if (!spendRule(regexps, plain)) return { rule: written, middlewares: [], reason: `it ${OVER_BUDGET}` }
  const meant = v3Rule(plain, 'http')
  if (!meant) return { rule: written, middlewares: [], reason: 'nobody can say this rule in Traefik 3' }
  const middlewares = meant.middlewares.map(({ kind, fields }) => ({
    suffix: kind,
    paths: new Map(Object.entries(fields).map(([name, value]) => [`${kind}.${name}`, value])),
  }))
  const wrong = middlewares.map(({ paths }) => verdictOn('http.middlewares', paths, regexps)).find((reason) => reason)
  return wrong === undefined
    ? { rule: meant.rule, middlewares }
    : { rule: written, middlewares: [], reason: `nobody can say it in Traefik 3: ${wrong}` }
}
