import { fstatSync } from 'node:fs'

/** Whether what is printed goes to systemd's journal. The variable is inherited, also by who prints elsewhere, so it names the stream: `8:12345`. */
export function printsToJournal(named = process.env['JOURNAL_STREAM'], stdout = 1): boolean {
  if (named === undefined) return false
  const { dev, ino } = fstatSync(stdout)
  return named === `${dev}:${ino}`
}

/** From each of pino's levels on, the journal's priority: error, warning, information, debugging. */
const PRIORITIES: readonly (readonly [level: number, priority: number])[] = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
]

/** The lines as the journal reads their priority off them, and takes it away: `<4>…`. So `journalctl -p warning` finds them. */
export function withPriority(level: number, lines: string): string {
  const [, priority] = PRIORITIES.find(([least]) => level >= least) ?? [0, 7]
  return lines.replaceAll(/^(?=.)/gm, `<${priority}>`)
}
