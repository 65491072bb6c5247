import type { NetworkId } from '@route-server/plugin-api'
import { parseNetworkId } from '@route-server/plugin-api/network-id'
import { RepositoryError } from './repository-error.ts'

/** Where a network ID may be said; what comes first counts. */
export interface NetworkSources {
  /** `--network-id` */
  readonly flag?: string | undefined
  /** `REDIACC_NETWORK_ID` */
  readonly environment?: string | undefined
  /** `networkId` of the repository's file. */
  readonly file?: { readonly path: string; readonly networkId?: NetworkId | undefined } | undefined
}

/**
 * The network ID: `--network-id`, else `REDIACC_NETWORK_ID`, else the repository's file.
 *
 * @throws {RepositoryError} where there is none, one isn't valid, or two disagree
 */
export function findNetwork({ flag, environment, file }: NetworkSources): NetworkId {
  const said: readonly (readonly [where: string, id: NetworkId])[] = [
    ...read('--network-id', flag),
    ...read('REDIACC_NETWORK_ID', environment || undefined),
    ...(file?.networkId === undefined ? [] : [[file.path, file.networkId] as const]),
  ]
  const [first] = said
  if (first === undefined)
    throw new RepositoryError([
      'Which network? There is no --network-id, no REDIACC_NETWORK_ID, and no "networkId" in a .rediacc.json here or above. Say --network-id N, or write { "networkId": N } to .rediacc.json; N is a multiple of 64 and names the daemon (/var/run/rediacc/docker-N.sock).',
    ])
  const other = said.find(([, id]) => id !== first[1])
  if (other)
    throw new RepositoryError([
      `Two network IDs disagree: ${first[0]} says ${first[1]}, ${other[0]} says ${other[1]}. Nothing was done; leave out the one that isn't meant.`,
    ])
  return first[1]
}

function read(where: string, text: string | undefined): readonly (readonly [string, NetworkId])[] {
  if (text === undefined) return []
  const id = parseNetworkId(text)
  if (id === undefined)
    throw new RepositoryError([`${where} ${JSON.stringify(text)}: expected a multiple of 64 from 64 to 16777152.`])
  return [[where, id]]
}
