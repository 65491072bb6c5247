import type { RouterView } from '@route-server/kernel'
import type { NetworkId } from '@route-server/plugin-api'
import { html, type Html } from '../html.ts'
import { hrefOf, type Look } from '../look.ts'
import { markOf, TRAEFIK_MARKS } from '../marks.ts'
import type { TraefikStatus, TraefikStatusOf } from '../traefik-status.ts'
import { count, excerptOf, lines, sectionOf, tableOf } from './table.ts'

/** What people call the route: its hosts, else its rule; a UDP router has neither. */
export const titleOf = ({ hosts, rule, name }: Pick<RouterView, 'hosts' | 'rule' | 'name'>): string =>
  hosts.length > 0 ? hosts.map((host) => (host === '*' ? 'any host' : host)).join(', ') : (rule ?? name)

/** Whether the rule says nothing but the hosts. */
const isHostsAlone = ({ hosts, rule }: RouterView): boolean =>
  rule === hosts.map((host) => `Host(\`${host}\`)`).join(' || ') || rule === `HostSNI(\`${hosts.join()}\`)`

export const containersOf = ({ origins }: RouterView): readonly string[] => [
  ...new Set(origins.flatMap(({ container }) => container ?? [])),
]

/** What Traefik made of it, where it can be asked. */
export const traefikMark = ({ status, errors }: TraefikStatus): Html =>
  html`${markOf(TRAEFIK_MARKS[status])}${errors.map((error) => html`<span class="line quiet">${error}</span>`)}`

function rowOf(router: RouterView, traefikStatus: TraefikStatusOf | undefined): Html {
  const { protocol, name, rule, entryPoints, servers, tls } = router
  const title = titleOf(router)
  return html`<tr data-key="${protocol} ${name}">
    <th scope="row">
      <a href="${hrefOf({ route: { protocol, name } })}">${title}</a>
      ${rule !== undefined && rule !== title && !isHostsAlone(router) && html`<code class="line quiet">${rule}</code>`}
    </th>
    <td><span class="kind">${protocol}${tls !== false && ' · TLS'}</span></td>
    <td>${lines(entryPoints)}</td>
    <td>${lines(servers)}</td>
    <td>${lines(containersOf(router))}</td>
    ${traefikStatus && html`<td>${traefikMark(traefikStatus(router))}</td>`}
  </tr>`
}

/** The networks of the rows, in their order. */
const networksOf = (rows: readonly RouterView[]): readonly NetworkId[] => [
  ...new Set(rows.map(({ network }) => network)),
]

const COLUMNS = ['Host or rule', 'Kind', 'Entry points', 'Servers', 'Containers'] as const

/** Every router by network. */
export function routesSection(found: readonly RouterView[], look: Look, traefikStatus?: TraefikStatusOf): Html {
  const shown = look.network === undefined ? found : found.filter(({ network }) => network === look.network)
  const excerpt = excerptOf(shown, 'routes', look)
  const columns = traefikStatus ? [...COLUMNS, 'Traefik'] : COLUMNS
  const bodies = networksOf(excerpt.rows).map(
    (network) =>
      html`<tbody>
        <tr class="group">
          <th scope="rowgroup" colspan="${columns.length}"><a href="${hrefOf({ network })}">Network ${network}</a></th>
        </tr>
        ${excerpt.rows.filter((router) => router.network === network).map((router) => rowOf(router, traefikStatus))}
      </tbody>`,
  )
  const isPart = look.words.length > 0 || look.network !== undefined
  return sectionOf(
    'routes',
    excerpt,
    look,
    {
      about: html`<span id="found">${count(shown.length, 'route')}${isPart && ' found'}</span>`,
      none: 'No container asks for one.',
    },
    tableOf('Routes', columns, bodies),
  )
}
