import type { Diagnostic } from '@route-server/plugin-api'
import { destinationOf, renameReaches, withHost } from '@route-server/traefik'
import { entryOf, localName } from '../document/entry.ts'
import type { Entry, Lookup } from '../document/entry.ts'
import type { Contribution } from '../evaluate/evaluate.ts'
import { entryName } from '../messages.ts'
import { serviceUnknown } from './messages.ts'
import { serviceLabel } from '../evaluate/identity.ts'

/** By service, as a DNS label, its address. */
type Services = Lookup<string>

/** The entry with the addresses of the services that it names. */
function withAddresses(entry: Entry, services: Services): Entry {
  const value = renameReaches(entry.section, entry.value, ({ kind, text }) => {
    if (kind !== 'url' && kind !== 'address') return text
    const host = destinationOf(kind, text)?.host ?? ''
    const address = entry.dials?.includes(serviceLabel(host)) ? services.get(serviceLabel(host)) : undefined
    return (address !== undefined && withHost(kind, text, address)) || text
  })
  return entryOf({ ...entry, value })
}

/** The contribution with addresses for the names of its network's services. Strictly, what names no service is refused. */
export function dialled(
  contribution: Contribution,
  { services, isStrict }: { readonly services: Services; readonly isStrict: boolean },
  say: (diagnostic: Diagnostic) => void,
): Contribution {
  if (!contribution.entries.some(({ dials }) => dials)) return contribution
  const entries: Entry[] = []
  const refused = [...contribution.refused]
  for (const entry of contribution.entries) {
    const unknown = isStrict ? (entry.dials?.filter((service) => services.get(service) === undefined) ?? []) : []
    for (const service of unknown)
      say(serviceUnknown(contribution.origin, entryName(entry.section, localName(entry)), service))
    if (unknown.length > 0) refused.push(entry.path)
    else entries.push(entry.dials ? withAddresses(entry, services) : entry)
  }
  return { ...contribution, entries, refused }
}
