/** What of Docker's API is simulated. */
export const ENDPOINTS = ['ping', 'version', 'info', 'list', 'inspect', 'events'] as const

export type Endpoint = (typeof ENDPOINTS)[number]

const PATHS: readonly [path: RegExp, endpoint: Endpoint][] = [
  [/^\/_ping$/, 'ping'],
  [/^\/version$/, 'version'],
  [/^\/info$/, 'info'],
  [/^\/containers\/json$/, 'list'],
  [/^\/containers\/(?<container>.+)\/json$/, 'inspect'],
  [/^\/events$/, 'events'],
]

/** One request as its URL says it. */
export interface Call {
  readonly endpoint: Endpoint
  /** The prefix of the path, such as `1.41`; without one the client takes the daemon's newest. */
  readonly version?: string
  /** Name or ID; only of `inspect`. */
  readonly container: string
  readonly query: URLSearchParams
}

/** Undefined for a page that Docker (as far as it is simulated) doesn't have. Only `/_ping` answers HEAD. */
export function parseCall(method: string, url: string): Call | undefined {
  const { pathname, searchParams: query } = new URL(url, 'http://docker')
  const { version, path = '' } = /^(?:\/v(?<version>[0-9.]+))?(?<path>\/.*)$/.exec(pathname)?.groups ?? {}
  for (const [pattern, endpoint] of PATHS) {
    const match = pattern.exec(path)
    if (!match) continue
    if (method !== 'GET' && !(method === 'HEAD' && endpoint === 'ping')) return undefined
    return { endpoint, container: decode(match.groups?.['container'] ?? ''), query, ...(version && { version }) }
  }
  return undefined
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
