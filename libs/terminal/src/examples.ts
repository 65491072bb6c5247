import type { Command } from 'commander'

/** What people type, by the command's words. Help and documentation show the same. */
export type Examples = Readonly<Record<string, readonly string[]>>

/** `rdc context set-infra`. */
export function wordsOf(command: Command): string {
  return command.parent === null ? command.name() : `${wordsOf(command.parent)} ${command.name()}`
}

export function addExamples(command: Command, examples: Examples): void {
  for (const below of command.commands) addExamples(below, examples)
  const own = examples[wordsOf(command)]
  if (own) command.addHelpText('after', `\nExamples:\n${own.map((line) => `  ${line}\n`).join('')}`)
}
