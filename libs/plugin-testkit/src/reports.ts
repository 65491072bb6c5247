import type { Diagnostic } from '@route-server/plugin-api'
import { yamlEntries } from '@route-server/traefik'
import type { ExpectedReport } from './case.ts'

/** Whether it is what is expected. */
export const isMet = (expected: ExpectedReport, { code, level, label, message }: Diagnostic): boolean =>
  code === expected.code &&
  (expected.level === undefined || level === expected.level) &&
  (expected.label === undefined || label === expected.label) &&
  (expected.message === undefined || message.includes(expected.message))

const textOf = (reports: readonly ExpectedReport[]): string =>
  yamlEntries({
    reports: reports.map(({ code, level, label, message }) => ({ code, level, label, message })),
  })

/** What is wrong with the reports, in words: those that nobody expected, and those that didn't come. */
export function reportMistakes(actual: readonly Diagnostic[], expected: readonly ExpectedReport[]): readonly string[] {
  const unlisted = [...actual]
  const missing = expected.filter((report) => {
    const found = unlisted.findIndex((diagnostic) => isMet(report, diagnostic))
    if (found >= 0) unlisted.splice(found, 1)
    return found < 0
  })
  return [
    ...(unlisted.length > 0 ? [`Reported, and not in the case:\n${textOf(unlisted)}`] : []),
    ...(missing.length > 0 ? [`In the case, and not reported:\n${textOf(missing)}`] : []),
  ]
}

/** A diagnostic in one line. */
export const lineOf = ({ level, code, label = '', message }: Omit<Diagnostic, 'origin'>): string =>
  [level, code, label, message].filter((part) => part !== '').join(' ')
