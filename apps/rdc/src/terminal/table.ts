import Table from 'cli-table3'
import { colours } from './colours.ts'

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('mid', 'mid-mid')
    .map((name) => [name, '']),
)

/** Columns two blanks apart, under a head where there is one. */
export function table(rows: readonly (readonly string[])[], head: readonly string[] = []): string {
  const built = new Table({
    chars: { ...NO_LINES, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    ...(head.length > 0 && { head: head.map((cell) => colours.bold(cell)) }),
  })
  built.push(...rows.map((row) => [...row]))
  return built
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
