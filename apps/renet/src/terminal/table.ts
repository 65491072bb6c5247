/** Columns two blanks apart; the first row is the head. A cell may have several lines. */
export function table(rows: readonly (readonly string[])[]): string {
  const split = rows.map((row) => row.map((cell) => cell.split('\n')))
  const widths = (split[0] ?? []).map((_, column) =>
    Math.max(...split.flatMap((row) => (row[column] ?? []).map((line) => line.length))),
  )
  return split
    .flatMap((row) =>
      Array.from({ length: Math.max(...row.map((cell) => cell.length)) }, (_, line) =>
        row
          .map((cell, column) => (cell[line] ?? '').padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      ),
    )
    .join('\n')
}
