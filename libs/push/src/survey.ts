import type { Program } from '@route-server/installation'
import type { Connection } from '@route-server/ssh'
import { readManifest, type Manifest } from './manifest.ts'
import { PushError } from './push-error.ts'
import { FILE, SECTION, SURVEY_SCRIPT } from './survey-script.ts'

/** Who listens somewhere. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp'
  /** `203.0.113.50`, `2001:db8::1`, `*` for every address. */
  readonly address: string
  readonly port: number
  /** `nginx (pid 812)`; empty where it can't be known. */
  readonly process: string
  /** systemd holds it, as it does Traefik's sockets. */
  readonly isSystemd: boolean
}

/** What is on a machine. */
export interface Survey {
  readonly system: string
  /** `x86_64`, `aarch64` … as the kernel says it. */
  readonly hardware: string
  readonly host: string
  readonly isRoot: boolean
  /** 0: there is no running systemd. */
  readonly systemd: number
  readonly missingTools: readonly string[]
  /** Seconds that the machine's clock is ahead of this computer's; 0 where it can't be known. */
  readonly clockAhead: number
  readonly addresses: readonly string[]
  /** The IPv4 address from which it reaches others. */
  readonly primary: string | undefined
  readonly listeners: readonly Listener[]
  /** Bytes. */
  readonly freeSpace: number
  readonly firewall: { readonly nft: string; readonly ufw: string; readonly firewalld: string }
  readonly installed: Installed | undefined
  /** Version that a push was putting in force when it ended. */
  readonly interrupted: string | undefined
  /** Hashes of programs that are there. */
  readonly programs: ReadonlySet<string>
  /** A Traefik of the machine's own that is recent enough. */
  readonly traefik: Program | undefined
  /** Versions that are there, newest first. */
  readonly versions: readonly string[]
  /** Secrets that were made for the machine, by name. */
  readonly kept: ReadonlyMap<string, string>
}

/** The version in force. */
export interface Installed {
  readonly version: string
  readonly manifest: Manifest | undefined
  /** Texts by path, but for secrets. */
  readonly files: ReadonlyMap<string, string>
  /** SHA-256 of each secret, by path. */
  readonly sealed: ReadonlyMap<string, string>
}

/** @throws {SshError} where the machine can't be asked, {@link PushError} where it gives no answer. */
export async function survey(connection: Connection): Promise<Survey> {
  const before = Date.now()
  const { stdout, stderr } = await connection.run(SURVEY_SCRIPT, { root: true })
  return readSurvey(stdout, (before + Date.now()) / 2000, stderr)
}

export function readSurvey(text: string, now: number, stderr = ''): Survey {
  const sections = new Map(
    text
      .split(SECTION)
      .slice(1)
      .map((part): [string, string] => {
        const end = part.indexOf('\n')
        return [part.slice(0, end), part.slice(end + 1)]
      }),
  )
  if (!sections.has('end'))
    throw new PushError(`The machine didn't say what is on it: ${stderr.trim() || 'its answer is cut off'}.`)
  const of = (name: string): string => sections.get(name)?.trim() ?? ''
  const lines = (name: string): readonly string[] =>
    of(name)
      .split('\n')
      .filter((line) => line !== '')
  const [system = '', hardware = ''] = of('kernel').split(' ')
  return {
    system,
    hardware,
    host: of('host'),
    isRoot: of('id') === '0',
    systemd: Number(/\d+/.exec(of('systemd'))?.[0] ?? 0),
    missingTools: lines('tools'),
    clockAhead: of('clock') === '' ? 0 : Math.round(Number(of('clock')) - now),
    addresses: lines('addresses').flatMap((line) => /\binet6? ([0-9a-f.:]+)/.exec(line)?.[1] ?? []),
    primary: /\bsrc ([0-9.]+)/.exec(of('primary'))?.[1],
    listeners: lines('listeners').flatMap(listenerIn),
    freeSpace: Number(of('space').split(/\s+/)[3] ?? 0) * 1024,
    firewall: { nft: of('firewall'), ufw: of('ufw'), firewalld: of('firewalld') },
    installed: installedIn(of('version'), sections.get('files') ?? '', lines('sealed')),
    interrupted: of('interrupted') || undefined,
    programs: new Set(lines('programs')),
    traefik: traefikIn(of('traefik')),
    versions: lines('previous'),
    kept: new Map([...filesIn(sections.get('kept') ?? '')].map(([name, content]) => [name, content.trimEnd()])),
  }
}

const filesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(FILE)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n')
        return [part.slice(0, end), part.slice(end + 1)]
      }),
  )

function installedIn(link: string, files: string, sealed: readonly string[]): Installed | undefined {
  const version = link.split('/').at(-1) ?? ''
  if (version === '') return undefined
  const texts = filesIn(files)
  return {
    version,
    manifest: readManifest(texts.get('manifest.json')),
    files: texts,
    sealed: new Map(
      sealed.map((line) => {
        const [hash = '', name = ''] = line.split(/\s+/)
        return [`secrets/${name}`, hash]
      }),
    ),
  }
}

/** Entry points by systemd's sockets, and all that the configuration says, are known to 3.7 and newer. */
function traefikIn(line: string): Program | undefined {
  const [sha256 = '', bytes = '', version = '', ...path] = line.split(' ')
  if (!/^3\.([7-9]|\d\d)\.\d+$/.test(version) || !/^[0-9a-f]{64}$/.test(sha256)) return undefined
  return { name: 'traefik', file: '', sha256, bytes: Number(bytes), version, onMachine: path.join(' ') }
}

/** A line of `ss -Hltunp`. */
function listenerIn(line: string): Listener[] {
  const [protocol, , , , local = '', , ...rest] = line.split(/\s+/)
  const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(local) ?? []
  if ((protocol !== 'tcp' && protocol !== 'udp') || port === '') return []
  const users = [...rest.join(' ').matchAll(/\("([^"]*)",pid=(\d+)/g)]
  const [, name, pid] = users[0] ?? []
  const plain = address.replaceAll(/[[\]]/g, '').replace(/%.*$/, '')
  return [
    {
      protocol,
      address: ['0.0.0.0', '::', '*'].includes(plain) ? '*' : plain,
      port: Number(port),
      process: name === undefined ? '' : `${name} (pid ${pid ?? ''})`,
      isSystemd: users.some(([, , id]) => id === '1'),
    },
  ]
}
