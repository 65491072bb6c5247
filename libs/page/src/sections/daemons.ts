import type { DaemonState, DaemonStatus } from '@route-server/kernel'
import { html, type Html } from '../html.ts'
import { hrefOf, type Look } from '../look.ts'
import { DAEMON_MARKS, markOf } from '../marks.ts'
import { isFound } from '../search.ts'
import { count, excerptOf, sectionOf, tableOf, timeOf } from './table.ts'

/** What needs somebody comes first. */
const WORST: readonly DaemonState[] = ['gone', 'stale', 'pending', 'live']

const byState = (a: DaemonStatus, b: DaemonStatus): number =>
  WORST.indexOf(a.state) - WORST.indexOf(b.state) || a.network - b.network

const isShown = (status: DaemonStatus, { words, network }: Look): boolean =>
  (network === undefined || status.network === network) &&
  isFound([status.daemon, status.network, status.state, status.reason], words)

const rowOf = ({ daemon, network, state, since, reason, containers }: DaemonStatus): Html =>
  html`<tr data-key="daemon ${network}">
    <th scope="row"><a href="${hrefOf({ network })}">${network}</a></th>
    <td>${markOf(DAEMON_MARKS[state])}${reason && html`<span class="line quiet">${reason}</span>`}</td>
    <td>${timeOf(since)}</td>
    <td class="number">${containers}</td>
    <td><code>${daemon}</code></td>
  </tr>`

/** Every Docker daemon, and whether it is heard. */
export function daemonsSection(daemons: readonly DaemonStatus[], look: Look): Html {
  const shown = daemons.filter((status) => isShown(status, look)).sort(byState)
  const excerpt = excerptOf(shown, 'daemons', look)
  const silent = daemons.filter(({ state }) => state !== 'live').length
  const about =
    silent === 0 ? `${count(daemons.length, 'daemon')}, all live` : `${silent} of ${daemons.length} not live`
  return sectionOf(
    'daemons',
    excerpt,
    look,
    { about, none: 'No Docker socket is there.' },
    tableOf(
      'Daemons',
      ['Network', 'State', 'Since (UTC)', { number: 'Containers' }, 'Socket'],
      html`<tbody>
        ${excerpt.rows.map(rowOf)}
      </tbody>`,
    ),
  )
}
