/** What tells hosts and rules apart, for who needs nothing else of this library: it takes a program's time to load. */
export { goRegexpFinds } from './go/regexp.ts'
export { covers, normalHost } from './rules/host-names.ts'
export { parseRule } from './rules/parse.ts'
export { alternativesOf } from './rules/rule.ts'
export type { Condition } from './rules/rule.ts'
