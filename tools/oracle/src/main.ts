import { parseOptions } from './options.ts'
import { describeCase, summarize } from './report.ts'
import { collectCases, run } from './run.ts'

try {
  const options = parseOptions(process.argv.slice(2))
  const cases = collectCases(options)
  process.stdout.write(`${cases.length} cases, seed ${options.seed}\n\n`)
  const verdicts = await run(cases, {
    lanes: options.lanes,
    isHolding: options.isHolding,
    judged: (verdict) => {
      if (verdict.unexplained.length > 0) process.stdout.write(`${describeCase(verdict)}\n`)
    },
  })
  process.stdout.write(`${summarize(verdicts)}\n`)
  process.exitCode = verdicts.some(({ unexplained }) => unexplained.length > 0) ? 1 : 0
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
