import { Writable } from 'node:stream'
import { renderInstallation, ROOT, type Installation, type Program } from '@route-server/installation'
import { missingSettings, type Machine } from '@route-server/machine'
import type { Connection } from '@route-server/ssh'
import { blockingFirewalls, blockingSentence, type Blocking } from './firewall.ts'
import { manifestOf, type Manifest } from './manifest.ts'
import { parcel } from './parcel.ts'
import { compare, type Change, type Restarts } from './plan.ts'
import type { FoundPropagation } from './propagation.ts'
import type { Progress } from './progress.ts'
import { PushError } from './push-error.ts'
import { ARCHITECTURES, bindOf, spaceMissing, takenPorts, unfit } from './refuse.ts'
import { receiveScript } from './remote/receive.ts'
import { ROLLED_BACK, SOMEBODY_ELSE, SWITCH_UNIT, switchScript } from './remote/switch.ts'
import { keptSecrets } from './secrets.ts'
import { survey } from './survey.ts'

export interface PushRequest {
  readonly machine: Machine
  readonly cloudflareToken: string | undefined
  /** PEM text of the ACME server's issuer, where the machine has one of its own. */
  readonly acmeRoot?: string
  /** The programs for an architecture; `traefik` is the machine's own, where it has a recent one. */
  readonly programs: (architecture: 'x64' | 'arm64', traefik: Program | undefined) => Promise<readonly Program[]>
  /** How challenges' records are looked for from there. */
  readonly propagation?: () => Promise<FoundPropagation>
  /** Whether firewalls there are told to let the machine's ports through. */
  readonly openFirewall?: boolean
  readonly progress?: Progress
}

/** What a push would do. Nothing on the machine has changed yet. */
export interface Plan {
  readonly machine: Machine
  /** What changes there, by path. Empty: there is nothing to do. */
  readonly changes: readonly Change[]
  readonly restarts: Restarts
  /** What the operator should know; sentences. */
  readonly notes: readonly string[]
  /** Firewalls that are told to let ports through, once the version is in force. */
  readonly openings: readonly Blocking[]
  readonly isEmpty: boolean
  readonly version: string
  /** The version in force. */
  readonly before: string | undefined
  /** Bytes of programs that have to travel. */
  readonly bytes: number
  readonly work: Work
}

/** What {@link applyPush} does it with. */
interface Work {
  readonly installation: Installation
  readonly manifest: Manifest
  readonly programs: readonly Program[]
  readonly fresh: ReadonlyMap<string, string>
  readonly script: string
}

const USUAL: FoundPropagation = { propagation: { resolvers: [], skipAuthoritative: false } }

/**
 * Looks at a machine and says what a push would do.
 *
 * @throws {PushError} with everything that keeps it from being done
 */
export async function planPush(connection: Connection, request: PushRequest): Promise<Plan> {
  const { machine, cloudflareToken, openFirewall = false, progress } = request
  refuse(missingSettings(machine, cloudflareToken !== undefined))
  progress?.({ what: `Looking at ${machine.name}` })
  const found = await survey(connection)
  refuse(unfit(found))
  const place = bindOf(machine, found)
  if ('problem' in place) throw new PushError(place.problem)
  refuse(takenPorts(machine, place.bind, found))
  const programs = await request.programs(ARCHITECTURES[found.hardware] ?? 'x64', found.traefik)
  const missing = programs.filter(({ sha256 }) => !found.programs.has(sha256))
  refuse(spaceMissing(programs, found))

  const dns = (await request.propagation?.()) ?? USUAL
  const { secrets, fresh } = await keptSecrets(found.kept)
  const installation = renderInstallation(machine, {
    programs,
    bind: place.bind,
    secrets: { ...secrets, cloudflareToken: cloudflareToken ?? '' },
    ...(request.acmeRoot !== undefined && { acmeRoot: request.acmeRoot }),
    propagation: dns.propagation,
  })
  const manifest = manifestOf(installation, programs)
  const { installed, interrupted } = found
  const { changes, restarts } = compare(installation, manifest, installed)
  // After a push that was cut off nobody knows which version each service has read.
  const isUnfinished = interrupted !== undefined && installed !== undefined
  const everything: Restarts = { router: 'restart', traefik: 'restart' }
  const blocking = blockingFirewalls(machine, found)
  const openings = openFirewall ? blocking : []
  const cost = isUnfinished || installed === undefined ? everything : restarts
  return {
    machine,
    changes,
    restarts: cost,
    notes: [
      ...[place.note ?? [], dns.note ?? []].flat(),
      ...(isUnfinished ? ['The last push was cut off; this one finishes it.'] : []),
      ...(openFirewall ? [] : blocking.map((one) => blockingSentence(machine.name, one))),
    ],
    isEmpty: changes.length === 0 && !isUnfinished && openings.length === 0,
    openings,
    version: manifest.version,
    before: installed?.version,
    bytes: missing.reduce((sum, { bytes, onMachine }) => sum + (onMachine === undefined ? bytes : 0), 0),
    work: {
      installation,
      manifest,
      programs: missing,
      fresh,
      script: switchScript({
        manifest,
        users: installation.users,
        folders: installation.folders,
        before: installed?.version,
        goneUnits: (installed?.manifest?.units ?? []).filter((unit) => !installation.units.includes(unit)),
        restarts: cost,
        isUnfinished,
      }),
    },
  }
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new PushError(problems)
}

