import type { Diagnostic, Origin } from '@route-server/plugin-api'
import { capital, diagnostic } from '../messages.ts'

export const serviceNameTaken = (origin: Origin, name: string, holder: string): Diagnostic =>
  diagnostic(
    'SERVICE_NAME_TAKEN',
    'error',
    origin,
    `The service "${name}" would have the host of the older service "${holder}", so it has no automatic route. Rename one of them.`,
  )

/** `meant`: one that is there, and has nearly that name. */
export const referenceMissing = (origin: Origin, where: string, target: string, meant?: string): Diagnostic => ({
  ...diagnostic(
    'REFERENCE_MISSING',
    'error',
    origin,
    `${capital(where)} is left out: it refers to ${target}, which doesn't exist in this network or was left out itself.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
  ),
  ...(meant !== undefined && { suggestion: meant }),
})

export const neitherOwnNorAllowed = (origin: Origin, where: string, name: string): Diagnostic =>
  diagnostic(
    'REFERENCE_NOT_ALLOWED',
    'error',
    origin,
    `${capital(where)} is left out: it refers to "${name}". This network has nothing of that name, and if it is the operator's, only the operator can allow it (allow.references).`,
  )

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`

/** Names beyond these are only counted. */
const MAX_NAMES = 3

/** What is left out, and what that leaves behind. */
export function leftIdle(leftOut: Diagnostic, names: readonly string[]): Diagnostic {
  const more = names.length - MAX_NAMES
  const shown = more > 0 ? [...names.slice(0, MAX_NAMES), `${more} more`] : names
  const verbs = names.length === 1 ? ['stays', 'it'] : ['stay', 'them']
  return {
    ...leftOut,
    message: `${leftOut.message} ${capital(listed(shown))} ${verbs[0]} in the document; nothing leads to ${verbs[1]}, which does no harm.`,
  }
}

export const middlewareUnused = (origin: Origin, where: string, label: string): Diagnostic => ({
  ...diagnostic(
    'MIDDLEWARE_UNUSED',
    'warning',
    origin,
    `${capital(where)} protects nothing: no router of this network names it. Add ${label}, or remove it.`,
  ),
  suggestion: label,
})

export const addressTaken = (
  origin: Origin,
  where: string,
  address: string,
  holder: string,
  isStopped: boolean,
): Diagnostic =>
  diagnostic(
    'ADDRESS_TAKEN',
    isStopped ? 'error' : 'info',
    origin,
    `${capital(where)} ${isStopped ? 'is left out' : 'is served all the same'}: ${address} is where the older service "${holder}" listens. Give each service its own address with renet compose, or its own port.`,
  )

export const serviceUnknown = (origin: Origin, where: string, service: string): Diagnostic =>
  diagnostic(
    'UPSTREAM_UNKNOWN',
    'error',
    origin,
    `${capital(where)} is left out: it leads to "${service}", and this network has no service of that name. Correct the name; or ask the operator to allow it, if it is another machine (allow.upstreams).`,
  )

export const nameTaken = (origin: Origin, where: string, holder: Origin): Diagnostic =>
  diagnostic(
    'NAME_TAKEN',
    'error',
    origin,
    `${capital(where)} is already defined differently by the older container "${holder.container ?? ''}", which keeps it. Rename one of them, or make them equal.`,
  )

export const givesWay = (origin: Origin, where: string, holder: Origin): Diagnostic =>
  diagnostic(
    'GIVES_WAY',
    'info',
    origin,
    `${capital(where)} already belongs to the container "${holder.container ?? ''}", which has traefik.* labels; nothing is made automatically for this one.`,
  )

export const referencesEndless = (origin: Origin, where: string): Diagnostic =>
  diagnostic(
    'REFERENCES_ENDLESS',
    'error',
    origin,
    `${capital(where)} is left out: what it refers to leads back to itself, so Traefik could never finish building it. Break the circle.`,
  )

export const referencesTooMany = (origin: Origin, where: string, limit: number): Diagnostic =>
  diagnostic(
    'REFERENCES_TOO_MANY',
    'error',
    origin,
    `${capital(where)} is left out: with all that it refers to, directly and through others, Traefik would build more than ${limit} parts of it. Use fewer middlewares.`,
  )

export const ruleTaken = (origin: Origin, where: string, holder: string, by: Origin): Diagnostic =>
  diagnostic(
    'RULE_TAKEN',
    'error',
    origin,
    `${capital(where)} is left out: ${holder} of the older container "${by.container ?? ''}" has the same rule, entry point and priority, and Traefik would pick one of them at random. Change its rule, or set its priority.`,
  )

export const entryPointTaken = (origin: Origin, where: string, holder: string, by: Origin): Diagnostic =>
  diagnostic(
    'ENTRY_POINT_TAKEN',
    'error',
    origin,
    `${capital(where)} is left out: ${holder} of the older container "${by.container ?? ''}" is on the same entry point, and only one can be. Use another entry point.`,
  )
