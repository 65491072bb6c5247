import { existsSync, readFileSync } from 'node:fs'
import {
  COMPOSE_VERSION,
  composePath,
  findExecutable,
  isExecutable,
  promtoolPath,
  TRAEFIK_VERSION,
  traefikPath,
} from './executables.ts'

/** What to do about a program that isn't there. */
const INSTALL = 'run `bash tools/testbed/install.sh` as root'
const CAP_SYS_ADMIN = 21n

interface Part {
  readonly present: () => boolean
  readonly sentence: string
}

/** What real daemons and a real Traefik need of a machine: how to see it, and what to say where it is missing. */
const PARTS: readonly Part[] = [
  {
    present: () => process.platform === 'linux',
    sentence: 'This is not Linux: run the tests on a Linux machine.',
  },
  {
    present: () => process.getuid?.() === 0,
    sentence: 'This process is not root, and dockerd needs it: run the tests as root.',
  },
  {
    present: mayMount,
    sentence: 'This process may not mount (no CAP_SYS_ADMIN): give the surrounding container `--privileged`.',
  },
  {
    present: () => ['cgroup.controllers', 'devices'].some((file) => existsSync(`/sys/fs/cgroup/${file}`)),
    sentence: 'There are no cgroups in /sys/fs/cgroup: mount them, or give the surrounding container `--privileged`.',
  },
  ...['dockerd', 'containerd', 'runc', 'tar'].map(program),
  {
    present: () => isExecutable(traefikPath()),
    sentence: `Traefik ${TRAEFIK_VERSION} is not at ${traefikPath()}: ${INSTALL}.`,
  },
]

const COMPOSE: Part = {
  present: () => isExecutable(composePath()),
  sentence: `Docker Compose ${COMPOSE_VERSION} is not at ${composePath()}: ${INSTALL}, with go on PATH.`,
}

const PROMTOOL: Part = {
  present: () => isExecutable(promtoolPath()),
  sentence: `promtool is not at ${promtoolPath()}: ${INSTALL}.`,
}

/** What a throw-away server and its small internet need beside that. */
const SERVER: readonly Part[] = [
  ...['systemd-nspawn', 'sshd', 'ssh', 'ssh-keygen', 'sudo', 'dbus-daemon', 'nft', 'ip', 'nsenter', 'unshare'],
  ...['setpriv', 'useradd', 'curl', 'nc', 'ps', 'openssl', 'pebble'],
].map(program)

/** What the images of the documentation's example are made of. */
const POSTGRES: Part = {
  present: () => existsSync('/usr/lib/postgresql'),
  sentence: `PostgreSQL is not in /usr/lib/postgresql: ${INSTALL}.`,
}

/** What tests need that look at a page. */
export const missingBrowser = (): string[] => missingOf([program('chromium')])

function program(name: string): Part {
  return {
    present: () => findExecutable(name) !== undefined,
    sentence: `${name} is not on PATH: ${INSTALL}.`,
  }
}

function mayMount(): boolean {
  if (!existsSync('/proc/self/status')) return false
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return ((BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n) === 1n
}

/** What this machine lacks for tests with real daemons and a real Traefik: a sentence each, with the cure. Empty: nothing. */
export function missingParts(): string[] {
  return missingOf(PARTS)
}

/** The same of what else tests need: promtool beside them; Docker Compose alone, or on real daemons; a throw-away server, and one that runs repositories. */
export const missingForMetrics = (): string[] => missingOf([...PARTS, PROMTOOL])
export const missingCompose = (): string[] => missingOf([COMPOSE])
export const missingRealCompose = (): string[] => missingOf([...PARTS, COMPOSE])
export const missingForServer = (): string[] => missingOf([...PARTS, ...SERVER])
export const missingForRepository = (): string[] =>
  missingOf([...PARTS, ...SERVER, COMPOSE, POSTGRES, ...['docker', 'busybox'].map(program)])

const missingOf = (parts: readonly Part[]): string[] =>
  parts.filter(({ present }) => !present()).map(({ sentence }) => sentence)