/**
 * Does what the plan says. If it fails, the machine is as it was.
 *
 * @throws {PushError} with what failed, and the last words of the service concerned
 */
export async function applyPush(connection: Connection, plan: Plan, progress?: Progress): Promise<void> {
  const { machine, version } = plan
  await upload(connection, plan, progress)
  let said = ''
  let step = 'the start'
  let rest = ''
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      rest += chunk.toString()
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!line.startsWith('@')) said += `${line}\n`
        else progress?.({ what: `On ${machine.name}: ${(step = line.slice(1))}` })
      }
      done()
    },
  })
  const { status, stderr } = await connection.run(runSwitch(version), { root: true, output })
  if (status === 0) {
    await openFirewalls(connection, plan, progress)
    return
  }
  if (status === SOMEBODY_ELSE)
    throw new PushError(
      `Somebody else pushed to ${machine.name} meanwhile (version ${said.trim()} is in force). Look at what would change now, and push again.`,
    )
  const what = said.trim() || stderr.trim() || `it ended with status ${status}`
  throw new PushError(
    status === ROLLED_BACK
      ? `${machine.name} is as it was before, for the new version failed.\n${what}`
      : `The push to ${machine.name} failed at "${step}", and nothing has changed: ${what}`,
  )
}

async function openFirewalls(connection: Connection, { machine, openings }: Plan, progress?: Progress): Promise<void> {
  for (const { firewall, commands, ports } of openings) {
    progress?.({ what: `On ${machine.name}: ${firewall} lets ${ports.join(', ')} through` })
    const { status, stderr } = await connection.run(
      `export PATH="$PATH:/usr/sbin:/sbin"; ${commands.map((command) => `${command} >/dev/null`).join(' && ')}`,
      { root: true },
    )
    if (status !== 0)
      throw new PushError(
        `The new version is in force on ${machine.name}, and ${firewall} there couldn't be changed: ${stderr.trim()}`,
      )
  }
}

async function upload(
  connection: Connection,
  { machine, work, bytes, version }: Plan,
  progress?: Progress,
): Promise<void> {
  let sent = 0
  const megabytes = (count: number): string => `${Math.round(count / 1e6)} MB`
  progress?.({ what: `Sending to ${machine.name}` })
  const input = parcel(work, (more) => {
    if (megabytes(sent) !== megabytes((sent += more)))
      progress?.({ what: `Sending to ${machine.name}`, detail: `${megabytes(sent)} of ${megabytes(bytes)}` })
  })
  const { status, stderr } = await connection.run(receiveScript(version, work.programs), { root: true, input })
  if (status !== 0)
    throw new PushError(
      `${machine.name} couldn't take the files, and nothing has changed: ${stderr.trim() || `status ${status}`}`,
    )
}

/** One at a time: systemd takes no second unit of a name. Who is second waits, for a minute. */
const runSwitch = (version: string): string => `
for second in $(seq 60); do
  systemctl is-active -q ${SWITCH_UNIT}.service || break
  [ $second -gt 1 ] || printf '@%s\\n' "waiting: $(systemctl show -p Description --value ${SWITCH_UNIT}.service)"
  sleep 1
done
exec systemd-run --quiet --wait --pipe --collect --service-type=exec --unit=${SWITCH_UNIT} \\
  --description="push of $(id -un "\${SUDO_UID:-0}") from \${SSH_CONNECTION%% *} since $(date '+%H:%M:%S')" \\
  /bin/sh ${ROOT}/versions/${version}/switch
`
