import { diagnosticsOf } from '@route-server/kernel'
import type { NetworkChange, NetworkRoutes } from '@route-server/kernel'
import type { Diagnostic, NetworkId } from '@route-server/plugin-api'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Sample } from './tally.ts'

/** How many diagnostics there are, by code and level. */
export interface DiagnosticCounts {
  /** These networks have to be looked at again. */
  tell(networks: readonly NetworkChange[]): void
  /** `remarks`: what isn't any network's. */
  read(networks: readonly NetworkRoutes[], remarks: readonly Diagnostic[]): Promise<Iterable<Sample>>
}

/** What a code looks like. Anything else that a plugin reports, or more of them, counts as one. */
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/
const MOST_CODES = 200

/** How long counting may keep the process from anything else; milliseconds. */
const SLICE_MS = 5

/** A network may have lost a claim to another, or got one, without being told of; so each time one in so many is counted all the same. */
const ROUNDS = 20

type Counts = Map<string, number>

function countsOf(diagnostics: Iterable<Pick<Diagnostic, 'code' | 'level'>>): Counts {
  const counts: Counts = new Map()
  for (const { code, level } of diagnostics) {
    const key = `${CODE.test(code) ? code : 'OTHER'} ${level}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

function total(all: Iterable<Counts>): Iterable<Sample> {
  const sum: Counts = new Map()
  for (const counts of all)
    for (const [key, count] of counts) {
      const known = sum.has(key) || sum.size < MOST_CODES ? key : key.replace(/^\S+/, 'OTHER')
      sum.set(known, (sum.get(known) ?? 0) + count)
    }
  return [...sum].map(([key, count]) => [key.split(' '), count])
}

/** To count what is to be said about everybody takes a while, and hardly anybody changes between two scrapes: the others' counts are kept. */
export function createDiagnosticCounts(): DiagnosticCounts {
  const known = new Map<NetworkId, Counts>()
  let round = 0
  return {
    tell(networks) {
      for (const { network } of networks) known.delete(network)
    },
    async read(networks, remarks) {
      round = (round + 1) % ROUNDS
      const present = new Set(networks.map(({ network }) => network))
      for (const network of known.keys()) if (!present.has(network)) known.delete(network)
      let began = performance.now()
      for (const [index, routes] of networks.entries()) {
        if (known.has(routes.network) && index % ROUNDS !== round) continue
        known.set(routes.network, countsOf(diagnosticsOf(routes)))
        if (performance.now() - began < SLICE_MS) continue
        await breathe()
        began = performance.now()
      }
      return total([countsOf(remarks), ...known.values()])
    },
  }
}
