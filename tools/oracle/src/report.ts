import type { Difference } from './compare.ts'
import type { Verdict } from './judge.ts'

const json = (value: unknown): string => {
  const text = JSON.stringify(value) as string | undefined
  return text === undefined ? 'nothing' : text.length > 300 ? `${text.slice(0, 300)}…` : text
}

const LINES: Readonly<Record<Difference['kind'], (difference: Difference) => string[]>> = {
  missing: ({ path, theirs }) => [`  - ${path} (${theirs?.status ?? ''}) ${json(theirs?.fields)}`],
  extra: ({ path, ours }) => [`  + ${path} (${ours?.status ?? ''}) ${json(ours?.fields)}`],
  different: ({ path, field = '', values }) => [
    `  ~ ${path} ${field}`,
    `      Traefik: ${json(values?.[0])}`,
    `      ours:    ${json(values?.[1])}`,
  ],
}

/** Both Traefiks say it of every router: neither has a certificate resolver. */
const isNoise = (line: string): boolean => line.startsWith('Router uses a nonexistent certificate resolver')

/** A case whose differences nobody explains, for a person to read: labels, differences, what both sides said. */
export function describeCase({ shown, unexplained, theySaid, weSaid }: Verdict): string {
  const labels = Object.entries(shown.services).flatMap(([name, { labels, expose = [] }]) => [
    `  ${name} (exposes ${expose.join(', ') || 'nothing'})`,
    ...Object.entries(labels).map(([key, value]) => `    ${key}=${value}`),
  ])
  return [
    shown.name,
    ...labels,
    ...unexplained.flatMap((difference) => LINES[difference.kind](difference)),
    ...theySaid.filter((line) => !isNoise(line)).map((line) => `  Traefik: ${line}`),
    ...weSaid.map((line) => `  ours: ${line}`),
    '',
  ].join('\n')
}

/** The figures. */
export function summarize(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>()
  for (const { intended } of verdicts) for (const name of intended) counts.set(name, (counts.get(name) ?? 0) + 1)
  const unexplained = verdicts.filter((verdict) => verdict.unexplained.length > 0).length
  const equal = verdicts.filter((verdict) => verdict.unexplained.length === 0 && verdict.intended.size === 0).length
  const rows: [string, number][] = [
    ['cases', verdicts.length],
    ['equal', equal],
    ['with intended differences only', verdicts.length - equal - unexplained],
    ...[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]): [string, number] => [`  ${name}`, count]),
    ['unexplained', unexplained],
  ]
  return rows.map(([name, count]) => `${name.padEnd(40)}${String(count).padStart(7)}`).join('\n')
}
