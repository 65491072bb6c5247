import { X509Certificate } from 'node:crypto'
import { CURRENT, ROUTER, socketsOf, TRAEFIK, TRAEFIK_STATE } from '@route-server/installation'
import type { Machine } from '@route-server/machine'
import type { Connection } from '@route-server/ssh'
import { blockingFirewalls, blockingSentence } from './firewall.ts'
import { PushError } from './push-error.ts'
import { bindOf } from './refuse.ts'
import { askRouter } from './remote/ask-router.ts'
import { survey, type Survey } from './survey.ts'

export interface Status {
  readonly version: string | undefined
  /** Other versions that are there, newest first. */
  readonly versions: readonly string[]
  readonly services: readonly ServiceStatus[]
  readonly entryPoints: readonly EntryPointStatus[]
  readonly routes: { readonly http: number; readonly tcp: number; readonly udp: number } | undefined
  readonly certificates: readonly CertificateStatus[]
  /** What Traefik said of certificates lately that it didn't get. */
  readonly certificateErrors: readonly string[]
  /** Sentences, with what to do. */
  readonly problems: readonly string[]
}

export interface ServiceStatus {
  readonly unit: string
  /** `active`, `failed`, `activating` … as systemd says it. */
  readonly state: string
  readonly since: string
  readonly restarts: number
  /** What the service says of itself. */
  readonly text: string
}

export interface EntryPointStatus {
  readonly name: string
  readonly address: string
  /** `listening`; `not pushed`: registered here, and not there yet; `taken`: by somebody else; `closed`. */
  readonly state: 'listening' | 'not pushed' | 'taken' | 'closed'
}

export interface CertificateStatus {
  readonly names: readonly string[]
  readonly issuer: string
  readonly until: Date
}

const SCRIPT = `
export LC_ALL=C
section() { printf '\\036%s\\n' "$1"; }
for unit in ${ROUTER} ${TRAEFIK}; do
  section "unit $unit"; systemctl show -p ActiveState -p ActiveEnterTimestamp -p NRestarts -p StatusText $unit.service
done
section routes; [ ! -x ${CURRENT}/bin/node ] || ${CURRENT}/bin/node -e '${askRouter().trim()} routerSays("/health").then((health) => console.log(JSON.stringify(health)), () => {})'
section certificates; [ ! -x ${CURRENT}/bin/node ] || ${CURRENT}/bin/node -e 'const a=JSON.parse(require("fs").readFileSync("${TRAEFIK_STATE}/acme.json","utf8"));for(const r of Object.values(a))for(const c of r.Certificates??[])console.log(c.certificate)' 2>/dev/null
section errors; journalctl -u ${TRAEFIK}.service -o cat -n 2000 --no-pager --since -1d 2>/dev/null | grep -i 'acme' | grep ' ERR ' | tail -n 20
section end
`

/** What stands on a machine and how it is, beside what its description says. */
export async function statusOf(connection: Connection, machine: Machine): Promise<Status> {
  const [found, { stdout }] = await Promise.all([survey(connection), connection.run(SCRIPT, { root: true })])
  const sections = new Map(
    stdout
      .split('\u001e')
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
  )
  if (!sections.has('end')) throw new PushError(`${machine.name} didn't say how it is.`)
  const entryPoints = entryPointsStatus(machine, found)
  const services = [ROUTER, TRAEFIK].map((unit) => serviceIn(`${unit}.service`, sections.get(`unit ${unit}`) ?? ''))
  return {
    version: found.installed?.version,
    versions: found.versions.filter((version) => version !== found.installed?.version),
    services,
    entryPoints,
    routes: routesIn(sections.get('routes') ?? ''),
    certificates: certificatesIn(sections.get('certificates') ?? ''),
    certificateErrors: (sections.get('errors') ?? '')
      .trim()
      .split('\n')
      .filter((line) => line !== ''),
    problems: problemsOf(machine, found, services, entryPoints),
  }
}

function problemsOf(
  machine: Machine,
  found: Survey,
  services: readonly ServiceStatus[],
  entryPoints: readonly EntryPointStatus[],
): readonly string[] {
  const { name } = machine
  if (found.installed === undefined) return [`Nothing is installed on ${name}. Run "rdc context push-infra ${name}".`]
  const of = (state: EntryPointStatus['state']): string =>
    entryPoints
      .filter((one) => one.state === state)
      .map((one) => one.name)
      .join(', ')
  const rows: readonly (readonly [string, string])[] = [
    [of('not pushed'), `registered here, and not on the machine yet. Run "rdc context push-infra ${name}".`],
    [
      of('closed'),
      `not open there. Run "rdc context push-infra ${name}", or look at "rdc context logs ${name} --traefik".`,
    ],
  ]
  return [
    ...services
      .filter(({ state }) => state !== 'active')
      .map(
        ({ unit, state }) =>
          `${unit} is ${state}. Look at "rdc context logs ${name}${unit.startsWith(TRAEFIK) ? ' --traefik' : ''}".`,
      ),
    ...(found.interrupted === undefined
      ? []
      : [`A push was cut off. Run "rdc context push-infra ${name}" to finish it.`]),
    ...rows.filter(([names]) => names !== '').map(([names, what]) => `${names}: ${what}`),
    ...blockingFirewalls(machine, found).map((one) => blockingSentence(name, one)),
  ]
}

function entryPointsStatus(machine: Machine, found: Survey): readonly EntryPointStatus[] {
  const place = bindOf(machine, found)
  if ('problem' in place) return []
  const known = new Set(found.installed?.manifest?.units ?? [])
  return socketsOf(machine, place.bind).map(({ entryPoint, unit, address, kind }) => {
    const [, host = '', port = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(address) ?? []
    const listener = found.listeners.find(
      (one) =>
        one.protocol === (kind === 'stream' ? 'tcp' : 'udp') &&
        one.port === Number(port) &&
        [host, '*'].includes(one.address),
    )
    const isOurs = listener?.isSystemd === true
    const state = isOurs ? 'listening' : !known.has(unit) ? 'not pushed' : listener ? 'taken' : 'closed'
    return { name: entryPoint, address: kind === 'stream' ? address : `${address}/udp`, state }
  })
}

function serviceIn(unit: string, text: string): ServiceStatus {
  const of = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    unit,
    state: of('ActiveState') || 'unknown',
    since: of('ActiveEnterTimestamp'),
    restarts: Number(of('NRestarts') || 0),
    text: of('StatusText'),
  }
}

function routesIn(text: string): Status['routes'] {
  try {
    const { routers } = JSON.parse(text) as { routers?: { http?: number; tcp?: number; udp?: number } }
    return routers && { http: routers.http ?? 0, tcp: routers.tcp ?? 0, udp: routers.udp ?? 0 }
  } catch {
    return undefined
  }
}

/** Lines of base64, each a chain in PEM. */
function certificatesIn(text: string): readonly CertificateStatus[] {
  return text.split('\n').flatMap((line) => {
    try {
      const certificate = new X509Certificate(Buffer.from(line, 'base64'))
      const names = (certificate.subjectAltName ?? '').split(', ').map((name) => name.replace(/^DNS:/, ''))
      return [{ names, issuer: certificate.issuer.replaceAll('\n', ', '), until: new Date(certificate.validTo) }]
    } catch {
      return []
    }
  })
}
