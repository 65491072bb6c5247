import { LAST_SLOT } from './addresses.ts'
import { RepositoryError } from './repository-error.ts'

/** Slots by the service's name. */
export type Slots = ReadonlyMap<string, number>

/**
 * The slots of those services that have none yet: the lowest free one for each, in the order of the list. Nobody's slot is ever changed.
 *
 * @throws {RepositoryError} where they don't all fit
 */
export function allocate(known: Slots, services: readonly string[], file: string): Slots {
  const missing = services.filter((service) => !known.has(service))
  const taken = new Set(known.values())
  const free = Array.from({ length: LAST_SLOT + 1 }, (_, slot) => slot).filter((slot) => !taken.has(slot))
  if (missing.length > free.length) throw full(known, services, missing, file)
  return new Map(missing.map((service, index) => [service, free[index] ?? 0]))
}

function full(known: Slots, services: readonly string[], missing: readonly string[], file: string): RepositoryError {
  const gone = [...known.keys()].filter((service) => !services.includes(service))
  const cure =
    gone.length === 0
      ? 'Split the services among two repositories.'
      : `Release the slots of services that are gone for good: renet slots release ${gone.slice(0, 3).join(' ')}${gone.length > 3 ? ' …' : ''}`
  return new RepositoryError([
    `${file}: a repository has ${LAST_SLOT + 1} slots, ${known.size} are taken, and ${missing.length} more are needed (${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}). ${cure}`,
  ])
}
