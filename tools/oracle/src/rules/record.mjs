/**
 * Asks a real Traefik which rules it builds routers for, and writes its verdicts where the unit spec of
 * `libs/traefik/src/rules` reads them. Run it from the repository's root after a change of `rules.mjs`, or for a newer Traefik:
 *
 *     node tools/oracle/src/rules/record.mjs <path of the traefik binary> [<file to write>]
 *
 * Traefik polls one document with a router per rule over its HTTP provider; its API tells which are `disabled`.
 * Everything listens on loopback and ends with the script.
 */
import { writeFile } from 'node:fs/promises'
import { askTraefik, yamlSafe } from '../ask-traefik.mjs'
import { rules } from './rules.mjs'

const DEADLINE_MS = 60_000
const DEFAULT_OUTPUT = new URL('../../../../libs/traefik/src/rules/verdicts.json', import.meta.url)

const [binary, output = DEFAULT_OUTPUT] = process.argv.slice(2)
if (binary === undefined) {
  console.error('usage: node tools/oracle/src/rules/record.mjs <path of the traefik binary> [<file to write>]')
  process.exit(2)
}

const section = (list, service, extra) => ({
  routers: Object.fromEntries(list.map((rule, index) => [`r${index}`, { rule, service: 's', ...extra }])),
  services: { s: { loadBalancer: { servers: [service] } } },
})

const body = yamlSafe(
  JSON.stringify({
    http: section(rules.http, { url: 'http://127.0.0.1:9' }),
    // With TLS, so that host names are allowed.
    tcp: section(rules.tcp, { address: '127.0.0.1:9' }, { tls: { passthrough: true } }),
  }),
)

const isTaken = ({ http, tcp }) => `r${rules.http.length - 1}@http` in http && `r${rules.tcp.length - 1}@http` in tcp

const split = (list, routers) => {
  const isValid = (_, index) => routers[`r${index}@http`].status !== 'disabled'
  return { valid: list.filter(isValid), invalid: list.filter((rule, index) => !isValid(rule, index)) }
}

const entryPoints = { web: '', tcp: '' }
const { version, routers } = await askTraefik({ binary, body, entryPoints, isTaken, deadlineMs: DEADLINE_MS })
const verdicts = { traefik: version, http: split(rules.http, routers.http), tcp: split(rules.tcp, routers.tcp) }
await writeFile(output, `${JSON.stringify(verdicts, null, 2)}\n`)
for (const protocol of ['http', 'tcp']) {
  const { valid, invalid } = verdicts[protocol]
  console.log(`${protocol}: ${valid.length} valid, ${invalid.length} invalid in Traefik ${version}`)
}
