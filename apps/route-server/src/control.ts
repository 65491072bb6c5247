import type { RunningPlugin } from '@route-server/assembly'
import { assignClaim, fixedOwner, listClaims, releaseClaim } from '@route-server/kernel'
import type { ClaimRow, Ledger, Policy, Reconciler } from '@route-server/kernel'
import type { NetworkId, Settings } from '@route-server/plugin-api'
import type { Claim, ClaimKey } from '@route-server/page'
import type { ClaimView, Control } from '@route-server/server'
import { pluginView } from './plugin-view.ts'

type Used = ReturnType<Reconciler['usedBy']>

/** What is in force now: a reload replaces it. */
export interface InForce {
  readonly plugins: readonly RunningPlugin[]
  readonly reconciler: Pick<Reconciler, 'ledger' | 'decree' | 'usedBy'>
  readonly policy: Policy
  readonly settings: Settings
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 1000)

function isUsed({ subject, kind }: ClaimKey, used: Used): boolean {
  if (!used) return false
  return kind === 'host'
    ? used.hosts.has(subject)
    : [...used.entryPoints.keys()].some((key) => key.endsWith(` ${subject}`))
}

/** What a network uses, worked out once. */
function usesOf({ reconciler }: InForce): (network: NetworkId) => Used {
  const known = new Map<NetworkId, Used>()
  return (network) => {
    if (!known.has(network)) known.set(network, reconciler.usedBy(network))
    return known.get(network)
  }
}

const kindOf = ({ kind }: ClaimRow): ClaimKey['kind'] => (kind === 'host' ? 'host' : 'entry-point')

function viewOf(row: ClaimRow, inUse: (key: ClaimKey) => boolean, { claimLapse }: Policy): ClaimView {
  const { subject, network, services, since, away } = row
  const key: ClaimKey = { subject, kind: kindOf(row), network }
  const isInUse = inUse(key)
  return {
    ...key,
    services,
    since: new Date(since).toISOString(),
    awaySeconds: seconds(away),
    ...(!isInUse && { lapsesInSeconds: seconds(claimLapse - away) }),
    inUse: isInUse,
  }
}

/** Every claim, those first that the operator gave away. */
export function claimsIn(now: InForce): readonly Claim[] {
  const { policy, reconciler } = now
  const used = usesOf(now)
  const inUse = (key: ClaimKey): boolean => isUsed(key, used(key.network))
  const reserved = Object.entries(policy.hosts).map(([subject, network]): Claim => {
    const key: ClaimKey = { subject, kind: 'host', network }
    return { ...key, view: () => ({ ...key, awaySeconds: 0, reservedBy: 'operator', inUse: inUse(key) }) }
  })
  const claimed = listClaims(reconciler.ledger).map((row): Claim => {
    const { subject, network } = row
    return { subject, kind: kindOf(row), network, view: () => viewOf(row, inUse, policy) }
  })
  return [...reserved, ...claimed]
}

/** The operator's orders, carried out on what is in force when they come. */
export function controlOf(current: () => InForce): Control {
  const order = (change: (ledger: Ledger) => ReturnType<typeof releaseClaim>): string | undefined => {
    const { reconciler } = current()
    const next = change(reconciler.ledger)
    if ('error' in next) return next.error
    reconciler.decree(next)
    return undefined
  }
  return {
    plugins: () => current().plugins.map(pluginView),
    list: () => claimsIn(current()).map((claim) => claim.view()),
    release: (subject) => order((ledger) => releaseClaim(ledger, subject)),
    assign: (subject, network) =>
      order((ledger) => {
        const { settings, policy } = current()
        return fixedOwner(subject, settings, policy) ?? assignClaim(ledger, subject, network, Date.now())
      }),
  }
}
