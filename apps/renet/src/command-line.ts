import { Command, InvalidArgumentError, Option } from 'commander'
import { lazily } from './commands/lazily.ts'
import type { FunctionFlags } from './commands/rediaccfile.ts'
import { addExamples } from '@route-server/terminal'
import { EXAMPLES } from './declare/examples.ts'
import { declareRepo } from './declare/repo.ts'
import { readDuration } from './rediaccfile/duration.ts'
import { VERSION } from './version.ts'

export { EXAMPLES } from './declare/examples.ts'

const NETWORK_FLAG = [
  '--network-id <id>',
  'the network: else REDIACC_NETWORK_ID, else what .rediacc.json says; two that disagree are an error',
] as const
const DIR_FLAG = ['--dir <folder>', 'work in this folder instead of the current one'] as const
const JSON_FLAG = ['--json', 'print JSON, for programs'] as const

/** `25,993` */
function readPorts(text: string): readonly number[] {
  const ports = text.split(',').map(Number)
  if (!ports.every((port) => Number.isInteger(port) && port > 0 && port < 65536))
    throw new InvalidArgumentError('expected ports from 1 to 65535, with commas between.')
  return ports
}

function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text
  throw new InvalidArgumentError('expected a URL such as http://127.0.0.1:8080.')
}

/** A flag that may be given several times. */
const and = (one: string, before: readonly string[] = []): readonly string[] => [...before, one]

/** Functions of a Rediaccfile. */
const FUNCTIONS = [
  ['prep', "run the Rediaccfile's prep", 'Runs the function prep: what has to be there before the services start.'],
  ['up', "run the Rediaccfile's up", 'Runs the function up, which starts the services.'],
  [
    'down',
    "run the Rediaccfile's down",
    'Runs the function down, which ends the services; of several files in reverse, and each whatever becomes of the others.',
  ],
  ['info', "run the Rediaccfile's info", 'Runs the function info, where there is one.'],
] as const

