import { defaultPlugins } from '@route-server/assembly'
import { createKernel, DEFAULT_POLICY, EMPTY_LEDGER, reconcile } from '@route-server/kernel'
import type { Ledger, Policy, Reconciler, RouteView, Snapshot } from '@route-server/kernel'
import type { Container, Diagnostic, NetworkId, Settings } from '@route-server/plugin-api'
import { createApp, listen } from '@route-server/server'
import type { Lack, Written } from './attack.ts'
import { ATTACKER, INNOCENT, TOKEN, VICTIM } from './places.ts'

/** The raw ports of this machine's Traefik. */
export const RAW_PORTS = { tcp: [25, 993, 5432, 10_000], udp: [53] }

const SETTINGS: Settings = {
  baseDomain: 'example.com',
  httpEntryPoints: ['websecure'],
  entryPoints: [
    'web',
    'websecure',
    ...RAW_PORTS.tcp.map((port) => `tcp-${port}`),
    ...RAW_PORTS.udp.map((port) => `udp-${port}`),
  ],
  allowedReferences: [],
}

const POLICY: Policy = {
  ...DEFAULT_POLICY,
  hold: 0,
  dynamicPorts: { tcp: { first: 10_000, last: 10_000 }, udp: { first: 1, last: 0 } },
}

/** The route server in this process, all but its sight of daemons: it is told which containers there are. */
export interface RouteServer {
  /** `http://127.0.0.1:7111`. */
  readonly address: string
  /** From now on, these are all the containers of the machine. */
  show(containers: readonly Container[]): void
  diagnostics(): readonly Diagnostic[]
  /** Ends it and starts it again on the same address, with what it would have kept on disk. */
  restart(): void
  /** Whoever asks again gets the same answer. */
  close(): Promise<void>
}

export interface RouteServerOptions {
  readonly policy?: Partial<Policy> | undefined
  /** What it lacks; nothing unless told. */
  readonly lack?: Lack
}

const loaded = await defaultPlugins()

const NETWORKS: readonly NetworkId[] = [VICTIM, ATTACKER, INNOCENT]

const NOTHING_YET: Snapshot = { listings: new Map(), daemons: [], unknown: ['Nothing was shown yet.'], diagnostics: [] }

const snapshotOf = (containers: readonly Container[]): Snapshot => ({
  listings: new Map(
    NETWORKS.map((network) => [
      network,
      {
        network,
        daemon: `/var/run/rediacc/docker-${network}.sock`,
        containers: containers.filter((container) => container.network === network),
      },
    ]),
  ),
  daemons: [],
  unknown: [],
  diagnostics: [],
})

const same = <T>(value: T): T => value

const isAttackers = ({ network }: Container): boolean => network === ATTACKER

/** Of entries with the same name, the last one's. */
function documentOf(entries: readonly Written[]): string {
  const parts: Record<string, Record<string, Record<string, unknown>>> = {}
  for (const { section, name, value } of entries) {
    const [part = '', kind = ''] = section.split('.')
    ;((parts[part] ??= {})[kind] ??= {})[name] = value
  }
  // JSON is YAML.
  return JSON.stringify(parts)
}

export async function startRouteServer({ policy, lack = {} }: RouteServerOptions): Promise<RouteServer> {
  const { believe = same, rewrite = same, write } = lack
  const guards = new Set(POLICY.guards)
  for (const guard of lack.guards ?? []) guards.delete(guard)
  const inForce: Policy = { ...POLICY, ...policy, guards }
  let containers: readonly Container[] = []
  let snapshot = NOTHING_YET
  let changed = (): void => undefined

  const start = (ledger: Ledger): Reconciler =>
    reconcile({
      source: {
        read: () => snapshot,
        subscribe(callback) {
          changed = callback
          return () => undefined
        },
      },
      kernel: createKernel(loaded, { ...SETTINGS, ...lack.settings }, inForce, ledger),
      autoRoutes: true,
      settle: 0,
      startGrace: 0,
      life: { redeployGrace: 0, hold: 0, health: 'gate' },
      revisions: guards.has('shares') ? inForce.shares.revisions : Infinity,
      claimLapse: inForce.claimLapse,
    })
  let reconciler = start(EMPTY_LEDGER)

  function written(document: string): string {
    if (!write) return rewrite(document)
    const networks = reconciler.served()?.networks ?? []
    const entries = networks.flatMap((network) => [...network.entries.values()])
    return documentOf(write(entries, containers.filter(isAttackers)))
  }
  const view: RouteView = {
    document() {
      const document = reconciler.view.document()
      if (!('parts' in document)) return document
      const rewritten = Buffer.from(written(Buffer.concat(document.parts).toString()))
      return { ...document, parts: [rewritten], length: rewritten.length }
    },
    routers: () => reconciler.view.routers(),
    networks: () => reconciler.view.networks(),
    ports: () => reconciler.view.ports(),
    diagnostics: () => reconciler.view.diagnostics(),
    daemons: () => reconciler.view.daemons(),
    counts: () => reconciler.view.counts(),
    autoRoutes: true,
  }
  const app = createApp(view, { token: TOKEN, ...lack.access })
  let closed: Promise<void> | undefined
  const listening = await listen(app, { host: '127.0.0.1', port: 0, view })

  return {
    address: listening.address,
    show(next) {
      containers = next
      snapshot = snapshotOf(write ? next.filter((container) => !isAttackers(container)) : next.map(believe))
      changed()
    },
    diagnostics: () => view.diagnostics(),
    restart() {
      const ledger = lack.forgets ? EMPTY_LEDGER : reconciler.ledger
      reconciler.close()
      reconciler = start(ledger)
    },
    close() {
      reconciler.close()
      return (closed ??= listening.close())
    },
  }
}
