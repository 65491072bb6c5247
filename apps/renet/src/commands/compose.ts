import {
  endAs,
  findCompose,
  isDetached,
  makesContainers,
  needsDaemon,
  needsProject,
  readArguments,
  runProgram,
  withText,
  type ComposeArguments,
  type Exit,
  type Input,
} from '@route-server/compose'
import { readFileSync } from 'node:fs'
import type { StdioOptions } from 'node:child_process'
import { print } from '@route-server/terminal'
import { expectDaemon } from '../daemon.ts'
import { environmentOf, findHere, tellOfOtherDaemons, type Here, type WhereFlags } from '../here.ts'
import { expectNoProblems, prepare, type Project } from '../project.ts'
import type { Routes } from '../routes.ts'
import { plannedTable } from '../tables.ts'
import { remark } from '../terminal/print.ts'
import { RenetError } from '../renet-error.ts'

export interface ComposeFlags extends WhereFlags {
  readonly dryRun?: boolean
  readonly waitRouted?: boolean
}

export async function run(given: readonly string[], flags: ComposeFlags): Promise<void> {
  const args = readArguments(given)
  const here = findHere(flags)
  const executable = await findCompose(process.env)
  tellOfOtherDaemons(here)
  const dryRun = flags.dryRun ?? false
  const input = args.files.includes('-') ? readFileSync(0, 'utf8') : undefined
  const [project] = await Promise.all([
    needsProject(args) ? prepare({ executable, args, here, input, dryRun }) : undefined,
    needsDaemon(args) && !dryRun ? expectDaemon(here.socket, here.network) : undefined,
  ])
  if (project?.refused) {
    process.stderr.write(project.refused.words)
    process.exitCode = project.refused.status
    return
  }
  if (project === undefined || !('plan' in project)) {
    if (dryRun) throw new RenetError('There is no compose file to show: none here, none above, and no -f names one.')
    return endAs(await asItIs(executable, given, here))
  }
  if (makesContainers(args) || args.command === 'config' || dryRun) expectNoProblems(project)
  if (makesContainers(args) || dryRun) for (const { level, text } of project.plan.remarks) remark(`${level}: ${text}`)
  const exit = await runProject({ executable, project, args: dryRun ? SHOW(args) : args, here, input })
  if (!('status' in exit) || exit.status !== 0) return endAs(exit)
  if (dryRun) print(comment(plannedTable(project.plan, await foresee(project, here))))
  else if (isDetached(args))
    process.exitCode = await tell(project, here, flags.waitRouted ?? process.env['REDIACC_WAIT_ROUTED'] === '1')
}

/** What was started. Modules that other commands needn't wait for. */
async function tell(project: Project, here: Here, isWaiting: boolean): Promise<number> {
  const { isRouted, tellOfStarted } = await import('../started.ts')
  await tellOfStarted(project, here)
  return !isWaiting || (await isRouted(project, here)) ? 0 : 1
}

/** With the route server's own code, which other commands needn't wait for. */
async function foresee({ model, plan, files }: Project, { network, socket }: Here): Promise<Routes> {
  const { foreseenRoutes } = await import('../check/foreseen.ts')
  return foreseenRoutes(model, plan, { network, socket, files })
}

/** What shows a project instead of doing something to it. */
const SHOW = (args: ComposeArguments): ComposeArguments =>
  args.command === 'config' ? args : { ...args, command: 'config', rest: [] }

/** So that all that was printed is one compose file. */
const comment = (text: string): string =>
  text
    .split('\n')
    .map((line) => `# ${line}`.trimEnd())
    .join('\n')

const asItIs = (executable: string, args: readonly string[], here: Here): Promise<Exit> =>
  runProgram({ executable, args, env: environmentOf(here), cwd: here.folder, stdio: 'inherit' })

interface Run {
  readonly executable: string
  readonly project: Project
  readonly args: ComposeArguments
  readonly here: Here
  readonly input: Input
}

function runProject({ executable, project, args, here, input }: Run): Promise<Exit> {
  const { globals, env, plan } = project
  const words = [...globals, ...(args.command === undefined ? [] : [args.command]), ...args.rest]
  const start = (stdio: StdioOptions): Promise<Exit> =>
    runProgram({ executable, args: words, env, cwd: here.folder, stdio })
  return withText(plan.override, (override) =>
    input === undefined
      ? start(['inherit', 'inherit', 'inherit', override])
      : withText(input, (file) => start([file, 'inherit', 'inherit', override])),
  )
}