/** The command line. Actions set the exit status, or reject with errors whose messages are for people. */
export function commandLine(): Command {
  const program = new Command('renet')
    .description("Runs Docker Compose on a repository's own daemon, and makes each service reachable.")
    .version(VERSION, '--version', 'print the version')
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'renet: ')) })

  program
    .command('compose')
    .summary('run Docker Compose with an address for every service')
    .description(
      "Runs Docker Compose on the network's daemon. Every service gets a loopback address of its own, host networking, the variables {SERVICE}_IP, and the labels that the route server reads; services know one another by name. What stands behind -- goes to Docker Compose as it is. No file of yours is changed, but for new slots in .rediacc.json.",
    )
    .argument('<args...>', "Docker Compose's flags, command and arguments, behind --")
    .option(...NETWORK_FLAG)
    .option(...DIR_FLAG)
    .option('--dry-run', 'print the effective compose file and a table of the services; start nothing, write nothing')
    .option(
      '--wait-routed',
      'after up -d: return once Traefik serves the routes; else fail, and say why, after a minute',
    )
    .passThroughOptions()
    .action(lazily(() => import('./commands/compose.ts')))

  for (const [name, summary, description] of FUNCTIONS)
    program
      .command(name)
      .summary(summary)
      .description(
        `${description} Each Rediaccfile here and in the folders right below is run by bash, beside the file, in the environment that renet env prints; a command that fails ends it.`,
      )
      .option(...NETWORK_FLAG)
      .option(...DIR_FLAG)
      .option('--file <path>', 'this Rediaccfile, and no other; may be given several times', and)
      .option('--timeout <duration>', 'end it, and everything that it started, after this long: 90s, 10m', readDuration)
      .action(
        lazily(async () => {
          const { run } = await import('./commands/rediaccfile.ts')
          return { run: (flags: FunctionFlags) => run(name, flags) }
        }),
      )

  program
    .command('docker')
    .summary("run docker on the network's daemon")
    .description("Runs Docker's command line on the network's daemon. What stands behind -- goes to it as it is.")
    .argument('<args...>', "docker's flags, command and arguments, behind --")
    .option(...NETWORK_FLAG)
    .option(...DIR_FLAG)
    .passThroughOptions()
    .action(lazily(() => import('./commands/docker.ts')))

  program
    .command('env')
    .summary('print the variables of the repository')
    .description(
      'Prints the variables of the repository: the address of every service that has a slot, the network and the daemon. As a shell reads them, unless told.',
    )
    .option(...NETWORK_FLAG)
    .option(...DIR_FLAG)
    .option('--shell', 'as a shell reads them (this is the default): eval "$(renet env)"')
    .option('--dotenv', 'as a .env file has them')
    .option(...JSON_FLAG)
    .action(lazily(() => import('./commands/env.ts')))

  const slots = program
    .command('slots')
    .summary('the slots of the services')
    .description('Shows and frees the slots of services.')
  slots
    .command('list', { isDefault: true })
    .summary('list them (this is the default)')
    .description(
      'Lists which service has which slot, so which address and variable. A slot is kept until it is released.',
    )
    .option(...NETWORK_FLAG)
    .option(...DIR_FLAG)
    .option(...JSON_FLAG)
    .action(lazily(() => import('./commands/slots.ts')))
  slots
    .command('release')
    .summary('free the slots of services that are gone')
    .description('Frees the slots of services. The next new service gets the lowest free one, and its address with it.')
    .argument('<service...>', 'whose slots')
    .option(...DIR_FLAG)
    .action(lazily(() => import('./commands/release.ts')))

  program
    .command('check')
    .summary('check compose files and their labels, offline')
    .description(
      "Checks compose files with the route server's own code: labels misspelt or refused, ports, hosts, entry points, middlewares. Needs Docker Compose, and no daemon. Each finding has its file, line and column. Exit status 1: there are errors.",
    )
    .argument('[files...]', 'compose files, as for -f; else those that Docker Compose finds')
    .option(...NETWORK_FLAG)
    .option(...DIR_FLAG)
    .addOption(
      new Option('--format <format>', 'for people, for programs, or for code hosts')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .option('--base-domain <domain>', "the machine's base domain (default: example.com)")
    .option('--tcp-ports <ports>', 'TCP ports that the machine has beside the preconfigured ones: 25,993', readPorts)
    .option('--udp-ports <ports>', 'the same for UDP', readPorts)
    .option('--router-config <file>', "the machine's configuration of the route server, instead of these three")
    .option('--strict', 'fail for warnings, too')
    .action(lazily(() => import('./commands/check.ts')))

  program
    .command('ps')
    .summary("list the network's containers, and where they can be reached")
    .description(
      "Lists the containers of the network's daemon, with their addresses and where the route server says that they can be reached.",
    )
    .option(...NETWORK_FLAG)
    .option(...DIR_FLAG)
    .option('-a, --all', 'those that have ended, too')
    .option(...JSON_FLAG)
    .action(lazily(() => import('./commands/ps.ts')))

  program
    .command('explain')
    .summary('say why something is reached, or is not')
    .description(
      'Says why a container, service, host, URL, router or entry point is reached, or is not: the answer first, the whole way, and at the end what to do. Names are looked for in the network of the repository here, if this is one. As root it sees what each container listens on. Exit status 3: it cannot be reached.',
    )
    .argument('<what>', 'web, web-1, app.example.com, https://app.example.com/api, tcp-25')
    .option(...NETWORK_FLAG)
    .option(...DIR_FLAG)
    .option(
      '--traefik-api <url>',
      "where Traefik's own API answers, http://user:password@127.0.0.1:8080; else where the route server's configuration or push-infra puts it",
      readUrl,
    )
    .option('--resolver <address>', "the name server to ask, 192.0.2.1:53; else this machine's own")
    .option(...JSON_FLAG)
    .action(lazily(() => import('./commands/explain.ts')))

  const proxy = program
    .command('proxy')
    .summary("the machine's route server")
    .description("Asks the machine's route server.")
  proxy
    .command('status')
    .summary('print how it is')
    .description('Prints how the route server is, as its /health says it.')
    .action(lazily(() => import('./commands/proxy-status.ts')))
  proxy
    .command('routes')
    .summary("list the network's routes")
    .description("Lists the network's routers, and what isn't routed as asked and why.")
    .option(...NETWORK_FLAG)
    .option(...DIR_FLAG)
    .option(...JSON_FLAG)
    .action(lazily(() => import('./commands/proxy-routes.ts')))
  proxy
    .command('logs')
    .summary('print the last lines of its log, and of Traefik')
    .description("Prints the last 200 lines of the route server's log and of Traefik's, as journald has them.")
    .option('-f, --follow', 'and those that come')
    .action(lazily(() => import('./commands/proxy-logs.ts')))

  declareRepo(program)

  addExamples(program, EXAMPLES)
  return program
}
