import { fromTemplate, PATH_PLACEHOLDER } from './modernize.ts'
import type { Match, Rule } from './rule.ts'

/** A middleware by which v3 says what an older rule said itself. */
export interface RuleMiddleware {
  readonly kind: 'stripprefix' | 'stripprefixregex' | 'addprefix' | 'replacepath' | 'replacepathregex'
  /** By the names of labels, as their values. */
  readonly fields: Readonly<Record<string, string>>
}

/** A rule without what changes the request; no rule where nothing else was in it. */
export interface Unmodified {
  readonly rule: Rule | undefined
  /** In the order in which they are to be passed. */
  readonly middlewares: readonly RuleMiddleware[]
}

type Kind = RuleMiddleware['kind']

interface Modifier {
  readonly kind: Kind
  /** The matcher that it is besides. */
  readonly matcher?: string
}

/** By their folded names. Traefik 1 had them in its rules; many believe that later ones have. */
const MODIFIERS: Readonly<Record<string, Modifier>> = {
  pathprefixstrip: { kind: 'stripprefix', matcher: 'PathPrefix' },
  pathstrip: { kind: 'stripprefix', matcher: 'Path' },
  pathprefixstripregex: { kind: 'stripprefixregex', matcher: 'PathPrefix' },
  pathstripregex: { kind: 'stripprefixregex', matcher: 'Path' },
  addprefix: { kind: 'addprefix' },
  replacepathregex: { kind: 'replacepathregex' },
  replacepath: { kind: 'replacepath' },
}

/** Traefik 1's own order, whatever the order in the rule. */
const ORDER: readonly Kind[] = ['stripprefixregex', 'stripprefix', 'addprefix', 'replacepathregex', 'replacepath']

const modifierOf = (rule: Rule): Modifier | undefined =>
  rule.kind === 'match' ? MODIFIERS[rule.matcher.toLowerCase()] : undefined

interface Change {
  readonly kind: Kind
  readonly values: readonly string[]
}

/** Nobody can say it in one list of middlewares: it would change requests that the rule didn't mean. */
class Inexpressible extends Error {}

const hasTemplate = (value: string): boolean => value.includes('{')

function changeOf({ values }: Match, { kind }: Modifier): Change {
  // Traefik 1 compared such a prefix as it stands, so that it was never stripped.
  return { kind: kind === 'stripprefix' && values.some(hasTemplate) ? 'stripprefixregex' : kind, values }
}

function withoutModifiers(rule: Rule, changes: Change[]): Rule | undefined {
  const modifier = modifierOf(rule)
  if (rule.kind === 'match') {
    if (!modifier) return rule
    changes.push(changeOf(rule, modifier))
    return modifier.matcher === undefined ? undefined : { ...rule, matcher: modifier.matcher }
  }
  if (rule.kind === 'not') {
    const inner: Change[] = []
    const operand = withoutModifiers(rule.operand, inner)
    if (inner.length > 0 || !operand) throw new Inexpressible()
    return { kind: 'not', operand }
  }
  const found = rule.kind === 'and' ? changes : []
  const operands = rule.operands.map((operand) => withoutModifiers(operand, found))
  if (rule.kind === 'or' && found.length > 0) {
    if (!rule.operands.every((operand) => modifierOf(operand)?.matcher !== undefined)) throw new Inexpressible()
    changes.push(...found)
  }
  const rest = operands.filter((operand) => operand !== undefined)
  const [first] = rest
  return rest.length < 2 ? first : { kind: rule.kind, operands: rest }
}

const longestFirst = (a: string, b: string): number => b.length - a.length

/** A list in a label: nothing in it can have a comma. */
function listOf(values: readonly string[]): string {
  if (values.some((value) => value.includes(','))) throw new Inexpressible()
  return [...new Set(values)].sort(longestFirst).join(',')
}

function only(values: readonly string[]): string {
  const [value = ''] = values
  if (values.length !== 1 || value === '') throw new Inexpressible()
  return value
}

const FIELDS: Readonly<Record<Kind, (values: readonly string[]) => RuleMiddleware['fields']>> = {
  stripprefix: (values) => ({ prefixes: listOf(values) }),
  stripprefixregex: (values) => ({
    regex: listOf(values.map((value) => fromTemplate(value, { placeholder: PATH_PLACEHOLDER, end: '' }))),
  }),
  addprefix: (values) => ({ prefix: only(values) }),
  replacepath: (values) => ({ path: only(values) }),
  replacepathregex: (values) => {
    const [regex = '', replacement = '', ...more] = values.flatMap((value) => value.split(/\s/).filter(Boolean))
    if (regex === '' || more.length > 0) throw new Inexpressible()
    return { regex, replacement }
  },
}

/** Parts an older rule into what it matches and what it changes; `undefined` where a list of middlewares can't say the latter. */
export function unmodified(rule: Rule): Unmodified | undefined {
  const changes: Change[] = []
  try {
    const rest = withoutModifiers(rule, changes)
    const middlewares = ORDER.flatMap((kind) => {
      const values = changes.filter((change) => change.kind === kind).flatMap((change) => change.values)
      return values.length === 0 ? [] : [{ kind, fields: FIELDS[kind](values) }]
    })
    return { rule: rest, middlewares }
  } catch (error) {
    if (error instanceof Inexpressible) return undefined
    throw error
  }
}
