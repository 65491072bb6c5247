import { regexpSize } from '../go/regexp-size.ts'
import { matchesIn } from '../rules/slips.ts'
import { syntaxOf } from '../rules/syntax.ts'
import type { Node, TextForm } from '../schema/nodes.ts'

/** How much of one container's regular expressions may still be compiled, in steps: its characters, each as often as counts repeat it. */
export interface RegexpBudget {
  left: number
}

/** A hundred long expressions. A step takes up to ten microseconds, and nobody else's container is read meanwhile. */
const MOST_STEPS = 10_000

export const newRegexpBudget = (): RegexpBudget => ({ left: MOST_STEPS })

/** Completes a sentence that begins with the entry. */
export const OVER_BUDGET = `has regular expressions that come to more than one container may have: all of its together ${MOST_STEPS} characters, each as often as counts such as {100} repeat it`

/** What a rule that nobody can read may come to, by the ways in which it may have been meant. */
const UNREAD = 2000

/** How many steps the expressions of a rule compile to, those included that matchers of Traefik 2 have in braces. */
function stepsOfRule(text: string): number {
  if (!/reg|\{/i.test(text)) return 0
  const rule = syntaxOf(text)
  if (!rule) return text.length + UNREAD
  let steps = 0
  for (const { matcher, values } of matchesIn(rule))
    for (const value of values) if (/reg/i.test(matcher) || value.includes('{')) steps += regexpSize(value)
  return steps
}

/** By the forms that are compiled. */
const STEPS: Readonly<Partial<Record<TextForm, (text: string) => number>>> = {
  'http-rule': stepsOfRule,
  'tcp-rule': stepsOfRule,
  regexp: regexpSize,
  'trimmed-regexp': regexpSize,
}

const compiling = new WeakMap<Node, boolean>()

/** Whether anything at or below this node is compiled; most of the schema isn't, and needn't be walked. */
function isCompiled(node: Node): boolean {
  let known = compiling.get(node)
  if (known === undefined) {
    known =
      (node.marks.form !== undefined && STEPS[node.marks.form] !== undefined) ||
      (node.kind === 'struct' && Object.values(node.fields).some(isCompiled)) ||
      (node.kind === 'map' && isCompiled(node.value)) ||
      (node.kind === 'list' && isCompiled(node.element))
    compiling.set(node, known)
  }
  return known
}

function stepsIn(node: Node | undefined, value: unknown): number {
  if (!node || value === undefined || !isCompiled(node)) return 0
  const steps = node.marks.form && STEPS[node.marks.form]
  if (node.kind === 'string') return steps?.(value as string) ?? 0
  const sum = (items: readonly unknown[], stepsOf: (item: unknown) => number): number =>
    items.reduce<number>((all, item) => all + stepsOf(item), 0)
  if (node.kind === 'strings') return sum(value as readonly string[], (item) => steps?.(item as string) ?? 0)
  if (node.kind === 'list') return sum(value as readonly unknown[], (item) => stepsIn(node.element, item))
  const fields = value as Readonly<Record<string, unknown>>
  return sum(Object.keys(fields), (name) =>
    stepsIn(
      node.kind === 'map' ? node.value : node.kind === 'struct' ? node.fields[name as string] : undefined,
      fields[name as string],
    ),
  )
}

function take(budget: RegexpBudget, steps: number): boolean {
  if (steps > budget.left) return false
  budget.left -= steps
  return true
}

/** Takes from the budget what an entry needs; `false`, with nothing taken, where less is left. */
export const spend = (budget: RegexpBudget, node: Node | undefined, value: unknown): boolean =>
  take(budget, stepsIn(node, value))

/** The same for a rule alone. */
export const spendRule = (budget: RegexpBudget, rule: string): boolean => take(budget, stepsOfRule(rule))

/** Whether the budget has enough left for a rule; nothing is taken from it. */
export const affordsRule = (budget: RegexpBudget, rule: string): boolean => stepsOfRule(rule) <= budget.left
