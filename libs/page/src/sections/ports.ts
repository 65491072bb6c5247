import type { PortRange, RouteView, Waiting } from '@route-server/kernel'
import { html, type Html } from '../html.ts'
import { hrefOf, type Look } from '../look.ts'
import { isFound } from '../search.ts'
import { count, excerptOf, lines, sectionOf, tableOf, timeOf } from './table.ts'

type PortTable = ReturnType<RouteView['ports']>
type PortRow = PortTable['rows'][number]

const isShown = (row: PortRow, { words, network }: Look): boolean =>
  (network === undefined || row.network === network) &&
  isFound([row.external, row.protocol, row.entryPoint, row.service, row.network, ...row.internal], words)

const rowOf = ({ external, protocol, entryPoint, network, service, router, internal, since, kind }: PortRow): Html =>
  html`<tr data-key="port ${entryPoint} ${router}">
    <th scope="row">${external ?? entryPoint}<span class="kind">${protocol}</span></th>
    <td><a href="${hrefOf({ route: { protocol, name: router } })}">${service || router}</a></td>
    <td><a href="${hrefOf({ network })}">${network}</a></td>
    <td>${lines(internal)}</td>
    <td>${kind === 'dynamic' ? 'found for it' : 'its own'}</td>
    <td>${since === undefined ? '' : timeOf(since)}</td>
  </tr>`

const rangeOf = ({ first, last }: PortRange): string => (first === last ? String(first) : `${first}–${last}`)

const waitingItem = ({ network, protocol, service, port }: Waiting): Html =>
  html`<li>${service} of network ${network} waits for a ${protocol.toUpperCase()} port (${port})</li>`

function besideOf(free: PortTable['free'], waiting: readonly Waiting[]): Html {
  const spare = (['tcp', 'udp'] as const).filter((protocol) => free[protocol].length > 0)
  return html`${
    waiting.length > 0 &&
    html`<ul class="waiting">
      ${waiting.slice(0, 20).map(waitingItem)}
    </ul>`
  }
  ${
    spare.length > 0 &&
    html`<p class="quiet">
      Free:
      ${spare.map((protocol) => html`<span class="line">${protocol.toUpperCase()} ${free[protocol].map(rangeOf).join(', ')}</span>`)}
    </p>`
  }`
}

/** TCP and UDP: where each port leads, what is free, and who waits. */
export function portsSection({ rows, free, waiting }: PortTable, look: Look): Html {
  const shown = rows.filter((row) => isShown(row, look))
  const excerpt = excerptOf(shown, 'ports', look)
  const isWhole = look.words.length === 0 && look.network === undefined
  return sectionOf(
    'ports',
    excerpt,
    look,
    {
      about: count(shown.length, 'port'),
      none: 'No TCP or UDP port leads anywhere.',
      ...(isWhole && { beside: besideOf(free, waiting) }),
    },
    tableOf(
      'Ports',
      ['Port', 'Service', 'Network', 'Leads to', 'Number', 'Since (UTC)'],
      html`<tbody>
        ${excerpt.rows.map(rowOf)}
      </tbody>`,
    ),
  )
}
