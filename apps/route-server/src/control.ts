import type { RunningPlugin } from '@route-server/assembly'
import { assignClaim, fixedOwner, listClaims, releaseClaim } from '@route-server/kernel'
import type { ClaimRow, Ledger, Policy, Reconciler } from '@route-server/kernel'
import type { Settings } from '@route-server/plugin-api'
import type { ClaimView, Control } from '@route-server/server'
import { pluginView } from './plugin-view.ts'

type Used = ReturnType<Reconciler['used']>

/** What is in force now: a reload replaces it. */
export interface InForce {
  readonly plugins: readonly RunningPlugin[]
  readonly reconciler: Pick<Reconciler, 'ledger' | 'decree' | 'used'>
  readonly policy: Policy
  readonly settings: Settings
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 1000)

function isUsed({ subject, kind, network }: Pick<ClaimRow, 'subject' | 'kind' | 'network'>, used: Used): boolean {
  const own = used.get(network)
  if (!own) return false
  return kind === 'host'
    ? own.hosts.has(subject)
    : [...own.entryPoints.keys()].some((key) => key.endsWith(` ${subject}`))
}

function viewOf(row: ClaimRow, { policy }: InForce, used: Used): ClaimView {
  const { subject, kind, network, services, since, away } = row
  const inUse = isUsed(row, used)
  return {
    subject,
    kind: kind === 'host' ? 'host' : 'entry-point',
    network,
    services,
    since: new Date(since).toISOString(),
    awaySeconds: seconds(away),
    ...(!inUse && { lapsesInSeconds: seconds(policy.claimLapse - away) }),
    inUse,
  }
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
    list() {
      const now = current()
      const used = now.reconciler.used()
      const reserved = Object.entries(now.policy.hosts).map(([subject, network]): ClaimView => ({
        subject,
        kind: 'host',
        network,
        awaySeconds: 0,
        reservedBy: 'operator',
        inUse: isUsed({ subject, kind: 'host', network }, used),
      }))
      return [...reserved, ...listClaims(now.reconciler.ledger).map((row) => viewOf(row, now, used))]
    },
    release: (subject) => order((ledger) => releaseClaim(ledger, subject)),
    assign: (subject, network) =>
      order((ledger) => {
        const { settings, policy } = current()
        return fixedOwner(subject, settings, policy) ?? assignClaim(ledger, subject, network, Date.now())
      }),
  }
}
