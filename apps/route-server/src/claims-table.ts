import type { ClaimView } from '@route-server/server'
import { columns } from './columns.ts'
import { visible } from '@route-server/terminal'

const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
]

/** `6d`, `3h`, `12m`, `40s`: as many whole ones of the largest unit as there are. */
function roughly(seconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ['s', 1]
  return `${Math.floor(seconds / length)}${unit}`
}

function stateOf({ inUse, awaySeconds, lapsesInSeconds, reservedBy, services = [] }: ClaimView): string {
  return [
    inUse ? 'in use' : `away ${roughly(awaySeconds)}`,
    ...services.map((service) => `for ${service}`),
    ...(reservedBy === undefined ? [] : [`reserved by the ${reservedBy}`]),
    ...(inUse || lapsesInSeconds === undefined ? [] : [`lapses in ${roughly(lapsesInSeconds)}`]),
  ].join(', ')
}

/** The claims as lines with columns; the last line ends too. */
export function claimsTable(claims: readonly ClaimView[]): string {
  if (claims.length === 0) return 'No network has claimed anything.\n'
  const rows = claims.map((claim) =>
    [claim.kind, claim.subject, String(claim.network), claim.since ?? '', stateOf(claim)].map(visible),
  )
  return columns([['KIND', 'SUBJECT', 'NETWORK', 'SINCE', 'STATE'], ...rows])
}
