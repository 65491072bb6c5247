/** The labels of one other world, by their folded names. */
export type WorldLabels = ReadonlyMap<string, string>

/** What another proxy's labels say of one site, as far as labels of Traefik say it, too. */
export interface Site {
  readonly hosts: readonly string[]
  readonly port?: string | undefined
  readonly scheme?: string | undefined
}

export type ReadSites = (labels: WorldLabels) => readonly Site[]

/** What is read of a value: a host, a port, a few of them. */
const MAX_READ = 2000
const MAX_SITES = 20

const HOST = /^(?:\*\.)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/
const SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'h2c'])

const words = (text: string): readonly string[] =>
  text
    .slice(0, MAX_READ)
    .split(/[\s,]+/)
    .filter((word) => word !== '')

/** The hosts of a list; none where one of them is more than a host. */
export function hostsIn(text: string): readonly string[] {
  const hosts = words(text)
  return hosts.every((host) => HOST.test(host)) && text.length <= MAX_READ ? hosts : []
}

const portIn = (text = ''): string | undefined => (/^[0-9]{1,5}$/.test(text) ? text : undefined)
const schemeIn = (text = ''): string | undefined => (SCHEMES.has(text) && text !== 'http' ? text : undefined)

interface Keys {
  readonly host: string
  readonly port?: string
  readonly scheme?: string
  /** Of a label with the URL of the container. */
  readonly url?: string
}

function siteOf(labels: WorldLabels, { host, port, scheme, url }: Keys): readonly Site[] {
  const hosts = hostsIn(labels.get(host) ?? '')
  if (hosts.length === 0) return []
  const [, urlScheme, urlPort] =
    /^(\w{1,5}):\/\/[\w.-]{1,253}(?::([0-9]{1,5}))?\/?$/.exec(labels.get(url ?? '') ?? '') ?? []
  return [
    {
      hosts,
      port: portIn(port === undefined ? urlPort : labels.get(port)),
      scheme: schemeIn(scheme === undefined ? urlScheme : labels.get(scheme)),
    },
  ]
}

/** One site a container. */
export const single =
  (keys: Keys): ReadSites =>
  (labels) =>
    siteOf(labels, keys)

type Parted = readonly [group: string, rest: string, value: string]

/** The labels of each group, of the first few. */
function grouped(parted: readonly Parted[]): readonly WorldLabels[] {
  const groups = new Map<string, Map<string, string>>()
  for (const [group, rest, value] of parted) {
    const found = groups.get(group)
    if (found) found.set(rest, value)
    else if (groups.size < MAX_SITES) groups.set(group, new Map([[rest, value]]))
  }
  return [...groups.values()]
}

/** A site for each name that labels choose at `depth`. */
export const named =
  (depth: number, keys: Keys): ReadSites =>
  (labels) => {
    const parted = [...labels].map(([label, value]): Parted => {
      const parts = label.split('.')
      return [parts.slice(0, depth + 1).join('.'), parts.slice(depth + 1).join('.'), value]
    })
    return grouped(parted).flatMap((group) => siteOf(group, keys))
  }

export const noSites: ReadSites = () => []

const ADDRESS = /^(?:https?:\/\/)?((?:\*\.)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,252})(?::(?:80|443))?$/

/** Directives of Caddy that take nothing from what a site serves, or that are said otherwise: TLS is the entry point's. */
const INDIFFERENT: ReadonlySet<string> = new Set(['tls', 'encode', 'log', 'reverse_proxy'])

/** Directives that ask who it is; `import` may name a snippet that does. */
const GUARDS =
  /(?:^|[.\s_@])(?:basic_?auth|forward_auth|auth|authorize|authenticate|authentication|import|remote_ip|client_ip|client_auth|rate_limit|abort|error)(?:[.\s_=]|$)/

/** Whether a directive of Caddy, or what stands in its value, keeps somebody out. */
export const caddyGuards = (label: string, value: string): boolean =>
  GUARDS.test(label) || GUARDS.test(value) || (/[._]respond\b/.test(label) && /\b40[0-9]\b/.test(value))

const directiveOf = (rest: string): string =>
  (rest.split('.', 1)[0] ?? '').replace(/^[0-9]+_/, '').replace(/_[0-9]+$/, '')

/** `{{upstreams https 8080}}`, of every request. */
function upstreamOf(value: string): Omit<Site, 'hosts'> | undefined {
  const found = words(value.replace(/[{}]/g, ' '))
  const [first, ...arguments_] = found[0] === '*' ? found.slice(1) : found
  if (first !== 'upstreams' || arguments_.length > 2) return undefined
  return { port: portIn(arguments_.at(-1)), scheme: schemeIn(arguments_[0]) }
}

/** A site for each `caddy`, `caddy_1` whose labels do nothing but hand its requests on, to those who may come in. */
export const caddySites: ReadSites = (labels) => {
  const parted = [...labels].map(([label, value]): Parted => {
    const site = label.split('.', 1)[0] ?? ''
    return [site, label.slice(site.length + 1), value]
  })
  return grouped(parted).flatMap((directives) => {
    const hosts = words(directives.get('') ?? '').map((address) => ADDRESS.exec(address)?.[1])
    const known = hosts.filter((host) => host !== undefined)
    const rest = [...directives].filter(([directive]) => directive !== '')
    const proxies = rest.filter(([directive]) => directiveOf(directive) === 'reverse_proxy' && !directive.includes('.'))
    const others = rest.filter(([directive, value]) => !caddyGuards(directive, value))
    const [proxy] = proxies
    const upstream = proxy && proxies.length === 1 ? upstreamOf(proxy[1]) : undefined
    if (!upstream || known.length === 0 || known.length < hosts.length) return []
    return others.every(([directive]) => INDIFFERENT.has(directiveOf(directive))) ? [{ hosts: known, ...upstream }] : []
  })
}
