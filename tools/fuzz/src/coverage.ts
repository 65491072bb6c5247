import { table } from './model/table.ts'
import type { Fields } from './model/table.ts'

/** Every path that a document can have, those that Traefik takes no notice of left out. */
function* pathsOf(fields: Fields, prefix = ''): Iterable<string> {
  for (const [key, shape] of Object.entries(fields)) {
    const [, name = '', marks = ''] = /^(\w+)(.*)$/.exec(key) ?? []
    if (marks.includes('-')) continue
    yield prefix + name
    if (typeof shape === 'object') yield* pathsOf(shape, `${prefix}${name}.`)
  }
}

const depthOf = (path: string): number => path.split('.').length

/** How much of Traefik's configuration has been in a document, in lines. */
export function coverageOf(fields: readonly string[]): readonly string[] {
  const seen = new Set(fields)
  const all = [...pathsOf(table)]
  const part = (name: string, paths: readonly string[]): string => {
    const missing = paths.filter((path) => !seen.has(path))
    const list = missing.length > 0 && missing.length <= 12 ? `; not ${missing.join(', ')}` : ''
    return `  ${paths.length - missing.length} of ${paths.length} ${name}${list}`
  }
  const middlewares = all.filter((path) => /^(http|tcp)\.middlewares\./.test(path) && depthOf(path) === 3)
  return [
    part(
      'sections',
      all.filter((path) => depthOf(path) === 2),
    ),
    part('kinds of middleware', middlewares),
    part('fields', all),
  ]
}
