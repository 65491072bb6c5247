import { found } from '../causes.ts'
import type { MachineFacts, MachineSeen, MachineSettings } from './machine.ts'
import { split } from '../sentences.ts'

/** `bad`: something doesn't work. `doubtful`: it may not, or not for long. */
export type State = 'bad' | 'doubtful' | 'well' | 'unknown'

/** One line of the table. */
export interface Check {
  readonly state: State
  /** What was looked at: `daemons`, `clock`. */
  readonly subject: string
  readonly says: string
  /** What to do; left out where there is nothing. */
  readonly cure?: string
}

export interface Patient {
  readonly settings: MachineSettings
  /** Left out where the route server doesn't answer. */
  readonly facts?: MachineFacts
  readonly seen: MachineSeen
}

type Look = (patient: Patient) => readonly Omit<Check, 'subject'>[]
type Row = Omit<Check, 'subject'>

const well = (says: string): Row => ({ state: 'well', says })
const unknown = (says: string): Row => ({ state: 'unknown', says })

/** What is bad, else what there is to say in its place. */
const orElse = (rows: readonly Row[], otherwise: Row): readonly Row[] => (rows.length > 0 ? rows : [otherwise])

const machineOf = ({ settings: { machine } }: Patient): string => machine ?? 'MACHINE'
const UNHEARD = "what the route server would know isn't known"

const routeServer: Look = ({ facts, seen }) => {
  if (!facts)
    return [
      { state: 'bad', says: seen.silence ?? 'it does not answer', cure: 'systemctl status rediacc-router.service' },
    ]
  const { document, problems } = facts
  const waits = 'waitingFor' in document ? [document.waitingFor.join(' ')] : []
  const rows = [...waits, ...problems].map((sentence): Row => {
    const [says, cure] = split(sentence)
    return { state: 'bad', says, ...(cure !== '' && { cure }) }
  })
  return orElse(rows, well(`it serves${'revision' in document ? ` revision ${document.revision}` : ''}`))
}

const daemons: Look = ({ facts }) => {
  if (!facts) return [unknown(UNHEARD)]
  const rows = facts.daemons
    .filter(({ state }) => state !== 'live')
    .map(({ daemon, network, state, since, reason = '' }): Row => ({
      state: state === 'stale' || state === 'pending' ? 'bad' : 'doubtful',
      says: `${daemon} is ${state} since ${new Date(since).toISOString()}${reason === '' ? '' : `: ${reason.replace(/\.$/, '')}`}`,
      cure: `systemctl status rediacc-docker@${network}.service`,
    }))
  const live = facts.daemons.length - rows.length
  return facts.daemons.length === 0
    ? [{ state: 'doubtful', says: 'there is none', cure: 'Start a repository: rdc repo up, or renet repo create' }]
    : [...rows, ...(live > 0 ? [well(`${live} of ${facts.daemons.length} live`)] : [])]
}

const LEVELS = { error: 'bad', warning: 'doubtful', info: 'doubtful' } as const
const ABOUT_SOCKETS = new Set([
  'SOCKET_UNREADABLE',
  'FOLDER_UNREADABLE',
  'NETWORK_ID_TAKEN',
  'SOCKET_NAME_INVALID',
  'DAEMON_TOO_OLD',
])

const sockets: Look = ({ facts, seen }) => {
  const said = (facts?.diagnostics ?? [])
    .filter(({ code }) => ABOUT_SOCKETS.has(code))
    .map(({ level, message }): Row => {
      const [says, cure] = split(message)
      return { state: LEVELS[level], says, cure }
    })
  const open = seen.sockets
    .filter(({ mode }) => (mode & 0o002) !== 0)
    .map(({ path }): Row => ({
      state: 'bad',
      says: `every user of this machine may write to ${path}, which is as good as being root`,
      cure: `chmod o-rwx ${path}`,
    }))
  return orElse(
    [...said, ...open],
    seen.sockets.length === 0 ? unknown('none is there') : well(`${seen.sockets.length}, private to their group`),
  )
}

const clock: Look = ({ seen: { isSynchronised } }) =>
  isSynchronised === undefined
    ? [unknown('nobody here says whether it is synchronised (timedatectl)')]
    : isSynchronised
      ? [well('synchronised')]
      : [
          {
            state: 'doubtful',
            says: 'it is not synchronised: certificates fail when it is off by much',
            cure: 'timedatectl set-ntp true',
          },
        ]

