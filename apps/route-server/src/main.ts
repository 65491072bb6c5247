import { commandLine } from './cli.ts'

try {
  await commandLine().parseAsync()
} catch (error) {
  process.stderr.write(`route-server: ${error instanceof Error ? error.message : String(error)}\n`)
  if (process.env['DEBUG']) process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : ''}\n`)
  process.exitCode = 1
}
