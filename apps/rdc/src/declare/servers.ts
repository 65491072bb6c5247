import type { Command } from 'commander'
import { lazily } from '../commands/lazily.ts'
import { JSON_FLAG } from './json-flag.ts'
import { machineArgument } from './machine-argument.ts'

/** The commands that connect to a server. */
export function declareServers(context: Command): void {
  context
    .command('push-infra')
    .summary('put on a machine what is set for it')
    .description(
      'Puts on a machine what is set for it: the route server, Traefik, and their units. Looks at what is there, shows what would change, asks, and does it all or not at all. Only what changed is restarted. Run it again after every set-infra; where nothing changed, nothing is done.',
    )
    .addArgument(machineArgument())
    .option('--dry-run', 'show what would change, and end there: with exit status 3, or 0 where there is nothing to do')
    .option('-y, --yes', 'do not ask')
    .option(
      '--traefik <file>',
      "put this Traefik there (Linux, 3.7 or newer) instead of the machine's own, if that is recent enough, or a released one that is downloaded",
    )
    .option(
      '--node <file>',
      'put this Node there, which runs the route server, instead of a released one that is downloaded',
    )
    .option(
      '--open-firewall',
      'tell firewalls on the machine (ufw, firewalld, nftables) to let its ports through; otherwise what they drop is only told',
    )
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/push-infra.ts')))

  context
    .command('status')
    .summary('tell how a machine is')
    .description(
      'Tells which version is in force on a machine, how its services, entry points, routers and certificates are, and what is wrong. The exit status is 1 where something is.',
    )
    .addArgument(machineArgument())
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/status.ts')))

  context
    .command('rollback')
    .summary('put the version before in force again')
    .description(
      'Puts the version that was in force before on a machine in force again; three are kept. What is set on this computer stays as it is.',
    )
    .addArgument(machineArgument())
    .option('--to <version>', 'put this one in force, of those that status shows')
    .option('-y, --yes', 'do not ask')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/rollback.ts')))

  context
    .command('remove-infra')
    .summary('take everything away from a machine again')
    .description(
      'Stops the services on a machine and takes their units and files away. Certificates, claims and the secrets of the machine stay there, so that a later push finds them again.',
    )
    .addArgument(machineArgument())
    .option('--purge', 'remove certificates, claims and secrets, too')
    .option('-y, --yes', 'do not ask')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/remove-infra.ts')))

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
