import { run } from '@route-server/terminal'
import { commandLine } from './command-line.ts'

await run(commandLine())
