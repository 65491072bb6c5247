import type { Cause, KeptEntry, KeptRevision } from '@route-server/history'
import { z } from 'zod'
import { FORMAT, readLines, type Reading } from './format.ts'
import { firstIssue, networkId } from './schema.ts'

/** The first line of the journal of changes. */
export const historyHead = (program: string): string => `${JSON.stringify({ format: FORMAT, program })}\n`

/** The line of one change of the document. */
export const revisionLine = (revision: KeptRevision): string => `${JSON.stringify(revision)}\n`

/** What the journal says. */
export interface KeptHistory extends Reading {
  /** The oldest first. */
  readonly history: readonly KeptRevision[]
}

const moment = z.number().min(0).max(8.64e15)

const cause = z.object({
  kind: z.enum(['event', 'listing', 'others', 'start', 'settings']),
  network: networkId.optional(),
  daemon: z.string().optional(),
  service: z.string().optional(),
  container: z.string().optional(),
  containerId: z.string().optional(),
  event: z.string().optional(),
  eventAt: moment.optional(),
  isRecreated: z.literal(true).optional(),
  labels: z.array(z.string()).optional(),
}) satisfies z.ZodType<Cause>

const entry = z.object({
  path: z.string(),
  network: networkId,
  before: z.string().optional(),
  after: z.string().optional(),
}) satisfies z.ZodType<KeptEntry>

const revision = z.object({
  revision: z.int().min(1),
  at: moment,
  causes: z.array(cause),
  entries: z.array(entry),
  more: z.int().min(0),
}) satisfies z.ZodType<KeptRevision>

/** Reads what can be used. Throws Damage where nothing can, and NewerFormat. */
export function readHistory(bytes: Buffer): KeptHistory {
  const history: KeptRevision[] = []
  const reading = readLines(bytes, (line) => {
    if ('format' in line) return []
    const { success, data, error } = revision.safeParse(line)
    if (!success) return [firstIssue(error)]
    history.push(data)
    return []
  })
  return { history, ...reading }
}
