import { readFileSync } from 'node:fs'
import { API_USER, KEPT, PRIVATE_ADDRESS, PRIVATE, TRAEFIK } from '@route-server/installation/paths'
import { readApi } from '@route-server/traefik-api'
import type { Api } from '@route-server/traefik-api'
import { listenersOf, listeningAt } from './sockets.ts'

/** Where Traefik's API may answer. */
export interface ApiPlace extends Api {
  /** Whether `push-infra` put it there: then systemd holds its socket. */
  readonly isInstalled: boolean
}

const USUAL_API = 'http://127.0.0.1:8080'
const INSTALLED = `http://${PRIVATE_ADDRESS}`
const LOCALHOSTS: Readonly<Record<string, readonly string[]>> = { localhost: ['127.0.0.1', '::1'] }
/** systemd's own process. */
const SYSTEMD = 1

function passwordOfInstalled(): string | undefined {
  try {
    return readFileSync(`${KEPT}/api-password`, 'utf8').trim()
  } catch {
    return undefined
  }
}

/**
 * Where Traefik's API may answer, and what is shown there.
 *
 * @param given a URL, with a user and a password or without; left out: where `push-infra` puts it, else Traefik's usual place
 */
export function apiOf(given: string | undefined, passwordOf = passwordOfInstalled): ApiPlace {
  const api = given === undefined ? undefined : readApi(given)
  if (api && (api.user !== undefined || api.url !== INSTALLED)) return { ...api, isInstalled: false }
  const password = passwordOf()
  if (password !== undefined) return { url: INSTALLED, user: API_USER, password, isInstalled: true }
  return { url: api?.url ?? USUAL_API, isInstalled: false }
}

/** What the check may see; `proc` is where the kernel shows processes and sockets. */
interface Sight {
  readonly proc?: string
  readonly uid?: number | undefined
}

/**
 * Why a password isn't shown there: containers share the loopback, and any of them may listen where Traefik doesn't. A clause; nothing
 * where it may be shown, or nobody would get it.
 */
export function whyUntrusted(
  { url, user, isInstalled }: ApiPlace,
  { proc = '/proc', uid = process.getuid?.() }: Sight = {},
): string | undefined {
  if (user === undefined) return undefined
  const { hostname, host: at, port: named, protocol } = new URL(url)
  const port = Number(named) || (protocol === 'https:' ? 443 : 80)
  const hosts = LOCALHOSTS[hostname] ?? [hostname.replaceAll(/[[\]]/g, '')]
  const there = hosts.flatMap((host) => listeningAt(host, port, proc))
  if (there.length === 0) return undefined
  if (isInstalled) {
    const isSystemds = listenersOf([SYSTEMD], proc).some((one) => one.port === port && hosts.includes(one.address))
    return isSystemds
      ? undefined
      : `${at} isn't held by ${TRAEFIK}-${PRIVATE}.socket, so somebody else may listen there in Traefik's place`
  }
  const strangers = there.filter((one) => one.uid !== 0 && one.uid !== uid)
  return strangers.length === 0
    ? undefined
    : `the user ${strangers[0]?.uid ?? ''} listens on ${at}, who is neither root nor who asks`
}
