import { isNetworkId } from '@route-server/plugin-api'
import type { NetworkId, Settings } from '@route-server/plugin-api'
import type { Policy } from '../policy.ts'

/** Whose a host is, and since what: the operator's word, its name, or a claim. */
export interface Owner {
  readonly network: NetworkId
  readonly by: 'operator' | 'name' | 'claim'
}

/** A host, or a wildcard, and the network that has it. */
export interface Held {
  readonly name: string
  readonly network: NetworkId
}

/** What is settled about hosts before anybody claims one. Names are in normal form: `app.example.com`, `*.example.com`. */
export interface FixedOwners {
  /** Whose the name is whatever the ledger says; `undefined`: the ledger says it. */
  ownerOf(name: string): Owner | undefined
  /** What the operator gave. */
  readonly given: readonly Held[]
  /** Whether everybody's automatic hosts are below it: `*.{baseDomain}`, `*.com`. */
  coversAutomatic(name: string): boolean
}

export const isWildcard = (name: string): boolean => name.startsWith('*.')

/** The host below which a wildcard's hosts are. */
export const parentOf = (wildcard: string): string => wildcard.slice(2)

/** The wildcards that a name is below, the nearest first. A wildcard isn't below itself. */
export function* wildcardsAbove(name: string): Iterable<string> {
  const host = isWildcard(name) ? parentOf(name) : name
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) yield `*${host.slice(dot)}`
}

/** Whether the certificate for `*.{baseDomain}` is one for the host. */
export const sharesCertificate = (host: string, baseDomain: string | undefined): boolean =>
  host.slice(host.indexOf('.') + 1) === baseDomain

const AUTOMATIC = /^.+-([1-9][0-9]{1,7})$/

/** `host` itself, or a host above it. */
const isAtOrAbove = (host: string, of: string): boolean => host === of || of.endsWith(`.${host}`)

/**
 * An automatic host is its network's by its name, existing or not, with all that is below it: a page there could set cookies
 * for it. The operator's word beats that, but for a wildcard that would take everybody's.
 */
export function fixedOwners({ baseDomain }: Settings, { hosts }: Policy): FixedOwners {
  const givenTo = (name: string): NetworkId | undefined => (Object.hasOwn(hosts, name) ? hosts[name] : undefined)
  const coversAutomatic = (name: string): boolean =>
    baseDomain !== undefined && isWildcard(name) && isAtOrAbove(parentOf(name), baseDomain)

  function byName(name: string): Owner | undefined {
    const host = isWildcard(name) ? parentOf(name) : name
    if (baseDomain === undefined || !host.endsWith(`.${baseDomain}`)) return undefined
    const labels = host.slice(0, -baseDomain.length - 1)
    const network = Number(AUTOMATIC.exec(labels.slice(labels.lastIndexOf('.') + 1))?.[1])
    return isNetworkId(network) ? { network, by: 'name' } : undefined
  }

  return {
    coversAutomatic,
    given: Object.entries(hosts).map(([name, network]) => ({ name, network })),
    ownerOf(name) {
      const exact = givenTo(name)
      if (exact !== undefined) return { network: exact, by: 'operator' }
      const automatic = byName(name)
      for (const wildcard of wildcardsAbove(name)) {
        const network = givenTo(wildcard)
        if (network === undefined) continue
        return automatic && coversAutomatic(wildcard) ? automatic : { network, by: 'operator' }
      }
      return automatic
    },
  }
}
