import type { RuleMiddleware } from '@route-server/traefik'
import { labelAt } from './place.ts'
import type { Place } from './place.ts'

const SUFFIXES: Readonly<Record<RuleMiddleware['kind'], string>> = {
  stripprefix: 'strip',
  stripprefixregex: 'strip-regex',
  addprefix: 'prefix',
  replacepath: 'path',
  replacepathregex: 'path-regex',
}

/** The middlewares that a router names already: they stay, and come first. */
function named(place: Place): readonly string[] {
  const label = labelAt(place, 'middlewares')
  const list = label === undefined ? '' : (place.labels[label] ?? '')
  return list.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

/** The labels, ready to paste, without which a suggested rule would be another route; empty where it needs none. */
export function neededLabels(place: Place, needs: readonly RuleMiddleware[] = []): string {
  if (needs.length === 0) return ''
  const made = needs.map(({ kind, fields }) => ({ name: `${place.name}-${SUFFIXES[kind]}`, kind, fields }))
  const labels = made.flatMap(({ name, kind, fields }) =>
    Object.entries(fields).map(([field, value]) => `traefik.http.middlewares.${name}.${kind}.${field}=${value}`),
  )
  const all = [...named(place), ...made.map(({ name }) => name)].join(',')
  const dollars = labels.some((label) => label.includes('$')) ? ' (each $ as $$ in a compose file)' : ''
  return ` With ${[...labels, `traefik.http.routers.${place.name}.middlewares=${all}`].join(' and ')}${dollars}.`
}
