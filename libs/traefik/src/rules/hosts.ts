import type { Rule } from './rule.ts'

const HOST_MATCHERS = ['Host', 'HostSNI']

function* named(rule: Rule): Iterable<string> {
  if (rule.kind === 'match') {
    if (HOST_MATCHERS.includes(rule.matcher)) yield* rule.values
  } else if (rule.kind !== 'not') for (const operand of rule.operands) yield* named(operand)
}

/** The hosts that a rule is for, lower case, each once. What it merely excludes (`!Host(…)`) isn't among them. */
export const hostsOf = (rule: Rule): readonly string[] => [
  ...new Set([...named(rule)].map((host) => host.toLowerCase())),
]
