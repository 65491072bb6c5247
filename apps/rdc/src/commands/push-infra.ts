import { programsFor } from '@route-server/artefacts'
import { lookupAt, zoneServers } from '@route-server/dns'
import { hasToken, missingSettings, readToken, type Machine } from '@route-server/machine'
import {
  applyPush,
  findPropagation,
  planPush,
  restartsInWords,
  type FoundPropagation,
  type Plan,
} from '@route-server/push'
import type { Connection } from '@route-server/ssh'
import type { Program } from '@route-server/installation'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { print, printJson, STATUS, visible } from '@route-server/terminal'
import { withConnection } from '../connection.ts'
import { machines } from '../machines.ts'
import { confirmed } from '../terminal/confirm.ts'
import { showDiff } from '../terminal/diff.ts'
import { remark } from '../terminal/print.ts'
import { withProgress, type Progress } from '../terminal/progress.ts'
import { VERSION } from '../version.ts'

interface Given {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly traefik?: string
  readonly node?: string
  readonly openFirewall?: boolean
  readonly json?: boolean
}

export async function run(name: string, given: Given): Promise<number> {
  const store = machines()
  const machine = await store.find(name)
  const isKept = hasToken(store.folder, name)
  const missing = missingSettings(machine, isKept)
  if (missing.length > 0) throw new Error(missing.join('\n'))
  const request = {
    machine,
    cloudflareToken: isKept ? await readToken(store.folder, name) : undefined,
    ...(machine.infra.acmeRoot !== undefined && { acmeRoot: await rootOf(machine.infra.acmeRoot) }),
  }
  return withProgress((progress) =>
    withConnection(machine, progress, async (connection) => {
      const plan = await planPush(connection, {
        ...request,
        openFirewall: given.openFirewall === true,
        progress: progress.step,
        propagation: () => propagationFor(machine, connection),
        programs: (architecture, traefik) => programs(architecture, given, progress, traefik),
      })
      progress.rest()
      if (given.json !== true) show(plan, given.dryRun === true)
      if (plan.isEmpty || given.dryRun === true) {
        if (given.json === true) printJson(viewOf(plan, false))
        return plan.isEmpty ? STATUS.done : STATUS.changes
      }
      if (!(await confirmed(`Put this in force on ${name}?`, { yes: given.yes }))) {
        remark('Nothing was done.')
        return STATUS.failed
      }
      await applyPush(connection, plan, progress.step)
      progress.rest()
      if (given.json === true) printJson(viewOf(plan, true))
      else print(`Version ${plan.version} is in force on ${name}.`)
      return STATUS.done
    }),
  )
}

async function rootOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Error(`the ACME server's root ${file} can't be read; name another with set-infra --acme-root FILE`, {
      cause,
    })
  }
}

/** Our other programs lie beside us: all are bundles of the same build. */
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** What shall be looked for from there; where the zone can't be found from here, the usual. */
async function propagationFor({ infra: { baseDomain } }: Machine, connection: Connection): Promise<FoundPropagation> {
  const zone = baseDomain === undefined ? undefined : await zoneServers(baseDomain, lookupAt()).catch(() => undefined)
  return zone === undefined
    ? { propagation: { resolvers: [], skipAuthoritative: false } }
    : findPropagation(connection, zone)
}

const programs = async (
  architecture: 'x64' | 'arm64',
  { traefik, node }: Given,
  progress: Progress,
  there: Program | undefined,
): Promise<readonly Program[]> => {
  const own = traefik === undefined ? there : undefined
  const others = await programsFor(architecture, {
    ...(own && { without: ['traefik'] }),
    cacheFolder: resolve(process.env['XDG_CACHE_HOME'] ?? resolve(homedir(), '.cache'), 'rediacc'),
    own: { routeServer: beside('route-server.mjs'), renet: beside('renet.mjs'), version: VERSION },
    ...(traefik !== undefined && { traefik: resolve(traefik) }),
    ...(node !== undefined && { node: resolve(node) }),
    tell: progress.step,
  })
  return own ? [...others, own] : others
}

function show(plan: Plan, isDryRun: boolean): void {
  const { machine, changes, bytes, notes, isEmpty } = plan
  for (const note of notes) remark(`Note: ${visible(note)}`)
  if (isEmpty) {
    print(`${machine.name} is as it is described; there is nothing to do.`)
    return
  }
  for (const { diff } of changes) print(showDiff(diff))
  const restarts = restartsInWords(plan.restarts)
  print(
    [
      `${changes.length} ${changes.length === 1 ? 'file changes' : 'files change'}${bytes === 0 ? '' : `, ${Math.ceil(bytes / 1e6)} MB of programs are sent`}.`,
      ...plan.openings.map(({ firewall, commands, isLasting }) => {
        const lasting = isLasting ? '' : ' (until its rules are loaded anew: add it to /etc/nftables.conf, too)'
        return `${firewall} is changed: ${commands.join('; ')}${lasting}`
      }),
      ...(restarts.length === 0 ? ['No service is restarted.'] : restarts.map((sentence) => `${sentence}.`)),
      ...(isDryRun ? ['Nothing was done, as --dry-run asked.'] : []),
    ].join('\n'),
  )
}

const viewOf = (plan: Plan, isApplied: boolean): unknown => ({
  machine: plan.machine.name,
  isEmpty: plan.isEmpty,
  isApplied,
  version: plan.version,
  before: plan.before,
  changes: plan.changes,
  restarts: plan.restarts,
  openings: plan.openings,
  bytes: plan.bytes,
  notes: plan.notes,
})
