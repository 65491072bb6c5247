import { findCompose, readArguments } from '@route-server/compose'
import { loadConfig } from '@route-server/config'
import { EMPTY_INFRA, entryPointsOf } from '@route-server/machine/entry-points'
import { RepositoryError } from '@route-server/repository'
import { relative, resolve } from 'node:path'
import { print, printJson } from '@route-server/terminal'
import { check, type Finding } from '../check/check.ts'
import { sarifOf } from '../check/sarif.ts'
import { findHere, type Here, type WhereFlags } from '../here.ts'
import { prepare } from '../project.ts'

export interface CheckFlags extends WhereFlags {
  readonly format: 'text' | 'json' | 'sarif'
  readonly baseDomain?: string
  readonly tcpPorts?: readonly number[]
  readonly udpPorts?: readonly number[]
  readonly routerConfig?: string
  readonly strict?: boolean
}

/** One that no document or example has. */
const ANY_NETWORK = '16777152'

export async function run(files: readonly string[], flags: CheckFlags): Promise<void> {
  const here = somewhere(flags)
  const given = files.map((file) => resolve(file))
  const args = readArguments([...given.flatMap((file) => ['-f', file]), 'config'])
  const executable = await findCompose(process.env)
  const project = await prepare({ executable, args, here, input: undefined, dryRun: true })
  if (!('plan' in project)) {
    process.stderr.write(
      project.refused?.words ?? `renet: ${here.folder} has no compose file, and no folder above it has one.\n`,
    )
    process.exitCode = 1
    return
  }
  const { model, plan, files: composeFiles } = project
  const { network, socket } = here
  const { findings } = await check(model, plan, { network, socket, files: composeFiles }, configOf(flags))
  REPORTS[flags.format](findings, process.cwd())
  const isBad = ({ level }: Finding): boolean => level === 'error' || (flags.strict === true && level === 'warning')
  if (findings.some(isBad)) process.exitCode = 1
}

/** Offline, any network will do. */
function somewhere(flags: WhereFlags): Here {
  try {
    return findHere(flags)
  } catch (error) {
    if (!(error instanceof RepositoryError) || !error.message.startsWith('Which network?')) throw error
    return findHere({ ...flags, networkId: ANY_NETWORK })
  }
}

/** As on a machine that was set up with these ports, unless its own configuration is given. */
function configOf({
  routerConfig,
  baseDomain,
  tcpPorts = [],
  udpPorts = [],
}: CheckFlags): ReturnType<typeof loadConfig> {
  const infra = { ...EMPTY_INFRA, publicIpv6: '2001:db8::1', tcpPorts, udpPorts }
  return loadConfig({
    file: routerConfig,
    flags: {
      ...(routerConfig === undefined && { entryPoints: entryPointsOf(infra).map(({ name }) => name) }),
      baseDomain: baseDomain ?? (routerConfig === undefined ? 'example.com' : undefined),
    },
  })
}

type Report = (findings: readonly Finding[], folder: string) => void

const REPORTS: Readonly<Record<CheckFlags['format'], Report>> = {
  text(findings, folder) {
    for (const { file, line, column, level, code, message, service } of findings)
      print(
        `${relative(folder, file)}:${line}:${column}: ${level} ${code}${service === undefined ? '' : ` (service ${service})`}: ${message.replace(/\n\s*/g, ' ')} More: docs/diagnostics.md#${code.toLowerCase()}`,
      )
    if (findings.length === 0) print('Nothing to say.')
  },
  json: (findings, folder) =>
    printJson(findings.map((finding) => ({ ...finding, file: relative(folder, finding.file) }))),
  sarif: (findings, folder) => printJson(sarifOf(findings, folder)),
}
