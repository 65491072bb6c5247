import type { Diagnostic } from '@route-server/plugin-api'
import { remarksOf } from '@route-server/traefik'
import type { Value } from '../document/entry.ts'
import { fieldObsolete, valueUseless } from './messages.ts'
import type { Place } from './place.ts'

/** More of an entry's remarks are left unsaid. */
const MAX_REMARKS = 5

/** What an entry says that Traefik takes and that is of no use, or soon won't be. */
export const remarked = (place: Place, value: Value): readonly Diagnostic[] =>
  remarksOf(place.section, value)
    .slice(0, MAX_REMARKS)
    .map((remark) => (remark.kind === 'useless' ? valueUseless(place, remark) : fieldObsolete(place, remark)))
