import type { NetworkId } from '@route-server/plugin-api'
import type { Owner } from '../ledger/fixed-owners.ts'
import type { Allocation } from '../ledger/ledger.ts'
import type { Guard, Shares } from '../policy.ts'

/** Why a router isn't served as it is. Clauses make sentences: what is done, a colon, the problem. */
export interface Finding {
  readonly code: string
  readonly guard: Guard
  /** Where in the router it stands. */
  readonly path: string
  readonly problem: string
  /** What to do, as sentences. */
  readonly cure: string
  /** The host that another network has. */
  readonly taken?: string
  /** The host that nobody has, and with which there would be nothing against it. */
  readonly needs?: string
}

const release = (subject: string): string => `route-server claims release ${subject}`

const HELD: Readonly<Record<Owner['by'], (host: string, network: NetworkId) => Pick<Finding, 'problem' | 'cure'>>> = {
  operator: (host, network) => ({
    problem: `the operator gave ${host} to network ${network}`,
    cure: 'Use another host, or ask the operator to change that (hosts in the configuration).',
  }),
  name: (host, network) => ({
    problem: `${host} is among the automatic hosts of network ${network}, by its number`,
    cure: 'Use a host of its own.',
  }),
  claim: (host, network) => ({
    problem: `${host} belongs to network ${network}, which routed it first`,
    cure: `Use another host, or ask the operator to release it: ${release(host)}.`,
  }),
}

/** `since`: the host for which the owner has a wildcard, or keeps it from others: the name itself, its parent, one below. */
export const hostTaken = (name: string, { network, by }: Owner, since = name): Finding => {
  const { problem, cure } = HELD[by](since, network)
  return {
    code: 'HOST_TAKEN',
    guard: 'hosts',
    path: 'rule',
    taken: name,
    problem: since === name ? problem : `it is for ${name}, and ${problem}`,
    cure,
  }
}

export const certDomainTaken = (name: string, { network, by }: Owner, since = name): Finding => {
  const { problem, cure } = HELD[by](since, network)
  return {
    code: 'CERT_DOMAIN_TAKEN',
    guard: 'hosts',
    path: 'tls.domains',
    taken: name,
    problem: `it wants a certificate for ${name}, and ${problem}`,
    cure,
  }
}

export const hostOperators = (host: string, path: string): Finding => ({
  code: 'HOST_OPERATORS',
  guard: 'hosts',
  path,
  problem: `${host} covers the automatic hosts of every network, so only the operator can give it to one`,
  cure: 'Name single hosts, or ask the operator for it (hosts in the configuration).',
})

export const topLevelOperators = (host: string, path: string): Finding => ({
  code: 'HOST_OPERATORS',
  guard: 'hosts',
  path,
  problem: `${host} covers every domain of a top-level one, so only the operator can give it to a network`,
  cure: 'Name single hosts, or a wildcard below a domain of its own; or ask the operator for it (hosts in the configuration).',
})

export const wildcardUnowned = (host: string, parent: string, path: string): Finding => ({
  code: 'WILDCARD_UNOWNED',
  guard: 'hosts',
  path,
  needs: parent,
  problem: `${host} is for the network that has ${parent} itself, and nobody has that`,
  cure: `Route ${parent} first, or name single hosts; or ask the operator for ${host} (hosts in the configuration).`,
})

/** `text` and `problem` make a clause: ``PathPrefix(`/`)``, names no host. */
export const ruleUnbound = (text: string, problem: string): Finding => ({
  code: 'RULE_UNBOUND',
  guard: 'hosts',
  path: 'rule',
  problem: `${text} ${problem}, so it could take requests for the hosts of other networks`,
  cure: 'Begin every alternative of the rule with Host(`…`) && …, or ask the operator to allow rules for any host (catchAll).',
})

export const hostInvalid = (host: string, problem: string): Finding => ({
  code: 'HOST_INVALID',
  guard: 'hosts',
  path: 'tls.domains',
  problem: `it wants a certificate for "${host}", which ${problem}`,
  cure: 'Name a host that the network has.',
})

const OWNED = {
  code: 'ENTRY_POINT_OWNED',
  guard: 'entry-points',
  path: 'entryPoints',
} as const

export const entryPointOwned = (entryPoint: string, network: NetworkId): Finding => ({
  ...OWNED,
  problem: `the entry point "${entryPoint}" belongs to network ${network} alone`,
  cure: `Use another entry point, or ask the operator to release it: ${release(entryPoint)}.`,
})

export const entryPointShared = (entryPoint: string, network: NetworkId): Finding => ({
  ...OWNED,
  problem: `it would take every connection on the entry point "${entryPoint}", and network ${network} has hosts there`,
  cure: `Use another entry point, or tls and HostSNI with a host; or ask the operator to release it: ${release(entryPoint)}.`,
})

export const entryPointAllocated = (
  entryPoint: string,
  { service, port, protocol }: Pick<Allocation, 'service' | 'port' | 'protocol'>,
): Finding => ({
  ...OWNED,
  problem: `the entry point "${entryPoint}" was found for ${protocol.toUpperCase()} port ${port} of the service "${service}"`,
  cure: `Use another entry point, or remove the label rediacc.${protocol}_ports of that service and ask the operator to release it: ${release(entryPoint)}.`,
})

export const entryPointWrongKind = (entryPoint: string, problem: string, cure: string): Finding => ({
  code: 'ENTRY_POINT_WRONG_KIND',
  guard: 'entry-points',
  path: 'entryPoints',
  problem: `the entry point "${entryPoint}" ${problem}`,
  cure,
})

/** It may take only what nobody else takes, and no priority tells Traefik so across the two protocols. */
export const cannotComeLast = (entryPoint: string): Finding => ({
  code: 'ENTRY_POINT_WRONG_KIND',
  guard: 'hosts',
  path: 'entryPoints',
  problem: `it is for hosts of other networks, too, and on the entry point "${entryPoint}", which is for HTTP, it would come before their routers`,
  cure: 'Name single hosts, or use an entry point for TCP, such as tcp-5432.',
})

const SHARED: Readonly<Record<keyof Omit<Shares, 'revisions'>, string>> = {
  routers: 'routers',
  hosts: 'hosts',
  ports: 'TCP and UDP entry points',
  bytes: 'bytes of the route document',
  certificateHosts: 'hosts with certificates of their own, those of the past seven days included',
}

export const shareExceeded = (
  limit: keyof typeof SHARED,
  network: NetworkId,
  count: number,
  allowed: number,
): Finding => ({
  code: 'SHARE_EXCEEDED',
  guard: 'shares',
  path: '',
  problem: `with it network ${network} would have ${count} ${SHARED[limit]}, and ${allowed} are allowed`,
  cure: `Use fewer, or ask the operator to raise shares.${limit}.`,
})
