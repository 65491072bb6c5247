import type { Command } from 'commander'
import type { DiffBody, HistoryBody } from '@route-server/server'
import { plainJson } from '@route-server/server/plain-text'
import { visible } from '@route-server/terminal'
import { askServer } from '@route-server/server/control-client'
import { stateDirOf, withPlace } from './place.ts'
import type { Place } from './place.ts'

type Print = (text: string) => void
type Revision = HistoryBody['changes'][number]
type Entry = Revision['entries'][number]

const SIGNS: Readonly<Record<Entry['change'], string>> = { come: '+', gone: '-', changed: '~' }

/** `~ http.routers/web-2816`, and below it what is other. */
const entryLines = ({ path, change, diff }: Entry): readonly string[] => [
  `  ${SIGNS[change]} ${visible(path)}`,
  ...diff.map((line) => `      ${visible(line)}`),
]

function revisionLines({ revision, at, causes, entries, more }: Revision): readonly string[] {
  return [
    `revision ${revision}, ${at}`,
    ...causes.map(({ text }) => `  because: ${visible(text)}`),
    ...entries.flatMap(entryLines),
    ...(more > 0 ? [`  ${more} more entries changed`] : []),
  ]
}

const asText = (blocks: readonly (readonly string[])[]): string =>
  blocks.map((lines) => `${lines.join('\n')}\n`).join('\n')

/** The oldest first, so that the newest is what stays on the screen. */
function historyText({ changes, more }: HistoryBody): string {
  if (changes.length === 0) return 'No change of the document is known yet.\n'
  const before = more > 0 ? [[`${more} changes before these: see --last`]] : []
  return asText([...before, ...[...changes].reverse().map(revisionLines)])
}

function diffText({ from, to, entries, gaps }: DiffBody): string {
  const lines = entries.flatMap(entryLines)
  const nothing = lines.length + gaps.length === 0 ? [`Nothing is other in revision ${to} than in ${from}.`] : []
  return asText([[...gaps.map(visible), ...lines, ...nothing]])
}

const queryOf = (parameters: Readonly<Record<string, string | undefined>>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  return query.size === 0 ? '' : `?${query.toString()}`
}

/** `route-server history` and `route-server diff`: the last changes of the document, as the running server knows them. */
export function addHistory(program: Command, print: Print = (text) => void process.stdout.write(text)): void {
  const say = ({ json }: Place, answer: object, text: string): void =>
    print(json === true ? `${plainJson(answer)}\n` : text)

  withPlace(program.command('history'))
    .description('print the last changes of the route document, with why each came about and what is other; no secrets')
    .option('--last <number>', 'so many of them (default: 20)')
    .option('--network <id>', 'what is about this network only')
    .action(async (given: Place & { readonly last?: string; readonly network?: string }) => {
      const query = queryOf({ last: given.last, network: given.network })
      const answer = (await askServer(await stateDirOf(given), 'GET', `/history${query}`)) as HistoryBody
      say(given, answer, historyText(answer))
    })
  withPlace(program.command('diff'))
    .description('print what is other in one revision of the route document than in another; no secrets')
    .argument('<from>', 'a revision, as history prints it')
    .argument('[to]', 'another one (default: the last)')
    .action(async (from: string, to: string | undefined, given: Place) => {
      const answer = (await askServer(await stateDirOf(given), 'GET', `/diff${queryOf({ from, to })}`)) as DiffBody
      say(given, answer, diffText(answer))
    })
}