const LITTLE_BYTES = 100 * 2 ** 20
const LITTLE_SHARE = 0.02
const mebibytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`

const disk: Look = ({ seen, settings: { stateDir } }) => {
  if (!seen.disk) return [unknown(`${stateDir} can't be looked at`)]
  const { freeBytes, freeInodes, inodes } = seen.disk
  const cure = `Make room on the disk of ${stateDir}: df -h ${stateDir}`
  if (freeBytes < LITTLE_BYTES)
    return [{ state: 'bad', says: `${mebibytes(freeBytes)} are free for ${stateDir}`, cure }]
  if (inodes > 0 && freeInodes < LITTLE_SHARE * inodes)
    return [{ state: 'bad', says: `${freeInodes} of ${inodes} inodes are free for ${stateDir}`, cure }]
  return [well(`${mebibytes(freeBytes)} free for ${stateDir}`)]
}

const minorOf = (version: string): number => Number(/^v?3\.(\d+)/.exec(version)?.[1] ?? NaN)

const traefikVersion: Look = ({ seen: { traefik, untrusted }, settings }) => {
  if (untrusted !== undefined) {
    const { cure } = found('API_UNTRUSTED', { why: untrusted })
    return [
      {
        state: 'bad',
        says: `${untrusted}; it wasn't shown the password of Traefik's API`,
        cure: cure.replace(/\.$/, ''),
      },
    ]
  }
  if (!traefik) return [unknown("Traefik's API answers nowhere that is known; name it with --traefik-api")]
  const [real, set] = [minorOf(traefik.version), minorOf(settings.traefikVersion)]
  if (Number.isNaN(real))
    return [
      {
        state: 'bad',
        says: `Traefik ${traefik.version} runs, and only 3.3 and later read the route document`,
        cure: 'Install Traefik 3',
      },
    ]
  return real < set
    ? [
        {
          state: 'bad',
          says: `Traefik ${traefik.version} runs, and the route server writes for ${settings.traefikVersion}: what the older one refuses isn't left out`,
          cure: `Set traefikVersion: '3.${real}', or update Traefik`,
        },
      ]
    : [well(`${traefik.version}; the route server writes for ${settings.traefikVersion}`)]
}

const polls: Look = ({ facts }) => {
  if (!facts) return [unknown(UNHEARD)]
  const { fetches, runsForSeconds, settings } = facts
  if (settings.publishedAs !== undefined) return [well(`Traefik watches ${settings.publishedAs}`)]
  const { traefik } = fetches
  const bad = (finding: { readonly says: string; readonly cure: string }): readonly Row[] => [
    { state: 'bad', says: finding.says, cure: finding.cure.replace(/\.$/, '') },
  ]
  if (!traefik)
    return runsForSeconds < 15
      ? [unknown('started a moment ago')]
      : bad(found('FETCH_NEVER', { seconds: runsForSeconds }))
  if (traefik.status === 401) return bad(found('FETCH_REFUSED', traefik))
  return traefik.secondsAgo > 30
    ? bad(found('FETCH_OLD', { seconds: traefik.secondsAgo }))
    : [well(`Traefik fetched the route document ${traefik.secondsAgo} s ago`)]
}

const entryPoints: Look = (patient) => {
  const { facts, seen, settings } = patient
  const machine = machineOf(patient)
  const asked = (facts?.unregistered ?? []).map(({ entryPoint, routers }): Row => ({
    state: 'bad',
    says: `labels of ${routers} ${routers === 1 ? 'router' : 'routers'} name ${entryPoint}, which this machine doesn't have`,
    cure: `rdc context set-infra ${machine} --tcp-ports PORT and rdc context push-infra ${machine}; or correct the labels`,
  }))
  if (!seen.traefik) return orElse(asked, unknown("what Traefik has isn't known without its API"))
  const has = Object.keys(seen.traefik.entryPoints)
  const missing = (settings.entryPoints ?? []).filter((name) => !has.includes(name))
  const wild = Object.entries(seen.traefik.entryPoints).filter(([, address]) =>
    /^(?:0\.0\.0\.0|\[?::\]?)?:\d+/.test(address),
  )
  return orElse(
    [
      ...asked,
      ...missing.map((name): Row => ({
        state: 'bad',
        says: `${name} is registered, and Traefik doesn't have it`,
        cure: `rdc context push-infra ${machine}`,
      })),
      ...wild.map(([name, address]): Row => ({
        state: 'doubtful',
        says: `${name} binds all addresses (${address}), and collides with a service that listens on that port`,
        cure: "Bind it to the machine's public address",
      })),
    ],
    well(`${has.length}, as registered`),
  )
}

