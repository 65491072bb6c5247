export type RuleProtocol = 'http' | 'tcp'

/** One matcher call: ``Host(`example.com`)``. */
export interface Match {
  readonly kind: 'match'
  /** Traefik's canonical spelling: `PathPrefix`. */
  readonly matcher: string
  /** Unquoted. A byte that isn't UTF-8 (only an escape such as `"\xff"` can make one) stands as U+DC80 to U+DCFF. */
  readonly values: readonly string[]
}

/** A rule of a router as a tree. Parentheses leave no node of their own; a chain of one operator is one node. */
export type Rule =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Rule[] }
  | { readonly kind: 'not'; readonly operand: Rule }
  | Match

/** The rule with its operands rewritten; the rule itself where none of them becomes another. */
export function rewritten(rule: Exclude<Rule, Match>, rewrite: (operand: Rule) => Rule): Rule {
  if (rule.kind === 'not') {
    const operand = rewrite(rule.operand)
    return operand === rule.operand ? rule : { kind: 'not', operand }
  }
  const operands = rule.operands.map(rewrite)
  return operands.every((operand, i) => operand === rule.operands[i]) ? rule : { kind: rule.kind, operands }
}

/** A matcher, or the denial of one. */
export interface Condition {
  readonly matcher: string
  readonly values: readonly string[]
  readonly negated: boolean
}

/** Conditions that must all hold. */
export type Alternative = readonly Condition[]

const MAX_CONDITIONS = 4096

/**
 * The rule as a list of alternatives of which one must hold (disjunctive normal form; `!` distributed as Traefik does).
 * `undefined` when there would be more than `limit` alternatives, or more than 4096 conditions in all.
 */
export const alternativesOf = (rule: Rule, limit = 256): readonly Alternative[] | undefined => {
  const fits = (alternatives: readonly Alternative[]) =>
    alternatives.length <= limit && alternatives.reduce((sum, { length }) => sum + length, 0) <= MAX_CONDITIONS

  const expand = (node: Rule, negated: boolean): readonly Alternative[] | undefined => {
    if (node.kind === 'match') return [[{ matcher: node.matcher, values: node.values, negated }]]
    if (node.kind === 'not') return expand(node.operand, !negated)
    const union = (node.kind === 'or') !== negated
    let result: readonly Alternative[] = union ? [] : [[]]
    for (const operand of node.operands) {
      const next = expand(operand, negated)
      if (next === undefined || result.length * next.length > limit) return undefined
      result = union ? [...result, ...next] : result.flatMap((left) => next.map((right) => [...left, ...right]))
      if (!fits(result)) return undefined
    }
    return result
  }
  return limit < 1 ? undefined : expand(rule, false)
}
