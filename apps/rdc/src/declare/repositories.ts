import type { Command } from 'commander'
import { lazily } from '../commands/lazily.ts'
import { JSON_FLAG } from './json-flag.ts'

const NAME = ['<name>', 'its name: lower-case letters, digits and dashes'] as const
const TIMEOUT = ['--timeout <duration>', "end each of the Rediaccfile's functions after this long: 90s, 10m"] as const

/** The repositories on a machine: each with its files, its data, and a Docker daemon of its own. */
export function declareRepositories(repo: Command): void {
  const command = (name: string, summary: string, description: string): Command =>
    repo
      .command(name)
      .summary(summary)
      .description(description)
      .requiredOption('-m, --machine <machine>', 'the machine, as rdc context machines has it')

  command(
    'create',
    'make one',
    'Makes a repository on a machine: a folder, and a network of its own. `up` makes one by itself, where there is none.',
  )
    .argument(...NAME)
    .option('--encrypted', 'in an encrypted volume (LUKS), whose key is kept on this computer')
    .option('--size <size>', 'how large the volume can get: 10G')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/repo/create.ts')))
  command(
    'up',
    'start it',
    "Starts a repository. Where this folder has a Rediaccfile, it is sent to the machine before: what changed here is changed there, and what came into being there is left alone. Then the repository's daemon is started, and the Rediaccfile's prep and up are run. It may be called again at any time; what runs already goes on.",
  )
    .argument(...NAME)
    .option('--mount', 'open its volume first, where it is encrypted')
    .option('--prep-only', "run the Rediaccfile's prep, and no more")
    .option('--wait-routed', 'return once Traefik serves what was started; else fail, and say why')
    .option('--dir <folder>', 'send this folder instead of the current one')
    .option('--no-sync', 'send nothing; start what is on the machine')
    .option('--overwrite', 'overwrite files that were changed on the machine')
    .option(...TIMEOUT)
    .action(lazily(() => import('../commands/repo/up.ts')))
  command(
    'down',
    'end it',
    "Runs the Rediaccfile's down, then ends every container that is left, the repository's daemon, and closes its volume. Files and data stay.",
  )
    .argument(...NAME)
    .option(...TIMEOUT)
    .action(lazily(() => import('../commands/repo/down.ts')))
  command(
    'status',
    'tell how one is',
    'Tells whether a repository is up, and where its containers can be reached. The exit status is 1 where it is down.',
  )
    .argument(...NAME)
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/repo/status.ts')))
  command('list', 'list them', 'Lists the repositories of a machine.')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/repo/list.ts')))
  command('logs', 'print what its services say', 'Prints what the services of a repository have said.')
    .argument(...NAME)
    .argument('[services...]', 'of these alone')
    .option('-f, --follow', 'go on printing what they say, until Ctrl-C')
    .option('-n, --lines <number>', 'how many lines of each to begin with', '100')
    .action(lazily(() => import('../commands/repo/logs.ts')))
  command(
    'fork',
    'make a copy that runs beside it',
    'Copies files, images and volumes of a repository to a new one with a network of its own. Its automatic routes are its own; hosts of its labels stay with the original.',
  )
    .argument(...NAME)
    .argument('<fork>', 'the name of the copy')
    .option('--no-pause', 'let its containers run meanwhile: the copy may have files of different moments')
    .action(lazily(() => import('../commands/repo/fork.ts')))
  command(
    'exec',
    'run a command for it',
    "Runs a command on the machine, in the repository's folder and environment: docker reaches its daemon. The exit status is the command's.",
  )
    .argument(...NAME)
    .argument('<command...>', 'the command, behind --')
    .action(lazily(() => import('../commands/repo/exec.ts')))
  command(
    'remove',
    'remove one that is down, with its data',
    'Removes a repository that is down: its files, its images and its data.',
  )
    .argument(...NAME)
    .option('-y, --yes', 'do not ask')
    .action(lazily(() => import('../commands/repo/remove.ts')))
}
