import type { Listener } from '@route-server/explain'

/** A service that runs, and what it listens on. */
export interface Running {
  readonly service: string
  readonly address: string
  readonly variable: string
  /** TCP ports that the compose file names. */
  readonly ports: readonly number[]
  readonly listeners: readonly Listener[]
}

const show = ({ address, port }: Listener): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const isWildcard = ({ address }: Listener): boolean => address === '0.0.0.0' || address === '::'

/** Whether there is nothing to say yet that another moment could not change. */
export const isSettled = ({ ports, listeners }: Running): boolean => ports.length === 0 || listeners.length > 0

/** What is wrong with where services listen, a sentence each. */
export function judge(services: readonly Running[]): readonly string[] {
  const owners = new Map(services.map(({ address, service }) => [address, service]))
  return services.flatMap((running) => {
    const { service, address, variable, ports, listeners } = running
    const bind = `bind to \${${variable}} (${address})`
    const isHome = listeners.some((listener) => listener.address === address)
    const [port] = ports
    if (listeners.length === 0)
      return port === undefined ? [] : [`${service} listens on nothing; ${address}:${port} was expected`]
    return listeners.flatMap((listener) => {
      const owner = owners.get(listener.address)
      if (isWildcard(listener)) return [`${service} listens on ${show(listener)}; ${bind}`]
      if (owner !== undefined && owner !== service)
        return [`${service} listens on ${show(listener)}, which is the address of ${owner}; ${bind}`]
      // Beside its own address it may have something for the machine alone, such as a debugger.
      if (!isHome && ports.length > 0)
        return [`${service} listens on ${show(listener)}, where nobody looks for it; ${bind}`]
      return []
    })
  })
}
