import { execFile } from 'node:child_process'
import { readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { servedCertificate } from '@route-server/dns/certificate'
import { askApi, readMachine } from '@route-server/traefik-api'
import type { MachineFacts, MachineSeen, MachineSettings, SocketMode } from '../doctor/machine.ts'
import { apiOf, whyUntrusted } from './api-at.ts'
import type { ApiPlace } from './api-at.ts'

const DEADLINE_MS = 2_000
const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}

async function tried<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch {
    return undefined
  }
}

/** The sockets in the folders of those that the route server knows. */
function socketsBeside(daemons: readonly string[]): readonly SocketMode[] {
  const folders = [...new Set([...daemons.map(dirname), '/var/run/rediacc'])]
  return folders.flatMap((folder) =>
    (attempt(() => readdirSync(folder)) ?? []).flatMap((name) => {
      const path = join(folder, name)
      const stats = /^docker-\d+\.sock$/.test(name) ? attempt(() => statSync(path)) : undefined
      return stats?.isSocket() ? [{ path, mode: stats.mode & 0o777 }] : []
    }),
  )
}

async function isSynchronised(signal: AbortSignal): Promise<boolean | undefined> {
  const { stdout } = await promisify(execFile)('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
    signal,
  })
  return stdout.trim() === '' ? undefined : stdout.trim() === 'yes'
}

function diskOf(stateDir: string): MachineSeen['disk'] {
  const stats = attempt(() => statfsSync(stateDir))
  return stats && { freeBytes: stats.bavail * stats.bsize, freeInodes: stats.ffree, inodes: stats.files }
}

async function traefikAt(api: ApiPlace, signal: AbortSignal): Promise<MachineSeen['traefik']> {
  const machine = await readMachine(api, signal)
  const stranger = await tried(askApi({ url: api.url }, '/api/version', signal))
  return { api: api.url, ...machine, isOpen: stranger?.status === 200 }
}

/** Looks at the machine: sockets, clock, disk, Traefik, and what it serves for the hosts. */
export async function examineHost(
  { stateDir }: MachineSettings,
  facts: MachineFacts | undefined,
  { api: given }: { readonly api?: string | undefined },
): Promise<Omit<MachineSeen, 'silence'>> {
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const api = apiOf(given)
  const untrusted = whyUntrusted(api)
  const [synchronised, traefik] = await Promise.all([
    tried(isSynchronised(signal)),
    untrusted === undefined ? tried(traefikAt(api, signal)) : undefined,
  ])
  const [, host, port] = /^\[?([\da-fA-F.:]+?)\]?:(\d+)$/.exec(traefik?.entryPoints['websecure'] ?? '') ?? []
  const served = await Promise.all(
    (host === undefined ? [] : (facts?.hosts ?? [])).map(async (name) => {
      const one = await tried(servedCertificate(host ?? '', name, { port: Number(port), patience: DEADLINE_MS }))
      return one ? [{ ...one, host: name, until: one.until.toISOString() }] : []
    }),
  )
  const disk = diskOf(stateDir)
  return {
    sockets: socketsBeside(facts?.daemons.map(({ daemon }) => daemon) ?? []),
    ...(synchronised !== undefined && { isSynchronised: synchronised }),
    ...(disk && { disk }),
    ...(traefik && { traefik }),
    ...(untrusted !== undefined && { untrusted }),
    certificates: served.flat(),
  }
}
