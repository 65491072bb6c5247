import { CommanderError } from 'commander'

/** What was typed is wrong; the message says what, one line per problem. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const STATUS = { done: 0, failed: 1, usage: 2, changes: 3 } as const

export function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? STATUS.done : STATUS.usage
  return error instanceof UsageError ? STATUS.usage : STATUS.failed
}

export function tellError(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  // Ctrl-C at a question.
  const text = isExitPrompt(error) ? 'nothing was done' : message
  process.stderr.write(
    text
      .split('\n')
      .map((line) => `rdc: ${line}\n`)
      .join(''),
  )
  if (process.env['DEBUG']) process.stderr.write(`${stack ?? ''}\n`)
}

const isExitPrompt = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError'
