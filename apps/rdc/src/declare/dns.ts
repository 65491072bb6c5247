import type { Command } from 'commander'
import { lazily } from '../commands/lazily.ts'
import { JSON_FLAG } from './json-flag.ts'
import { machineArgument } from './machine-argument.ts'

/** The commands about a machine's DNS records. */
export function declareDns(dns: Command): void {
  dns
    .command('plan')
    .summary('print the DNS records that a machine needs')
    .description(
      'Prints the DNS records that a machine needs as lines of a zone file, which can be pasted anywhere: the wildcard for automatic routes, and each host that it routes and the wildcard does not cover. The machine is asked over SSH for its hosts.',
    )
    .addArgument(machineArgument())
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/dns-plan.ts')))

  dns
    .command('apply')
    .summary('make those records at Cloudflare')
    .description(
      'Creates and corrects those records at Cloudflare. It changes only records that it made itself, which it knows by their comment; what others made at the same name is told, and left alone. Nothing is ever deleted.',
    )
    .addArgument(machineArgument())
    .option('--dry-run', 'show what would change, and end there: with exit status 3, or 0 where there is nothing to do')
    .option('-y, --yes', 'do not ask')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/dns-apply.ts')))

  dns
    .command('check')
    .summary("check a machine's DNS records and certificates from here")
    .description(
      "Asks each zone's own name servers and a resolver for the records of a machine, and the machine for its certificates, and tells what is wrong and what to do. The exit status is 1 where something is.",
    )
    .addArgument(machineArgument())
    .argument('[host...]', 'hosts to check, instead of all that the machine needs')
    .option('--resolver <address>', "ask this resolver instead of this computer's own, 9.9.9.9 for example")
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/dns-check.ts')))
}
