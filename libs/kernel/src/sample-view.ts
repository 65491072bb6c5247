import type { RouteView } from './reconcile/view.ts'

const NOTHING = { http: 0, tcp: 0, udp: 0 }

/** A view for tests: of a machine where nothing runs, which serves `http: {}` as revision 1. */
export function sampleView(fields: Partial<RouteView> = {}): RouteView {
  const bytes = new TextEncoder().encode('http: {}\n')
  const document = { revision: 1, parts: [bytes], length: bytes.length, changedAt: 0 }
  return {
    document: () => document,
    routers: () => [],
    networks: () => [],
    ports: () => ({ rows: [], free: { tcp: [], udp: [] }, waiting: [] }),
    diagnostics: () => [],
    daemons: () => [],
    counts: () => ({ routers: NOTHING, services: NOTHING }),
    autoRoutes: true,
    ...fields,
  }
}
