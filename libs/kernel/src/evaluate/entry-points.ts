import type { Diagnostic, Settings } from '@route-server/plugin-api'
import type { Value } from '../document/entry.ts'
import { entryPointAliased } from '../messages.ts'
import type { Place } from './place.ts'

const isRouter = ({ section }: Place): boolean => section.endsWith('.routers')

/** Names of a router's entry points; none where it names none. */
export const entryPointsOf = (router: Value): readonly string[] => (router['entryPoints'] ?? []) as readonly string[]

/**
 * The router on the entry points that this machine has for the names that it uses: aliases are replaced and said, `*-v6`
 * names that the operator's list lacks are left out. Never all of them: a router without entry points is on every one.
 */
export function withOwnEntryPoints(
  value: Value,
  place: Place,
  { entryPoints: known, entryPointAliases: aliases = {} }: Settings,
  report: (diagnostic: Diagnostic) => void,
): Value {
  const given = isRouter(place) ? entryPointsOf(value) : []
  const meant = [
    ...new Set(
      given.map((name) => {
        const own = Object.hasOwn(aliases, name) ? aliases[name] : undefined
        if (own === undefined) return name
        report(entryPointAliased(place, name, own))
        return own
      }),
    ),
  ]
  const there = known === undefined ? meant : meant.filter((name) => known.includes(name) || !name.endsWith('-v6'))
  const entryPoints = there.length === 0 ? meant : there
  return entryPoints.join() === given.join() ? value : { ...value, entryPoints }
}
