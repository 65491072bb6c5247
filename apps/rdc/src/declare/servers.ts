import type { Command } from 'commander'
import { lazily } from '../commands/lazily.ts'
import { machineArgument } from './machine-argument.ts'

/** The commands that connect to a server. */
export function declareServers(context: Command): void {
  context
    .command('logs')
    .summary("print a machine's log")
    .description(
      "Prints the last lines that the route server on the machine has logged, which tell of every container why it is or isn't routed; or those of Traefik.",
    )
    .addArgument(machineArgument())
    .option('-f, --follow', 'go on printing what is logged, until Ctrl-C')
    .option('--traefik', "print Traefik's log instead: certificates, and the access log where there is one")
    .option('-n, --lines <number>', 'how many lines to begin with', '100')
    .action(lazily(() => import('../commands/logs.ts')))
}
