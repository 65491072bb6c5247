import type { PortRange, RouteView, Waiting } from '@route-server/kernel'

type Table = ReturnType<RouteView['ports']>

/** A TCP or UDP port that leads to a service. `since` is a date in ISO 8601; what else it says, the kernel's table does. */
export type PortMapping = Omit<Table['rows'][number], 'since'> & { readonly since?: string }

/** The body of `/ports`. */
export interface Ports {
  readonly ports: readonly PortMapping[]
  /** Of this machine's entry points, those that nobody has. */
  readonly free: Readonly<Record<'tcp' | 'udp', readonly PortRange[]>>
  /** Who asked for a port and found none free; the first to get one first. */
  readonly waiting: readonly Waiting[]
}

export function ports({ rows, free, waiting }: Table): Ports {
  return {
    ports: rows.map(({ since, ...row }) => ({
      ...row,
      ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    })),
    free,
    waiting,
  }
}
