import { ComposeError } from './compose-error.ts'

/** What was said to Docker Compose, taken apart as far as we have to know it. */
export interface ComposeArguments {
  /** Flags before the command. */
  readonly globals: readonly string[]
  /** `up`, `run` …; nothing where there are flags alone. */
  readonly command: string | undefined
  /** What follows the command. */
  readonly rest: readonly string[]
  /** `-f`, in order; `-` is standard input. */
  readonly files: readonly string[]
  readonly envFiles: readonly string[]
  readonly projectDirectory: string | undefined
}

/** Compose's flags before a command that take a value. */
const VALUED: Readonly<Record<string, 'files' | 'envFiles' | 'projectDirectory' | undefined>> = {
  '--file': 'files',
  '-f': 'files',
  '--env-file': 'envFiles',
  '--project-directory': 'projectDirectory',
  '--workdir': 'projectDirectory',
  '--project-name': undefined,
  '-p': undefined,
  '--profile': undefined,
  '--ansi': undefined,
  '--parallel': undefined,
  '--progress': undefined,
  '--insecure-registry': undefined,
}

/** Docker's flags that would lead to another daemon. */
const ELSEWHERE = /^(?:-H|--host|-c|--context)(?:=|$)|^-H./

/**
 * Takes compose's arguments apart.
 *
 * @throws {ComposeError} where they name a daemon
 */
export function readArguments(args: readonly string[]): ComposeArguments {
  const found: Record<'files' | 'envFiles' | 'projectDirectory', string[]> = {
    files: [],
    envFiles: [],
    projectDirectory: [],
  }
  let index = 0
  for (; index < args.length; index += 1) {
    const arg = args[index] ?? ''
    if (!arg.startsWith('-') || arg === '-') break
    if (ELSEWHERE.test(arg))
      throw new ComposeError([
        `${arg}: renet compose talks to the network's own daemon. Choose it with --network-id before the --, and leave out ${arg.replace(/=.*/, '')}.`,
      ])
    const { flag, value } = split(arg)
    if (!(flag in VALUED)) continue
    const key = VALUED[flag]
    const given = value ?? args[(index += 1)]
    if (key !== undefined && given !== undefined) found[key].push(given)
  }
  return {
    globals: args.slice(0, index),
    command: args[index],
    rest: args.slice(index + 1),
    files: found.files,
    envFiles: found.envFiles,
    projectDirectory: found.projectDirectory.at(-1),
  }
}

/** `--file=x`, `-fx`, `-f=x`, or the value is the next argument. */
function split(arg: string): { readonly flag: string; readonly value: string | undefined } {
  const [, long, longValue] = /^(--[^=]+)=(.*)$/s.exec(arg) ?? []
  if (long !== undefined) return { flag: long, value: longValue }
  if (arg.startsWith('--') || arg.length === 2) return { flag: arg, value: undefined }
  return { flag: arg.slice(0, 2), value: arg.slice(2).replace(/^=/, '') }
}

/** Flags of `run` that take a value. */
const RUN_VALUED = new Set(
  '--cap-add --cap-drop --entrypoint --env --env-from-file --label --name --publish --pull --user --volume --workdir -e -l -p -u -v -w'.split(
    ' ',
  ),
)

/** The service that `run` makes a container of. */
export function serviceOfRun(rest: readonly string[]): string | undefined {
  for (let index = 0; index < rest.length; index += 1) {
    const arg = rest[index] ?? ''
    if (arg === '--') return rest[index + 1]
    if (!arg.startsWith('-')) return arg
    if (RUN_VALUED.has(arg)) index += 1
  }
  return undefined
}

/** What `up --scale web=3` and `scale web=3` ask for. */
export function scalesOf({ command, rest }: ComposeArguments): ReadonlyMap<string, number> {
  const texts = rest.flatMap((arg, index) => {
    if (arg === '--scale') return rest[index + 1] ?? []
    if (arg.startsWith('--scale=')) return arg.slice('--scale='.length)
    return command === 'scale' && !arg.startsWith('-') ? arg : []
  })
  return new Map(
    texts.flatMap((text) => {
      const [, service, wanted] = /^([^=]+)=(\d+)$/.exec(text) ?? []
      return service === undefined ? [] : [[service, Number(wanted)] as const]
    }),
  )
}

/** Whether `up` returns once everything runs. */
export const isDetached = ({ command, rest }: ComposeArguments): boolean =>
  command === 'up' &&
  rest.some((arg) => /^(?:-d|--detach|--detach=true|--wait|--wait=true)$/.test(arg) || /^-[a-zA-Z]*d/.test(arg))

/** Commands that have nothing to do with a project. */
const WITHOUT_PROJECT = new Set<string | undefined>([
  undefined,
  'version',
  'ls',
  'help',
  'completion',
  '__complete',
  '__completeNoDesc',
])

export const needsProject = ({ command, globals, rest }: ComposeArguments): boolean =>
  !WITHOUT_PROJECT.has(command) &&
  ![...globals, ...(command === 'run' || command === 'exec' ? [] : rest)].some(
    (arg) => arg === '--help' || arg === '-h',
  )

/** Commands that ask nothing of a daemon. */
const WITHOUT_DAEMON = new Set<string | undefined>([...WITHOUT_PROJECT, 'config', 'convert', 'viz'])

export const needsDaemon = (args: ComposeArguments): boolean => needsProject(args) && !WITHOUT_DAEMON.has(args.command)

/** Commands that make containers, or say what they would be. */
export const makesContainers = ({ command }: ComposeArguments): boolean =>
  ['up', 'create', 'run', 'watch', 'scale'].includes(command ?? '')
