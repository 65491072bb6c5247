import { buildErrors } from '../build/build-errors.ts'
import type { RegexpBudget } from '../build/regexp-budget.ts'
import { fillEntry } from '../labels/fill.ts'
import type { Mistake } from '../labels/fill.ts'
import { labelTree } from '../labels/tree.ts'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'

/** Why Traefik 3 wouldn't make an element of these labels (by their paths below it), or `undefined`. */
export function verdictOn(
  section: SectionName,
  paths: ReadonlyMap<string, string>,
  regexps: RegexpBudget,
): string | undefined {
  const schema = sections.get(section)?.value
  const labels = Object.fromEntries([...paths].map(([path, value]) => [`x.${path}`, value]))
  const tree = labelTree(labels, Object.keys(labels)).children.get('x')
  if (!schema || !tree) return 'nothing is said'
  const mistakes: Mistake[] = []
  const value = fillEntry(schema, tree, (mistake) => mistakes.push(mistake))
  if (mistakes[0]) return mistakes[0].reason
  const [error] = buildErrors(section, value, {}, regexps)
  if (error?.over === true) return `it ${error.reason}`
  return error && `Traefik 3 would refuse it: ${`${error.path} ${error.reason}`.trim()}`
}
