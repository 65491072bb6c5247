import type { NetworkId } from '@route-server/plugin-api'
import type { Ledger } from './ledger.ts'
import { isWildcard } from './standing.ts'
import type { Survey } from './survey.ts'

/** Hosts that were claimed, with who claimed them. */
export type HostClaims = ReadonlyMap<string, NetworkId>

/** The hosts that one ledger has beyond another, from which it came by claims; `undefined` where more than hosts was claimed. */
export function hostsClaimed(before: Ledger, after: Ledger): HostClaims | undefined {
  if (before.entryPoints !== after.entryPoints || before.ports !== after.ports) return undefined
  const claims = new Map<string, NetworkId>()
  for (const [name, { network }] of after.hosts)
    if (before.hosts.get(name)?.network !== network) claims.set(name, network)
  return claims
}

/** The names that a network wants; `undefined` where a wildcard is among them, which has to do with any name. */
function wantedBy({ routers }: Survey): ReadonlySet<string> | undefined {
  const names = new Set(routers.flatMap(({ hosts }) => hosts.map(({ name }) => name)))
  for (const name of names) if (isWildcard(name)) return undefined
  return names
}

/** Whether claims may change what becomes of a network's wishes; a network that wants many hosts isn't judged anew for each that others claim. */
export function createTouch(): (claims: HostClaims, survey: Survey) => boolean {
  const wanted = new WeakMap<Survey, { readonly names: ReadonlySet<string> | undefined }>()
  return (claims, survey) => {
    const { names } = wanted.get(survey) ?? { names: wantedBy(survey) }
    wanted.set(survey, { names })
    if (!names) return true
    for (const [name, network] of claims)
      if (network === survey.network || isWildcard(name) || names.has(name)) return true
    return false
  }
}
