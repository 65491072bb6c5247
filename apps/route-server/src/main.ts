import { run } from '@route-server/terminal'
import { commandLine } from './cli.ts'

await run(commandLine())
