import { Command } from 'commander'
import { declareCompletion } from './declare/completion.ts'
import { declareDns } from './declare/dns.ts'
import { addExamples } from '@route-server/terminal'
import { EXAMPLES } from './declare/examples.ts'
import { declareMachines } from './declare/machines.ts'
import { declareRepositories } from './declare/repositories.ts'
import { declareServers } from './declare/servers.ts'
import { VERSION } from './version.ts'

export { EXAMPLES } from './declare/examples.ts'

/** The command line. Actions set the exit status, or reject with errors whose messages are for people. */
export function commandLine(): Command {
  const program = new Command('rdc')
    .description(
      'Describes machines once, and pushes to them what serves every labelled container over HTTPS, TCP and UDP.',
    )
    .version(VERSION, '--version', 'print the version')
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({ outputError: (text, write) => write(withoutValues(text).replace(/^error: /, 'rdc: ')) })
  const context = program
    .command('context')
    .summary('the machines, and what stands on them')
    .description('Makes machines known, describes what shall stand on them, and pushes it there.')
  declareMachines(context)
  declareServers(context)
  declareDns(
    program
      .command('dns')
      .summary('the DNS records of a machine')
      .description('Tells which DNS records a machine needs, makes them at Cloudflare, and checks them from here.'),
  )
  declareRepositories(
    program
      .command('repo')
      .summary('the repositories on a machine')
      .description(
        'Starts repositories on a machine: each is a folder with a compose file, and has a Docker daemon of its own.',
      ),
  )
  declareCompletion(program)
  addExamples(program, EXAMPLES)
  return program
}

/** The value of a flag that isn't known may be a token whose flag was mistyped. */
const withoutValues = (text: string): string => text.replace(/'(--?[\w-]+)=[^']*'/g, "'$1'")
