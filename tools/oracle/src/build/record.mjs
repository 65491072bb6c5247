/**
 * Asks a real Traefik which entries of a document it can build handlers from, and writes its verdicts where the unit spec of
 * `libs/traefik/src/build` reads them. Run it from the repository's root after a change of `entries.mjs`, or for a newer Traefik:
 *
 *     node tools/oracle/src/build/record.mjs <path of the traefik binary> [<file to write>]
 *
 * Traefik polls one document over its HTTP provider, in which a router uses each entry; its API tells what is `disabled`.
 * Everything listens on loopback and ends with the script.
 */
import { writeFile } from 'node:fs/promises'
import { askTraefik, yamlSafe } from '../ask-traefik.mjs'
import { entries } from './entries.mjs'

const DEADLINE_MS = 30_000
const DEFAULT_OUTPUT = new URL('../../../../libs/traefik/src/build/verdicts.json', import.meta.url)

const [binary, output = DEFAULT_OUTPUT] = process.argv.slice(2)
if (binary === undefined) {
  console.error('usage: node tools/oracle/src/build/record.mjs <path of the traefik binary> [<file to write>]')
  process.exit(2)
}

/** What routers of each protocol look like around the part that is asked about. */
const AROUND = {
  http: { rule: 'Host(`x.example.com`)', service: 's' },
  tcp: { rule: 'HostSNI(`x.example.com`)', service: 's', tls: {} },
  udp: { entryPoints: ['udp'], service: 's' },
}

/** The router that makes Traefik build the entry called `name`. */
const USES = {
  routers: (_, entry) => entry,
  services: (name, _, router) => ({ ...router, service: name }),
  middlewares: (name, _, router) => ({ ...router, middlewares: [name] }),
  options: (name, _, router) => ({ ...router, rule: `Host(\`${name}.example.com\`)`, tls: { options: name } }),
}

const server = { url: 'http://127.0.0.1:9', address: '127.0.0.1:9' }
const document = {
  http: {
    routers: {
      parent: { rule: 'Host(`parent.example.com`)' },
      child: { rule: 'Path(`/`)', service: 's', parentRefs: ['parent@http'] },
    },
    services: {
      s: { loadBalancer: { servers: [{ url: server.url }] } },
      checked: { loadBalancer: { servers: [{ url: server.url }], healthCheck: { path: '/' } } },
    },
    middlewares: { fine: { addPrefix: { prefix: '/a' } } },
  },
  tcp: {
    routers: {},
    services: { s: { loadBalancer: { servers: [{ address: server.address }] } } },
    middlewares: { fine: { inFlightConn: { amount: 1 } } },
  },
  udp: { routers: {}, services: { s: { loadBalancer: { servers: [{ address: server.address }] } } } },
  tls: { options: { fine: { sniStrict: false } } },
}

/** `http.middlewares` of index 3 is used by the router `middlewares3`. */
const routerName = (section, index) => `${section.split('.')[1]}${index}`
const protocolOf = (section) => section.replace(/\..*/, '').replace('tls', 'http')

for (const [section, list] of Object.entries(entries)) {
  const [part, kind] = section.split('.')
  for (const [index, entry] of list.entries()) {
    const name = routerName(section, index)
    if (kind !== 'routers') document[part][kind][name] = entry
    const protocol = protocolOf(section)
    document[protocol].routers[name] = USES[kind](name, entry, AROUND[protocol])
  }
}

/** JSON has no big integers. */
const json = (value, big) =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? { $bigint: String(item) } : item), big ? undefined : 2)
const body = yamlSafe(json(document, true).replace(/\{"\$bigint":"(-?\d+)"\}/g, '$1'))

const entryPoints = { web: '', udp: '/udp' }
const isTaken = ({ http }) => 'child@http' in http
const { version, routers } = await askTraefik({ binary, body, entryPoints, isTaken, deadlineMs: DEADLINE_MS })

const verdicts = { traefik: version }
for (const [section, list] of Object.entries(entries)) {
  // One that Traefik doesn't even show is as good as disabled.
  const verdict = (index) => routers[protocolOf(section)][`${routerName(section, index)}@http`]
  const isValid = (_, index) => (verdict(index)?.status ?? 'disabled') !== 'disabled'
  verdicts[section] = {
    valid: list.filter(isValid),
    invalid: list.filter((entry, index) => !isValid(entry, index)),
  }
  console.log(`${section}: ${verdicts[section].valid.length} valid, ${verdicts[section].invalid.length} invalid`)
  if (process.env['REASONS'])
    for (const [index, entry] of list.entries())
      console.log(json(entry, true), verdict(index)?.status, verdict(index)?.error ?? '')
}
await writeFile(output, `${json(verdicts)}\n`)
console.log(`Traefik ${version}`)
