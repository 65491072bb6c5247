import type { NetworkId } from './container.ts'

/** `error`: something asked for isn't served. `warning`: it is served, and probably not as meant. `info`: nothing to do. */
export type Level = 'error' | 'warning' | 'info'

/** Where docker compose has a container from. */
export interface ComposeOrigin {
  readonly project: string
  readonly service: string
  /** The compose files of the project, as compose was given them; several with commas between. */
  readonly files?: string
}

/** Where something came from. */
export interface Origin {
  /** Name of the plugin; left out for what the kernel itself decides. */
  readonly plugin?: string
  /** Name of the container, and its full ID. */
  readonly container?: string
  readonly containerId?: string
  readonly network?: NetworkId
  /** Path of the daemon's socket. */
  readonly daemon?: string
  /** Left out for a container that compose didn't make. */
  readonly compose?: ComposeOrigin
}

/** Anything we say about a problem. */
export interface Diagnostic {
  /** SCREAMING_SNAKE, noun first: `LABEL_UNKNOWN`. Stable; people search for it. */
  readonly code: string
  readonly level: Level
  /** What is wrong, what was done about it, and what to do. One or two sentences. */
  readonly message: string
  readonly origin: Origin
  /** The label at fault, spelled as on the container. */
  readonly label?: string
  /** What the container probably meant: `traefik.http.routers.web.rule`. */
  readonly suggestion?: string
}
