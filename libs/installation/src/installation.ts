import type { Machine } from '@route-server/machine'

/** What stands on a machine after a push: one version directory, which one rename puts in force. Pure data; nothing here has been sent. */
export interface Installation {
  /** Everything in the version directory `/opt/rediacc/versions/{digest}`, by relative path, sorted. */
  readonly files: readonly InstalledFile[]
  /** Units that are linked into `/etc/systemd/system`, by file name; all are in `files` under `units/`. */
  readonly units: readonly string[]
  /** System users that the units run as, made where they are missing; each with a group of its name. */
  readonly users: readonly SystemUser[]
  /** Folders that one service writes and the other reads, parents first. */
  readonly folders: readonly SharedFolder[]
}

/** A folder outside the version directory whose files belong to its group, whoever makes them. */
export interface SharedFolder {
  /** Absolute. */
  readonly path: string
  /** Who writes. */
  readonly owner: string
  /** Who reads. */
  readonly group: string
  /** Links in it: what each leads to, by name. */
  readonly links?: Readonly<Record<string, string>>
}

export interface InstalledFile {
  /** Relative to the version directory: `traefik/traefik.yml`. */
  readonly path: string
  readonly text: string
  /** `0o644` … */
  readonly mode: number
  /** Group that owns it; root owns the rest. */
  readonly group?: string
  /** Its text is never shown, logged or compared in the open. */
  readonly secret?: boolean
  /** What of its text is never shown. */
  readonly masked?: readonly string[]
  /** What has to happen when it changed. */
  readonly effect: Effect
}

/** What a changed file or program costs: the least that puts it in force. `none`: it is read when it is needed. */
export type Effect = 'none' | 'reload-router' | 'restart-router' | 'restart-traefik' | 'restart-both'

export interface SystemUser {
  readonly name: string
  /** Further groups, made where they are missing. */
  readonly groups: readonly string[]
}

/** A large file of the installation, kept once by its hash in `/opt/rediacc/programs/{sha256}/{name}` and linked into the version as `bin/{name}`. */
export interface Program {
  readonly name: 'node' | 'traefik' | 'route-server.mjs' | 'renet.mjs'
  /** On the operator's computer; absolute. */
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  readonly version: string
  /** Where the machine has it already, by itself; then it isn't sent, and `file` is nothing. */
  readonly onMachine?: string
}

/** What has to be known besides the machine's description. */
export interface Circumstances {
  readonly programs: readonly Program[]
  /** Addresses that entry points bind: the public ones where they are on an interface, else the primary one behind NAT. */
  readonly bind: { readonly ipv4: string; readonly ipv6?: string }
  /** Secrets. The first is the operator's; the others are made once for a machine and kept there. */
  readonly secrets: {
    readonly cloudflareToken: string
    /** For `/routes.yaml`; 32 or more characters of base64url. */
    readonly routesToken: string
    /** For Traefik's own API on the private entry point. */
    readonly apiPassword: string
    /** PEM of the default certificate, and of its key. */
    readonly defaultCertificate: { readonly certificate: string; readonly key: string }
  }
  /** PEM text of `machine.infra.acmeRoot`. */
  readonly acmeRoot?: string
  /** How Traefik finds out whether a challenge's record is visible; the push finds out what works from there. */
  readonly propagation: Propagation
}

export interface Propagation {
  /** Resolvers to ask, `192.0.2.1:53`; empty: the server's own. */
  readonly resolvers: readonly string[]
  /** Asking the zone's own name servers doesn't work from there. */
  readonly skipAuthoritative: boolean
  /** No resolver can be believed: wait this long instead, seconds. */
  readonly waitInstead?: number
}

export type RenderInstallation = (machine: Machine, circumstances: Circumstances) => Installation
