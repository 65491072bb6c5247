import { CommanderError } from 'commander'

/** What was asked can't be done; the message says why, one line per problem. */
export class RenetError extends Error {
  override readonly name = 'RenetError'
}

export const STATUS = { done: 0, failed: 1, usage: 2 } as const

export function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? STATUS.done : STATUS.usage
  return STATUS.failed
}

export function tellError(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  for (const line of message.split('\n')) process.stderr.write(`renet: ${line}\n`)
  if (process.env['DEBUG']) process.stderr.write(`${stack ?? ''}\n`)
}
