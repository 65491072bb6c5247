import { CommanderError, type Command } from 'commander'

/** What was typed is wrong; the message says what, one line per problem. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a program ends with; `changes`: not as it should be, and it was only asked whether it is. */
export const STATUS = { done: 0, failed: 1, usage: 2, changes: 3 } as const

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? STATUS.done : STATUS.usage
  return error instanceof UsageError ? STATUS.usage : STATUS.failed
}

/** Ctrl-C at a question. */
const isExitPrompt = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError'

export function tellError(program: string, error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const lines = (isExitPrompt(error) ? 'nothing was done' : message).split('\n')
  process.stderr.write(lines.map((line) => `${program}: ${line}\n`).join(''))
  if (process.env['DEBUG']) process.stderr.write(`${stack ?? ''}\n`)
}

/** Who reads may have seen enough (`… | head`). What is said from then on is said to nobody, and the work is done to its end. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
}

/** Does what was typed, tells what went wrong on standard error, and sets the status that the process ends with. */
export async function run(commandLine: Command): Promise<void> {
  outliveReaders()
  try {
    await commandLine.parseAsync()
  } catch (error) {
    // Commander has said its own already.
    if (!(error instanceof CommanderError)) tellError(commandLine.name(), error)
    process.exitCode = statusOf(error)
  }
}
