import type { Diagnostic, Settings } from '@route-server/plugin-api'
import { isRouter } from '../document/entry.ts'
import type { Value } from '../document/entry.ts'
import { entryPointAliased, entryPointsMissing, entryPointUnregistered } from './messages.ts'
import { meantOf } from './meant.ts'
import type { Place } from './place.ts'

/** Names of a router's entry points; none where it names none. */
export const entryPointsOf = (router: Value): readonly string[] => (router['entryPoints'] ?? []) as readonly string[]

/** The names that a router's entry points have here: aliases replaced, and said. */
function ownNames(
  given: readonly string[],
  aliases: Readonly<Record<string, string>>,
  say: (name: string, own: string) => void,
) {
  const own = given.map((name) => {
    const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined
    if (alias !== undefined) say(name, alias)
    return alias ?? name
  })
  return [...new Set(own)]
}

/** Its API and ping answer there; nobody's router belongs on it unless the operator lists it. */
const TRAEFIKS_OWN = 'traefik'

/** A port that isn't registered is meant as it stands, however near another one is. */
const nearName = (name: string, known: readonly string[]): string | undefined =>
  /^(tcp|udp)-[0-9]+$/.test(name) ? undefined : meantOf(name, known)

/**
 * The router on the entry points that this machine has for the names that it uses. Names that the operator's list lacks are left
 * out, `*-v6` ones without a word, and a router that names no other isn't served: one without entry points would be on every one.
 * An HTTP router that names none gets the usual ones.
 */
export function withOwnEntryPoints(
  value: Value,
  place: Place,
  { machine, entryPoints: known, entryPointAliases = {}, httpEntryPoints }: Settings,
  report: (diagnostic: Diagnostic) => void,
): Value | undefined {
  if (!isRouter(place)) return value
  const named = entryPointsOf(value)
  const given = named.length === 0 && place.section === 'http.routers' ? httpEntryPoints : named
  const meant = ownNames(given, entryPointAliases, (name, own) => report(entryPointAliased(place, name, own)))
  const isThere = (name: string): boolean =>
    (known === undefined && name !== TRAEFIKS_OWN) ||
    known?.includes(name) === true ||
    (httpEntryPoints.includes(name) && !name.endsWith('-v6'))
  const there = meant.filter(isThere)
  const missing = meant.filter((name) => !isThere(name) && !(name.endsWith('-v6') && there.length > 0))
  for (const name of missing)
    report(entryPointUnregistered(place, name, nearName(name, known ?? []), there.length === 0, machine))
  if (meant.length === 0 && place.section !== 'http.routers') report(entryPointsMissing(place))
  else if (there.length > 0 || meant.length === 0)
    return there.join() === named.join() ? value : { ...value, entryPoints: there }
  return undefined
}
