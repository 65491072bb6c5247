import './hide-arguments.ts'
import { CommanderError } from 'commander'
import { commandLine } from './command-line.ts'
import './terminal/colours.ts'
import './terminal/gone-reader.ts'
import { statusOf, tellError } from './terminal/tell-error.ts'

try {
  await commandLine().parseAsync()
} catch (error) {
  // Commander has said its own already.
  if (!(error instanceof CommanderError)) tellError(error)
  process.exitCode = statusOf(error)
}
