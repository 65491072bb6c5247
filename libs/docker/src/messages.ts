import type { Diagnostic, NetworkId } from '@route-server/plugin-api'
import { explainAccess, type Access } from './access.ts'
import type { FailureKind } from './failure.ts'

const EFFECTS = {
  kept: 'Its routes stay as they were last known',
  dropped: 'Its routes were dropped, because it has been silent for so long',
  none: 'Nothing of it is routed yet',
} as const

/** What a message about one daemon needs to know. */
export interface DaemonProblem {
  readonly daemon: string
  readonly network: NetworkId
  readonly kind: FailureKind
  /** Sentences. */
  readonly reason: string
  readonly routes: keyof typeof EFFECTS
}

export function socketNameInvalid(daemon: string): Diagnostic {
  return {
    code: 'SOCKET_NAME_INVALID',
    level: 'info',
    message:
      `The socket ${daemon} isn't watched: its name isn't docker-{id}.sock with a network ID, a multiple of 64 from 64 to 16777152. ` +
      "If a daemon's containers are missed, rename its socket.",
    origin: { daemon },
  }
}

export function networkIdTaken(daemon: string, holder: string, network: NetworkId): Diagnostic {
  return {
    code: 'NETWORK_ID_TAKEN',
    level: 'error',
    message:
      `The socket ${daemon} isn't watched: ${holder} already stands for network ${network}. ` +
      'Give one of them another network ID, or narrow the globs.',
    origin: { daemon, network },
  }
}

export function folderUnreadable(folder: string, code: string): Diagnostic {
  const problem =
    code === 'EACCES' || code === 'EPERM' ? refusal(explainAccess(folder)) : `Reading it fails with ${code}.`
  return {
    code: 'FOLDER_UNREADABLE',
    level: 'error',
    message: `The folder ${folder} can't be read, so the Docker sockets in it are unknown; daemons known before keep their routes. ${problem}`,
    origin: {},
  }
}

/** What is wrong with a daemon that isn't live. */
export function daemonProblem({ daemon, network, kind, reason, routes }: DaemonProblem): Diagnostic {
  const origin = { network, daemon }
  const effect = EFFECTS[routes]
  if (kind === 'unreadable') {
    const message = `The socket ${daemon} can't be opened. ${effect}. ${refusal(explainAccess(daemon))}`
    return { code: 'SOCKET_UNREADABLE', level: 'error', message, origin }
  }
  if (kind === 'too-old') {
    return {
      code: 'DAEMON_TOO_OLD',
      level: 'error',
      message: `Update the Docker daemon at ${daemon}. ${reason} ${effect}.`,
      origin,
    }
  }
  const message = `The daemon at ${daemon} can't be followed. ${reason} ${effect}; it is tried again and again.`
  return { code: routes === 'none' ? 'DAEMON_UNREACHABLE' : 'DAEMON_STALE', level: 'warning', message, origin }
}

/** A folder that couldn't be read at the start: a sentence for `Snapshot.unknown`. */
export function unknownFolder(folder: string): string {
  return `The folder ${folder} can't be read.`
}

/** A daemon that was there at the start: a sentence for `Snapshot.unknown`. */
export function unknownDaemon(daemon: string, reason: string | undefined): string {
  return `The daemon at ${daemon} hasn't been listed yet.${reason === undefined ? '' : ` ${reason}`}`
}

function refusal({ user, group, cure }: Access): string {
  const owner = group === undefined ? '' : ` (it belongs to group ${group})`
  return `It is refused to user ${user}${owner}: ${cure}.`
}
