import type { Command } from 'commander'
import { lazily } from '../commands/lazily.ts'
import { readSize } from './size.ts'

const NAME = ['<name>', 'its name'] as const
const FOR = ['--for <who>', 'who asks for it, for those who have to wait meanwhile'] as const
const JSON_FLAG = ['--json', 'print JSON, for programs'] as const
const ATTACHED = ['--attached', 'end with whoever calls: when standard input ends'] as const
const TIMEOUT = ['--timeout <duration>', "end each of the Rediaccfile's functions after this long: 90s, 10m"] as const

/** The repositories of the machine that this runs on. They need root; `rdc repo` calls them from elsewhere. */
export function declareRepo(program: Command): void {
  const repo = program
    .command('repo')
    .summary('the repositories of this machine')
    .description('Makes, runs and removes the repositories of this machine. `rdc repo` does it from elsewhere.')
  repo
    .command('create')
    .summary('make one')
    .description('Makes a repository: a folder, and a network of its own.')
    .argument(...NAME)
    .option('--encrypted', 'in an encrypted volume (LUKS); its key comes on standard input')
    .option('--size <size>', 'how large the volume can get: 10G', readSize)
    .option('--if-missing', 'be content where there is one of that name')
    .option(...JSON_FLAG)
    .option(...FOR)
    .action(lazily(() => import('../commands/repo/create.ts')))
  repo
    .command('mount')
    .summary('open its volume')
    .description('Opens the volume of a repository, where it is encrypted and closed; the key comes on standard input.')
    .argument(...NAME)
    .option(...FOR)
    .action(lazily(() => import('../commands/repo/mount.ts')))
  repo
    .command('up')
    .summary('start its daemon and its services')
    .description(
      "Starts the daemon of a repository, and runs its Rediaccfile's prep and up. What runs already goes on.",
    )
    .argument(...NAME)
    .option('--prep-only', "run the Rediaccfile's prep, and no more")
    .option('--wait-routed', 'return once Traefik serves what was started; else fail, and say why')
    .option(...TIMEOUT)
    .option(...FOR)
    .option(...ATTACHED)
    .action(lazily(() => import('../commands/repo/up.ts')))
  repo
    .command('down')
    .summary('end its services and its daemon')
    .description("Runs its Rediaccfile's down, then ends every container that is left, and the daemon. Data stays.")
    .argument(...NAME)
    .option(...TIMEOUT)
    .option(...FOR)
    .option(...ATTACHED)
    .action(lazily(() => import('../commands/repo/down.ts')))
  repo
    .command('list')
    .summary('list them')
    .description('Lists the repositories of this machine.')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/repo/list.ts')))
  repo
    .command('status')
    .summary('tell how one is')
    .description(
      'Tells whether a repository is up, and where its containers can be reached. Exit status 1: it is down.',
    )
    .argument(...NAME)
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/repo/status.ts')))
  repo
    .command('logs')
    .summary('print what its services say')
    .description('Prints what the services of a repository have said, as Docker Compose has it.')
    .argument(...NAME)
    .argument('[services...]', 'of these alone')
    .option('-f, --follow', 'and what they go on to say')
    .option('-n, --lines <number>', 'how many lines of each to begin with')
    .option(...ATTACHED)
    .action(lazily(() => import('../commands/repo/logs.ts')))
  repo
    .command('exec')
    .summary('run a command for it')
    .description(
      "Runs a command on this machine, in the repository's folder and environment: docker reaches its daemon.",
    )
    .argument(...NAME)
    .argument('<command...>', 'the command, behind --')
    .option(...ATTACHED)
    .action(lazily(() => import('../commands/repo/exec.ts')))
  repo
    .command('fork')
    .summary('make a copy that runs beside it')
    .description('Copies files, images and volumes of a repository to a new one with a network of its own.')
    .argument(...NAME)
    .argument('<fork>', 'the name of the copy')
    .option('--no-pause', 'let its containers run meanwhile: the copy may have files of different moments')
    .option(...FOR)
    .action(lazily(() => import('../commands/repo/fork.ts')))
  repo
    .command('remove')
    .summary('remove one that is down, with its data')
    .description(
      'Removes a repository that is down: its files, its images and its data. Its network is never given again.',
    )
    .argument(...NAME)
    .option(...FOR)
    .action(lazily(() => import('../commands/repo/remove.ts')))
  // What rdc asks for on its way; nobody types it.
  repo
    .command('plan-sync', { hidden: true })
    .argument(...NAME)
    .action(lazily(() => import('../commands/repo/plan-sync.ts')))
  repo
    .command('sync', { hidden: true })
    .argument(...NAME)
    .option(...FOR)
    .action(lazily(() => import('../commands/repo/sync.ts')))
}
