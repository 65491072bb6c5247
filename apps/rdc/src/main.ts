import './hide-arguments.ts'
import { run } from '@route-server/terminal'
import { commandLine } from './command-line.ts'
import './terminal/colours.ts'

await run(commandLine())
