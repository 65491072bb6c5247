import { Document, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml'
import type { Diagnostic } from '@route-server/plugin-api'
import type { Case } from './case.ts'
import { isMet, reportMistakes } from './reports.ts'
import type { Outcome } from './run.ts'

/** Whether whoever runs the tests wants the case files written as things are. */
export const isUpdate = (): boolean => process.env['UPDATE_CASES'] === '1' || process.argv.includes('--update')

const asReport = ({ code, level, label, message }: Diagnostic): object => ({
  code,
  level,
  ...(label !== undefined && { label }),
  message,
})

/** The reports that came, those that were expected in the words of the case. */
function reportsOf({ reports }: Case, outcome: Outcome): readonly object[] {
  const left = [...outcome.reports]
  const kept = reports.filter((report) => {
    const found = left.findIndex((diagnostic) => isMet(report, diagnostic))
    if (found >= 0) left.splice(found, 1)
    return found >= 0
  })
  return [...kept, ...left.map(asReport)]
}

/** One key as it stands in a file; a list's maps take a line each. */
function textOf(key: string, value: unknown): string {
  const file = new Document({ [key]: value })
  const list = file.get(key)
  if (isSeq(list)) for (const item of list.items) if (isMap(item)) item.flow = true
  return file.toString({ lineWidth: 0 })
}

const offsetIn = (range: readonly number[] | null | undefined, at: number): number | undefined => range?.[at]

/** The source with another text for a top-level key, at the end where there was none; the rest stays letter by letter. */
function withKey(source: string, key: string, text: string): string {
  const { contents } = parseDocument(source)
  const pair = isMap(contents)
    ? contents.items.find(({ key: given }) => isScalar(given) && given.value === key)
    : undefined
  const start = isNode(pair?.key) ? offsetIn(pair.key.range, 0) : undefined
  const end = isNode(pair?.value) ? offsetIn(pair.value.range, 2) : undefined
  if (start === undefined || end === undefined) return `${source.replace(/\n*$/, '\n')}${text}`
  return source.slice(0, start) + text + source.slice(end)
}

/** A case file that expects what came out. Whatever was right before stays as it is. */
export function updated(source: string, read: Case, outcome: Outcome): string {
  let text = source
  const has = (key: string): boolean => parseDocument(text).has(key)
  if (read.document !== outcome.document)
    text = withKey(text, 'expect', textOf('expect', parseDocument(outcome.document).toJS() ?? {}))
  if (reportMistakes(outcome.reports, read.reports).length > 0) {
    const reports = reportsOf(read, outcome)
    text = withKey(text, 'reports', reports.length === 0 ? '' : textOf('reports', reports))
  }
  return has('expect') || has('reports') ? text : withKey(text, 'expect', 'expect: {}\n')
}
