import type { Guard } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { addressOf } from '@route-server/testbed'
import { decodeLabels } from '@route-server/traefik'
import type { Lack, Written } from './attack.ts'

/** One that has all guards but these. */
export const without = (...guards: readonly Guard[]): Lack => ({ guards })

/** One that lets every network refer to these objects of other providers. */
export const allowing = (...allowedReferences: readonly string[]): Lack => ({ settings: { allowedReferences } })

/** One that doesn't read a label, or reads it otherwise. */
export const taking = (
  change: (labels: Container['labels']) => Readonly<Record<string, string | undefined>>,
): Lack => ({
  believe(container) {
    const labels = Object.entries(change(container.labels)).filter(
      (label): label is [string, string] => label[1] !== undefined,
    )
    return { ...container, labels: Object.fromEntries(labels) }
  },
})

const NETWORK = 'rediacc.network_id'
const ADDRESS = 'rediacc.service_ip'
/** The last slot of a network, which these tests use for nothing else. */
const SPARE_SLOT = 60

/**
 * One that believes what a container says about itself. The kernel has no such switch, so it sees an honest container of the
 * network that this one claims, and in what it writes for that one, the address stands that this one claims.
 */
export const believing = (liar: Container): Lack => {
  const network = Number(liar.labels[NETWORK])
  const honest = addressOf(network, SPARE_SLOT)
  return {
    believe: (container) =>
      container.id === liar.id
        ? { ...container, network, labels: { ...container.labels, [ADDRESS]: honest } }
        : container,
    rewrite: (document) => document.replaceAll(honest, liar.labels[ADDRESS] ?? ''),
  }
}

/**
 * One with a single name space for everybody, like Traefik's own Docker provider: what the labels say stands in the document under
 * the names that they say, the last one's.
 */
export const VERBATIM: Lack = {
  write: (entries, containers) => [...entries, ...containers.flatMap(({ labels }) => writtenIn(labels))],
}

/** The entries that labels spell out. */
function writtenIn(labels: Container['labels']): readonly Written[] {
  const { routers, services, middlewares } = decodeLabels(labels).configuration.http ?? {}
  return Object.entries({ routers, services, middlewares }).flatMap(([kind, entries = {}]) =>
    Object.entries<Written['value']>(entries).map(([name, value]) => ({ section: `http.${kind}`, name, value })),
  )
}
