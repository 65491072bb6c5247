/** One scenario's result. The first cell of a row says what was measured. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What a reader should know beside the figures. */
  readonly notes?: readonly string[]
}

/** Three significant digits are all that a shared machine can vouch for. */
export function figure(value: number, unit = ''): string {
  if (!Number.isFinite(value)) return '-'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`
}

/** `1.23x`. */
export const ratio = (ours: number, least: number): string => `${figure(ours / least)}x`

/** Columns aligned with spaces: names to the left, figures to the right. */
export function printTable({ columns, rows, notes = [] }: Table): string {
  const lines = [columns, ...rows]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  const print = (line: readonly string[]): string =>
    widths
      .map((width, column) => (column === 0 ? (line[0] ?? '').padEnd(width) : (line[column] ?? '').padStart(width)))
      .join('   ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width)).join('   ')
  return [print(columns), rule, ...rows.map(print), ...notes.map((note) => `  ${note}`)].join('\n')
}
