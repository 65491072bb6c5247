import type { ClaimView } from '@route-server/server'
import { html, type Html } from '../html.ts'
import { hrefOf, type Look } from '../look.ts'
import { isFound } from '../search.ts'
import { count, excerptOf, sectionOf, tableOf, timeOf } from './table.ts'

const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** As many whole ones of the largest unit as there are. */
function roughly(seconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ['second', 1]
  return count(Math.floor(seconds / length), unit)
}

function stateOf({ inUse, awaySeconds, lapsesInSeconds, services = [] }: ClaimView): string {
  const use = services.length > 0 ? `in use for ${services.join(', ')}` : 'in use'
  if (inUse) return use
  const lapse = lapsesInSeconds === undefined ? '' : `, lapses after ${roughly(lapsesInSeconds)} more`
  return `away for ${roughly(awaySeconds)}${lapse}`
}

/** Whose something is. */
export type ClaimKey = Pick<ClaimView, 'subject' | 'kind' | 'network'>

/** A claim of which the rest is worked out where it is shown. */
export interface Claim extends ClaimKey {
  view(): ClaimView
}

const isShown = ({ subject, kind, network }: ClaimKey, look: Look): boolean =>
  (look.network === undefined || network === look.network) && isFound([subject, kind, network], look.words)

const rowOf = (claim: ClaimView): Html =>
  html`<tr data-key="claim ${claim.kind} ${claim.subject} ${claim.network}">
    <th scope="row">${claim.subject}</th>
    <td>${claim.kind === 'host' ? 'host' : 'entry point'}</td>
    <td><a href="${hrefOf({ network: claim.network })}">${claim.network}</a></td>
    <td>${claim.reservedBy ? `given by the ${claim.reservedBy}` : stateOf(claim)}</td>
    <td>${claim.since === undefined ? '' : timeOf(Date.parse(claim.since))}</td>
  </tr>`

/** What a network has and others can't have. */
export function claimsSection(claims: readonly Claim[], look: Look): Html {
  const isWhole = look.words.length === 0 && look.network === undefined
  const shown = isWhole ? claims : claims.filter((claim) => isShown(claim, look))
  const excerpt = excerptOf(shown, 'claims', look)
  return sectionOf(
    'claims',
    excerpt,
    look,
    { about: count(shown.length, 'claim'), none: 'No network has claimed anything.' },
    tableOf(
      'Claims',
      ['Host or entry point', 'Kind', 'Network', 'State', 'Since (UTC)'],
      html`<tbody>
        ${excerpt.rows.map((claim) => rowOf(claim.view()))}
      </tbody>`,
    ),
  )
}
