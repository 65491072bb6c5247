/** The repository's ID, and with it the daemon's: a multiple of 64 from 64 to 2^24 - 64. It comes from the socket's file name. */
export type NetworkId = number

/** A port that a container's image (or `--expose`) declares. */
export interface Port {
  /** 1 to 65535. */
  readonly number: number
  readonly protocol: 'tcp' | 'udp' | 'sctp'
}

/** Docker's words: `GET /containers/json`, field `State`. */
export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'

/** `none`: the container has no health check. */
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy'

/** What Docker remembers of a health check that fails. */
export interface HealthLog {
  /** When the first of the failures in a row ended that Docker still knows; milliseconds since 1970. */
  readonly since: number
  /** What the last one printed, at most 200 characters. */
  readonly output: string
}

/** One container as one daemon lists it. Frozen: a plugin that writes to it throws. */
export interface Container {
  /** 64 hexadecimal digits. */
  readonly id: string
  /** Without Docker's leading slash. */
  readonly name: string
  readonly image: string
  /** Seconds since 1970, as Docker reports it. */
  readonly created: number
  readonly state: ContainerState
  readonly health: Health
  /** Of an unhealthy container whose health check's log was read. */
  readonly healthLog?: HealthLog
  /** Docker's own sentence, such as `Exited (1) 3 minutes ago`; it isn't part of the container's identity. */
  readonly status: string
  /**
   * The labels that a loaded plugin declares, the image's included, all of `traefik.*` and `rediacc.*`, and what is one of these but
   * for a slip; exactly as Docker gives them.
   */
  readonly labels: Readonly<Record<string, string>>
  /** `host` for a container that `renet compose` started. */
  readonly networkMode: string
  /** What the image exposes. Known only for a container that was inspected; a plugin reads it through `context.exposedPorts()`. */
  readonly exposedPorts?: readonly Port[]
  /**
   * TCP ports that something was seen listening on at the service's own address, lowest first, never empty. Known only where a plugin
   * looks for it through `context.listeningPorts()`, and the image exposes no TCP port.
   */
  readonly listeningPorts?: readonly number[]
  readonly network: NetworkId
  /** Path of the daemon's socket. */
  readonly daemon: string
}
