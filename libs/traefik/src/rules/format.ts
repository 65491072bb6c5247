import type { Rule } from './rule.ts'
import { goStringLiteral } from './string-literal.ts'

const OPERATOR = { and: ' && ', or: ' || ' } as const

/** A tree written as a rule, with the parentheses that it needs and no more. */
export const formatRule = (rule: Rule): string => {
  if (rule.kind === 'match') return `${rule.matcher}(${rule.values.map(goStringLiteral).join(', ')})`
  if (rule.kind === 'not') {
    const inner = formatRule(rule.operand)
    return rule.operand.kind === 'and' || rule.operand.kind === 'or' ? `!(${inner})` : `!${inner}`
  }
  const part = (operand: Rule) =>
    rule.kind === 'and' && operand.kind === 'or' ? `(${formatRule(operand)})` : formatRule(operand)
  return rule.operands.map(part).join(OPERATOR[rule.kind])
}
