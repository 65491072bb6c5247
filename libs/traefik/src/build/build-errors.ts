import { parseGoDuration } from '../go/duration.ts'
import { parseGoInt } from '../go/int.ts'
import { REPEATED, repeatTooMuch } from '../go/regexp-size.ts'
import { goTrim } from '../go/trim.ts'
import type { RuleOptions } from '../rules/parse.ts'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { Marks, Node } from '../schema/nodes.ts'
import type { Fault } from './fault.ts'
import { OVER_BUDGET, spend } from './regexp-budget.ts'
import type { RegexpBudget } from './regexp-budget.ts'
import { STRUCT_FORMS } from './struct-forms.ts'
import type { Say } from './struct-forms.ts'
import { TEXT_FORMS } from './text-forms.ts'

/** Why Traefik would take the document and then serve nothing that uses the entry. */
export interface BuildError extends Fault {
  /** Where, below the entry: `loadBalancer.servers[0].url`. Empty for the entry itself. */
  readonly path: string
  /** Traefik would build it; it is more than one container may have. */
  readonly over?: true
}

type Fields = Readonly<Record<string, unknown>>

interface Judging {
  readonly say: Say
  readonly options: RuleOptions
}

/** One may take 20 ms to compile. */
const MAX_REGEXPS = 50

const JUDGED: readonly (keyof Marks)[] = ['form', 'whole', 'required', 'min', 'max']

const judged = new WeakMap<Node, boolean>()

/** Whether anything at or below this node can be wrong; most of the schema can't, and needn't be walked. */
function isJudged(node: Node): boolean {
  let known = judged.get(node)
  if (known === undefined) {
    known =
      JUDGED.some((mark) => node.marks[mark] !== undefined) ||
      (node.kind === 'struct' && Object.values(node.fields).some(isJudged)) ||
      (node.kind === 'map' && isJudged(node.value)) ||
      (node.kind === 'list' && isJudged(node.element))
    judged.set(node, known)
  }
  return known
}

const requirements = new WeakMap<Node, readonly string[]>()

/** The fields that a struct can't do without. */
function requiredBy(node: Node): readonly string[] {
  let known = requirements.get(node)
  if (known === undefined) {
    known = node.kind === 'struct' ? Object.keys(node.fields).filter((name) => node.fields[name]?.marks.required) : []
    requirements.set(node, known)
  }
  return known
}

const below = (path: string, key: string): string => (path === '' ? key : key === '' ? path : `${path}.${key}`)

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0)

function judgeText(text: string, { marks }: Node, path: string, { say, options }: Judging): void {
  const wrong = marks.form && TEXT_FORMS[marks.form](text, marks, options)
  if (!wrong) return
  const { reason, hint, ...more } = wrong
  say(path, reason, hint, more)
}

function judgeNumber(value: number | bigint, { marks: { min, max } }: Node, path: string, { say }: Judging): void {
  if (min !== undefined && value < min) say(path, `must be at least ${min}`)
  if (max !== undefined && value > max) say(path, `must be at most ${max}`)
}

function judgeStruct(node: Node, fields: Fields, path: string, judging: Judging): void {
  if (node.marks.whole)
    STRUCT_FORMS[node.marks.whole](
      fields,
      node,
      (at, ...fault) => {
        judging.say(below(path, at), ...fault)
      },
      judging.options,
    )
  for (const name of requiredBy(node)) if (isEmpty(fields[name])) judging.say(below(path, name), 'is missing or empty')
}

function judge(node: Node | undefined, value: unknown, path: string, judging: Judging): void {
  if (!node || value === undefined || !isJudged(node)) return
  switch (node.kind) {
    case 'string':
      // Empty is unset, for Go and for us.
      if (value !== '') judgeText(value as string, node, path, judging)
      return
    case 'strings':
      if (node.marks.form === 'regexp' && (value as readonly string[]).length > MAX_REGEXPS) {
        judging.say(path, `has more than ${MAX_REGEXPS} regular expressions`)
        return
      }
      if (node.marks.form === 'regexp' && repeatTooMuch(value as readonly string[])) {
        judging.say(path, `has ${REPEATED}`)
        return
      }
      // Traefik's reader trims what stands in a list.
      ;(value as readonly string[]).forEach((text, i) => {
        judgeText(goTrim(text), node, `${path}[${i}]`, judging)
      })
      return
    case 'integer':
      judgeNumber(value as number | bigint, node, path, judging)
      return
    case 'duration':
      judgeNumber(parseGoDuration(value as string) ?? parseGoInt(value as string) ?? 0, node, path, judging)
      return
    case 'list':
      ;(value as readonly unknown[]).forEach((item, i) => {
        judge(node.element, item, `${path}[${i}]`, judging)
      })
      return
    case 'struct':
    case 'map':
      judgeStruct(node, value as Fields, path, judging)
      for (const name of Object.keys(value as Fields)) {
        const field = node.kind === 'map' ? node.value : node.fields[name]
        if (field && isJudged(field)) judge(field, (value as Fields)[name], below(path, name), judging)
      }
      return
    default:
  }
}

/**
 * What Traefik would only notice when it builds its routers from the entry: it would disable the entry and every router that
 * uses it, or, for a few values, never take a document again. The verdict on one entry, which must have passed the check; whether what
 * it refers to exists is judged elsewhere. `budget`: what is left for the regular expressions of the same container; left out, there is no end
 * to it.
 */
export function buildErrors(
  section: SectionName,
  value: unknown,
  options: RuleOptions = {},
  budget?: RegexpBudget,
): BuildError[] {
  const node = sections.get(section)?.value
  if (budget && !spend(budget, node, value)) return [{ path: '', reason: OVER_BUDGET, over: true }]
  const errors: BuildError[] = []
  const say: Say = (path, reason, hint, more) =>
    errors.push({ path, reason, ...(hint !== undefined && { hint }), ...more })
  judge(node, value, '', { say, options })
  // Of a rule in another language everything has been said.
  return errors.some(({ path }) => path === 'ruleSyntax') ? errors.filter(({ path }) => path !== 'rule') : errors
}
