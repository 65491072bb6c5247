import { concerns, difference, shownRevision } from '@route-server/history'
import type { Difference, KeptRevision, ShownRevision } from '@route-server/history'
import { parseNetworkId } from '@route-server/plugin-api'
import { readQuery, type Query, type Readers } from './query.ts'
import { failure, json } from './reply.ts'

/** The body of `/history`. */
export interface HistoryBody {
  /** The newest first. */
  readonly changes: readonly ShownRevision[]
  /** How many more are known, and would be shown with a higher `last`. */
  readonly more: number
}

/** The body of `/diff`. */
export type DiffBody = Difference

const USUAL = 20
const MOST = 500

const whole = (text: string, least: number, most: number): number | undefined =>
  /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined

export const HISTORY_PARAMETERS: Readers<'last' | 'network'> = {
  last: {
    about: `so many of the last changes; ${USUAL} unless told`,
    read: (text) => whole(text, 1, MOST) ?? `a number from 1 to ${MOST}`,
  },
  network: {
    about: 'what is about this network only',
    read: (text) => parseNetworkId(text) ?? 'a network ID: a multiple of 64 from 64 to 16777152',
  },
}

const revisionNumber = (text: string): number | string => whole(text, 0, Infinity) ?? 'the number of a revision'

export const DIFF_PARAMETERS: Readers<'from' | 'to'> = {
  from: { about: 'a revision; the one before the last unless told', read: revisionNumber },
  to: { about: 'a revision; the last unless told', read: revisionNumber },
}

const invalid = (sentence: string): Response => failure(400, 'PARAMETER_INVALID', sentence)

export function answerHistory(known: readonly KeptRevision[], query: Query): Response {
  const read = readQuery(HISTORY_PARAMETERS, query)
  if (typeof read === 'string') return invalid(read)
  const { last = USUAL, network } = read
  const meant = network === undefined ? known : known.filter((revision) => concerns(revision, network))
  const body: HistoryBody = {
    changes: meant
      .slice(-last)
      .reverse()
      .map((revision) => shownRevision(revision, network)),
    more: Math.max(0, meant.length - last),
  }
  return json(body)
}

export function answerDiff(known: readonly KeptRevision[], query: Query): Response {
  const read = readQuery(DIFF_PARAMETERS, query)
  if (typeof read === 'string') return invalid(read)
  const { to = known.at(-1)?.revision ?? 0, from = Math.max(0, to - 1) } = read
  const body: DiffBody | string = difference(known, from, to)
  return typeof body === 'string' ? failure(404, 'REVISION_UNKNOWN', body) : json(body)
}
