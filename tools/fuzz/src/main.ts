import { makeTestDirectory } from '@route-server/testbed/parts'
import { writeFileSync } from 'node:fs'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { calibrate } from './calibration/calibrate.ts'
import { FAILURES } from './batch.ts'
import { runShare, runTwins, together } from './campaign.ts'
import type { Report, TwinsReport } from './campaign.ts'
import { coverageOf } from './coverage.ts'
import { readOptions, USAGE } from './options.ts'
import { replay } from './real/replay.ts'
import { runOnAllCores } from './workers.ts'
import type { Task } from './workers.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const secondsSince = (start: number): number => (performance.now() - start) / 1000

function printReport({ cases, contributed, documents, bytes, fields, findings }: Report, seconds: number): void {
  say(
    `${cases} cases in ${documents} documents (${(bytes / 1e6).toFixed(0)} MB), ${(cases / seconds).toFixed(0)} cases/s`,
  )
  say(`${contributed} cases have something in the document`)
  for (const line of coverageOf(fields)) say(line)
  for (const { kind, reason, first, cases: least } of findings) {
    say(`\n${kind} (batch from case ${first} on): ${reason}`)
    for (const labels of least) say(JSON.stringify(labels, undefined, 2))
  }
  say(FAILURES.map((kind) => `${findings.filter((finding) => finding.kind === kind).length} ${kind}`).join(', '))
}

/** Cases that share a document where a real Traefik reads it. */
const REAL_BATCH = 50

async function fuzz(args: readonly string[]): Promise<boolean> {
  const { seed, cases, real, slips, calibrate: documents, judges, record } = readOptions(args)
  const directory = makeTestDirectory()
  let passed = true
  try {
    if (documents > 0) {
      const start = performance.now()
      const { accepted, disagreements, verdicts } = await calibrate(documents, seed, judges, directory.path)
      for (const disagreement of disagreements) say(disagreement)
      say(`${documents} mutated documents, ${accepted} accepted by Traefik, ${documents - accepted} refused`)
      say(`${disagreements.length} disagreements with the model, ${secondsSince(start).toFixed(0)} s`)
      if (record !== undefined) writeFileSync(record, `${JSON.stringify(verdicts, undefined, 1)}\n`)
      passed &&= disagreements.length === 0
    }
    if (cases > 0) {
      const start = performance.now()
      let next = 10_000
      const share = { seed, first: 0, count: cases }
      const reports = await runOnAllCores<Report>({ share, kind: 'cases' }, new URL(import.meta.url), (done) => {
        if (done < next) return
        next = done + Math.max(10_000, cases / 20)
        say(`  ${done} cases, ${secondsSince(start).toFixed(0)} s`)
      })
      const report = together(reports)
      printReport(report, secondsSince(start))
      passed &&= report.findings.length === 0
    }
    if (slips > 0) {
      const start = performance.now()
      const share = { seed, first: 0, count: slips }
      const reports = await runOnAllCores<TwinsReport>(
        { share, kind: 'slips' },
        new URL(import.meta.url),
        () => undefined,
      )
      const opened = reports.flatMap((report) => report.opened)
      for (const { reason, labels } of opened) say(`${reason}\n${JSON.stringify(labels, undefined, 2)}`)
      const judged = reports.reduce((sum, report) => sum + report.judged, 0)
      say(`${judged} misspelt labels beside their well-spelt twins, ${secondsSince(start).toFixed(0)} s`)
      say(`${opened.length} routers with less than their twins`)
      passed &&= opened.length === 0
    }
    if (real > 0) {
      const start = performance.now()
      const { documents, failures } = await replay({ seed, first: 0, count: real }, REAL_BATCH, directory.path)
      for (const failure of failures) say(failure)
      say(`${real} cases in ${documents} documents given to a real Traefik, ${secondsSince(start).toFixed(0)} s`)
      say(`${failures.length} failures`)
      passed &&= failures.length === 0
    }
  } finally {
    await directory.remove()
  }
  return passed
}

if (isMainThread) {
  try {
    if (!(await fuzz(process.argv.slice(2)))) process.exitCode = 1
  } catch (error) {
    process.stderr.write(`fuzz: ${error instanceof Error ? error.message : String(error)}\n  ${USAGE}\n`)
    process.exitCode = 1
  }
} else {
  const { share, kind } = workerData as Task
  const report =
    kind === 'slips' ? await runTwins(share) : await runShare(share, (done) => parentPort?.postMessage({ done }))
  parentPort?.postMessage({ report })
}
