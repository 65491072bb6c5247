import type { Settings } from '@route-server/plugin-api'
import { caseOf, runBatch } from './batch.ts'
import type { FailureKind } from './batch.ts'
import type { LabelSet } from './labels/label-set.ts'
import { createPipeline } from './pipeline.ts'
import { shrink } from './shrink.ts'
import { judgeTwins } from './slips/twins.ts'
import type { Opened } from './slips/twins.ts'

/** A part of a run: so many cases of a seed, from one on. */
export interface Share {
  readonly seed: number
  readonly first: number
  readonly count: number
}

export interface Finding {
  readonly kind: FailureKind
  readonly reason: string
  /** The number of the first case of its batch. */
  readonly first: number
  /** One label set for each container that it takes. */
  readonly cases: readonly LabelSet[]
}

export interface Report {
  readonly cases: number
  readonly contributed: number
  readonly documents: number
  readonly bytes: number
  readonly fields: readonly string[]
  readonly findings: readonly Finding[]
}

export const SETTINGS: Settings = {
  baseDomain: 'example.com',
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure'],
  allowedReferences: ['a@file'],
}

/** Cases that share a document. */
export const BATCH = 25
/** After so many findings it is enough. */
const ENOUGH = 5

export const casesOf = ({ seed }: Share, first: number, count: number): readonly LabelSet[] =>
  Array.from({ length: count }, (_, i) => caseOf(seed, first + i))

/** Runs a share of the cases; `progress` hears how many are done. */
export async function runShare(share: Share, progress: (done: number) => void = () => undefined): Promise<Report> {
  const pipeline = await createPipeline(SETTINGS)
  const fields = new Set<string>()
  const findings: Finding[] = []
  let [cases, contributed, documents, bytes] = [0, 0, 0, 0]
  for (let first = share.first; first < share.first + share.count && findings.length < ENOUGH; first += BATCH) {
    const batch = casesOf(share, first, Math.min(BATCH, share.first + share.count - first))
    const outcome = runBatch(batch, pipeline)
    cases += batch.length
    documents += 1
    bytes += outcome.bytes.length
    contributed += outcome.contributed
    for (const field of outcome.fields) fields.add(field)
    if (outcome.failure) {
      const { kind } = outcome.failure
      const least = shrink(batch, (some) => runBatch(some, pipeline).failure?.kind === kind)
      const { reason } = runBatch(least, pipeline).failure ?? outcome.failure
      findings.push({ kind, reason, first, cases: least })
    }
    progress(cases)
  }
  return { cases, contributed, documents, bytes, fields: [...fields], findings }
}

/** How often a misspelt label was judged beside its well-spelt twin, and what it opened. */
export interface TwinsReport {
  readonly judged: number
  readonly opened: readonly Opened[]
}

/** So many cases of a seed, each with one label misspelt. */
export async function runTwins({ seed, first, count }: Share): Promise<TwinsReport> {
  const pipeline = await createPipeline(SETTINGS)
  const opened: Opened[] = []
  let judged = 0
  for (let index = first; index < first + count && opened.length < ENOUGH; index++) {
    const twins = judgeTwins(seed, index, pipeline)
    if (!twins) continue
    judged += 1
    if (twins.opened) opened.push(twins.opened)
  }
  return { judged, opened }
}

/** The reports of several shares as one. */
export const together = (reports: readonly Report[]): Report => {
  const sum = (of: (report: Report) => number): number => reports.reduce((total, report) => total + of(report), 0)
  return {
    cases: sum(({ cases }) => cases),
    contributed: sum(({ contributed }) => contributed),
    documents: sum(({ documents }) => documents),
    bytes: sum(({ bytes }) => bytes),
    fields: [...new Set(reports.flatMap(({ fields }) => fields))].sort(),
    findings: reports.flatMap(({ findings }) => findings),
  }
}
