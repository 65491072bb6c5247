import { wordsOf, type Examples } from '@route-server/terminal'
import type { Command } from 'commander'

/** What a program exports of its command line. */
export interface Program {
  readonly commandLine: () => Command
  /** What people type, by the command's words. */
  readonly EXAMPLES: Examples
}

/** A page with every command of a program and every flag, below the introduction. */
export function referenceOf(introduction: string, program: Program): string {
  return [introduction, ...[...leaves(program.commandLine())].map((command) => sectionOf(command, program))].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

function tableOf(head: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return ''
  return `\n| ${head} | |\n|---|---|\n${rows.map(([name, about]) => `| \`${name}\` | ${cell(about)} |`).join('\n')}\n`
}

function sectionOf(command: Command, { EXAMPLES }: Program): string {
  const help = command.createHelp()
  const words = wordsOf(command)
  const usage = `${words} ${command.usage()}`.trim()
  const examples = EXAMPLES[words] ?? []
  return [
    `## ${words}\n\n${cell(command.description())}\n\n\`\`\`\n${[usage, ...examples.map((line) => `\n${line}`)].join('')}\n\`\`\`\n`,
    tableOf(
      'argument',
      help.visibleArguments(command).map((argument) => [argument.name(), argument.description]),
    ),
    tableOf(
      'flag',
      help
        .visibleOptions(command)
        .filter(({ long }) => long !== '--help')
        .map((option) => [option.flags, option.description]),
    ),
  ].join('')
}

function* leaves(command: Command): Iterable<Command> {
  const below = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
  if (below.length === 0) yield command
  for (const one of below) yield* leaves(one)
}
