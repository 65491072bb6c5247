import { Command, Option } from 'commander'
import type { Flags } from '@route-server/config'
import { addClaims } from './claims-command.ts'
import { addDoctor } from './doctor-command.ts'
import { addExplain } from './explain-command.ts'
import { addHistory } from './history-command.ts'
import { addPlugins } from './plugins-command.ts'
import type { ServeOptions } from './serve.ts'
import { VERSION } from './version.ts'

type Given = Flags & {
  readonly config?: string
  readonly autoRoutes?: boolean
  readonly publishFile?: string
}

/** Every flag stands for a key of the configuration file and overrides it. */
const withSettings = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'YAML file with settings; flags override it, SIGHUP reads it again')
    .option(
      '--base-domain <domain>',
      'auto-routes get the host {service}-{networkID}.<domain>; without it there are none',
    )
    .option('--cert-resolver <name>', 'certificate resolver of auto-routes (default: letsencrypt)')
    .option('--no-auto-routes', 'make no automatic routes')
    .addOption(
      new Option('--tenancy <tenancy>', 'networks are strangers, or have one owner (default: strict)').choices([
        'strict',
        'trusted',
      ]),
    )
    .addOption(
      new Option('--log-level <level>', 'least important lines to log (default: info)').choices([
        'trace',
        'debug',
        'info',
        'warn',
        'error',
      ]),
    )
    .addOption(
      new Option('--log-format <format>', 'log lines for people or for machines (default: text)').choices([
        'text',
        'json',
      ]),
    )

const withServing = (command: Command): Command =>
  withSettings(command)
    .option(
      '--sockets <glob...>',
      'Docker sockets to watch, docker-{networkID}.sock (default: /var/run/rediacc/docker-*.sock)',
    )
    .option('--listen <address:port>', 'where to answer; port 0 takes a free one (default: 127.0.0.1:7111)')
    .option(
      '--publish-file <file>',
      'give the document to Traefik as this file, which it watches, and not at /routes.yaml (default: none)',
    )
    .option(
      '--token-file <file>',
      'file with the token that everything but the status in /health wants (default: none, and anybody gets everything)',
    )
    .option(
      '--state-dir <folder>',
      "folder for what is kept between runs (default: /var/lib/rediacc/router, or the user's state folder)",
    )

function inputsOf({ config, autoRoutes, publishFile, ...flags }: Given): { file: string | undefined; flags: Flags } {
  return {
    file: config,
    flags: {
      ...flags,
      autoRoute: autoRoutes === false ? { enabled: false } : undefined,
      publish: publishFile === undefined ? undefined : { file: publishFile },
    },
  }
}

// Whoever asks a question waits for what is loaded, and needs nothing of what serves.
const serve = async (options: ServeOptions): Promise<void> => (await import('./serve.ts')).serve(options)

/** Serves the machine's daemons where there are any, or can't be ruled out; otherwise the demo. */
async function startHere({ demo, ...given }: Given & { readonly demo?: boolean }): Promise<void> {
  const [{ loadConfig }, { scanSockets }, { greet }] = await Promise.all([
    import('@route-server/config'),
    import('@route-server/docker'),
    import('./greeting.ts'),
  ])
  const inputs = { ...inputsOf(given), greet }
  const chosen = given.sockets !== undefined || given.config !== undefined
  const { sockets, unreadable } = scanSockets(loadConfig(inputs).sockets)
  const isEmpty = !chosen && sockets.size === 0 && unreadable.size === 0
  await (demo === true || isEmpty ? (await import('./demo.ts')).serveDemo(inputs) : serve(inputs))
}

/** The command line. Actions reject with errors whose messages are for people. */
export function commandLine(): Command {
  const program = new Command('route-server')
    .description(
      'Watches many Docker daemons, reads container labels, and serves one route document that Traefik polls.',
    )
    .version(VERSION, '--version')
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'route-server: ')) })
  withServing(program.command('serve'))
    .description('watch daemons and serve their routes')
    .action(async (given: Given) => serve(inputsOf(given)))
  withServing(program.command('start'))
    .description('like serve, with an embedded demo where this machine has no such daemons')
    .option('--demo', 'the demo, whatever this machine has')
    .action(startHere)
  withSettings(program.command('render'))
    .description("print the route document for saved output of 'docker inspect', without any daemon")
    .argument('<file...>', 'JSON files; - reads standard input')
    .action(async (files: string[], given: Given) => {
      const { renderFiles } = await import('./render-files.ts')
      const { document, problems } = await renderFiles(files, inputsOf(given))
      for (const problem of problems) process.stderr.write(`${problem}\n`)
      process.stdout.write(document)
    })
  addClaims(program)
  addHistory(program)
  addPlugins(program)
  addExplain(program)
  addDoctor(program)
  return program
}
