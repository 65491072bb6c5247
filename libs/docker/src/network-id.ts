import { basename } from 'node:path'
import { parseNetworkId } from '@route-server/plugin-api'
import type { NetworkId } from '@route-server/plugin-api'

/** The network whose daemon a socket belongs to, from its file name `docker-{id}.sock`. */
export function networkOf(path: string): NetworkId | undefined {
  const id = /^docker-(\d+)\.sock$/.exec(basename(path))?.[1]
  return id === undefined ? undefined : parseNetworkId(id)
}
