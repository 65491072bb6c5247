import { isMap, isSeq, parseDocument } from 'yaml'
import type { Diagnostic } from '@route-server/plugin-api'
import type { Case } from './case.ts'
import { reportMistakes, isMet } from './reports.ts'
import type { Outcome } from './run.ts'

/** Whether whoever runs the tests wants the case files written as things are. */
export const isUpdate = (): boolean => process.env['UPDATE_CASES'] === '1' || process.argv.includes('--update')

const asReport = ({ code, level, label, message }: Diagnostic): object => ({
  code,
  level,
  ...(label !== undefined && { label }),
  message,
})

/** A case file that expects what came out. Comments, and what was right before, stay as they are. */
export function updated(source: string, { document, reports }: Case, outcome: Outcome): string {
  const file = parseDocument(source)
  if (document !== outcome.document) file.set('expect', parseDocument(outcome.document).contents)
  if (reportMistakes(outcome.reports, reports).length > 0) {
    const left = [...outcome.reports]
    const kept = reports.flatMap((report) => {
      const found = left.findIndex((diagnostic) => isMet(report, diagnostic))
      return found < 0 ? [] : (left.splice(found, 1), [report])
    })
    const list = file.createNode([...kept, ...left.map(asReport)])
    if (isSeq(list)) for (const item of list.items) if (isMap(item)) item.flow = true
    if (outcome.reports.length > 0) file.set('reports', list)
    else file.delete('reports')
  }
  if (!file.has('expect') && !file.has('reports')) file.set('expect', file.createNode({}))
  return file.toString({ lineWidth: 0 })
}
