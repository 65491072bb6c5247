import { ComposeError, variablesFor, type Environment } from '@route-server/compose'
import type { NetworkId } from '@route-server/plugin-api'
import { findNetwork, findRepositoryFile, readRepository, REPOSITORY_FILE, type Slots } from '@route-server/repository'
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { remark } from './terminal/print.ts'

/** Flags that say which repository. */
export interface WhereFlags {
  readonly networkId?: string
  readonly dir?: string
}

/** The repository that a command is about. */
export interface Here {
  /** Where the command works; absolute. */
  readonly folder: string
  /** `.rediacc.json`: the one here or above, else where one would be made. */
  readonly file: string
  readonly network: NetworkId
  readonly slots: Slots
  /** Of the network's daemon. */
  readonly socket: string
  /** What the repository is called in its environment. */
  readonly name: string
}

/** Where the daemons' sockets are. */
export const socketFolder = (): string => process.env['REDIACC_SOCKETS'] || '/var/run/rediacc'

/** @throws where the folder, the network or the repository's file isn't as it has to be */
export function findHere({ networkId, dir = '.' }: WhereFlags): Here {
  const folder = resolve(dir)
  if (!existsSync(folder)) throw new ComposeError([`${folder}: there is no such folder.`])
  const found = findRepositoryFile(folder)
  const file = found ?? join(folder, REPOSITORY_FILE)
  const { networkId: own, slots } = readRepository(file)
  const network = findNetwork({
    flag: networkId,
    environment: process.env['REDIACC_NETWORK_ID'],
    file: { path: file, networkId: own },
  })
  const name = process.env['REDIACC_REPO'] || basename(dirname(file))
  return { folder, file, network, slots, socket: join(socketFolder(), `docker-${network}.sock`), name }
}

/**
 * The environment of everything that runs for the repository. Docker's own variables lead to the network's daemon and nowhere else, which is
 * said where they said otherwise.
 */
export function environmentOf({ network, socket, name, slots }: Here): Environment {
  return {
    ...process.env,
    ...variablesFor(slots, network),
    REDIACC_NETWORK_ID: String(network),
    REDIACC_REPO: name,
    DOCKER_HOST: `unix://${socket}`,
    // Empty: one that a file sets counts no more than one from here.
    DOCKER_CONTEXT: '',
    DOCKER_TLS_VERIFY: '',
    DOCKER_CERT_PATH: '',
  }
}

export function tellOfOtherDaemons({ network, socket }: Here): void {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = process.env
  const instead = `the daemon of network ${network} is asked (${socket}).`
  if (host && host !== `unix://${socket}`) remark(`note: DOCKER_HOST (${host}) is set and isn't used; ${instead}`)
  if (context) remark(`note: DOCKER_CONTEXT (${context}) is set and isn't used; ${instead}`)
}