const isLoopback = (host: string): boolean => /^127\./.test(host) || host === '::1' || host === 'localhost'

const exposure: Look = ({ settings: { listen, hasToken, publishedAs }, seen: { traefik } }) => {
  const rows: Row[] = []
  if (!isLoopback(listen.host))
    rows.push({
      state: hasToken ? 'doubtful' : 'bad',
      says: `the route server listens on ${listen.host}:${listen.port}, for others than this machine`,
      cure: 'Set listen: 127.0.0.1:7111',
    })
  if (!hasToken && publishedAs === undefined)
    rows.push({
      state: 'doubtful',
      says: 'every container on this machine can read /routes.yaml, with the secrets that labels have in it',
      cure: "Set tokenFile, and Traefik's providers.http.headers; rdc context push-infra does both",
    })
  if (traefik?.isOpen === true)
    rows.push({
      state: 'doubtful',
      says: `Traefik's API at ${traefik.api} answers every container on this machine without a password`,
      cure: 'Put basicAuth before api@internal, as rdc context push-infra does, or switch api.insecure off',
    })
  return orElse(rows, well('on the loopback, behind a token'))
}

const DAY_MS = 86_400_000
const LATE_DAYS = 14

const certificates: Look = (patient) => {
  const { seen } = patient
  if (seen.certificates.length === 0) return [unknown('none was served to look at')]
  const cure = `rdc dns check ${machineOf(patient)}; journalctl -u rediacc-traefik.service | grep -i acme`
  const rows = seen.certificates.flatMap(({ host, until, isFor, isTrusted, issuer, why }): readonly Row[] => {
    const days = Math.floor((Date.parse(until) - Date.now()) / DAY_MS)
    if (!isFor) return [{ state: 'bad', says: `${host} has none of its own`, cure }]
    if (days < 0) return [{ state: 'bad', says: `${host}'s ended at ${until}`, cure }]
    if (!isTrusted) return [{ state: 'bad', says: `${host}'s isn't trusted (${issuer}: ${why})`, cure }]
    return days < LATE_DAYS ? [{ state: 'doubtful', says: `${host}'s ends in ${days} days`, cure }] : []
  })
  return orElse(rows, well(`${seen.certificates.length} looked at, none near its end`))
}

/** What is looked at; in this order where two are equally bad. */
const LOOKS: Readonly<Record<string, Look>> = {
  'route server': routeServer,
  daemons,
  sockets,
  traefik: traefikVersion,
  polls,
  'entry points': entryPoints,
  certificates,
  exposure,
  clock,
  disk,
}

const WORST_FIRST: readonly State[] = ['bad', 'doubtful', 'unknown', 'well']

/** How the machine is: every check, worst first. Pure. */
export function examine(patient: Patient): readonly Check[] {
  const checks = Object.entries(LOOKS).flatMap(([subject, look]) =>
    look(patient).map(({ state, says, cure }): Check => ({
      state,
      subject,
      says,
      ...(cure !== undefined && { cure }),
    })),
  )
  return checks
    .map((check, at) => ({ check, at }))
    .sort((a, b) => WORST_FIRST.indexOf(a.check.state) - WORST_FIRST.indexOf(b.check.state) || a.at - b.at)
    .map(({ check }) => check)
}

/** The table, for people: a line for each check, and what to do below it. */
export function tableOf(checks: readonly Check[]): readonly string[] {
  const width = Math.max(...checks.map(({ subject }) => subject.length))
  return checks.flatMap(({ state, subject, says, cure }) => [
    `${state.padEnd(8)}  ${subject.padEnd(width)}  ${says}`,
    ...(cure === undefined ? [] : [`${' '.repeat(12 + width)}→ ${cure}`]),
  ])
}
