import { describe, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import {
  COMPOSE_VERSION,
  composePath,
  findExecutable,
  isExecutable,
  TRAEFIK_VERSION,
  traefikPath,
} from './executables.ts'

/** What to do about a program that isn't there. */
export const INSTALL = 'run `bash tools/testbed/install.sh` as root'
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
  ...['dockerd', 'containerd', 'runc', 'tar'].map((name) => ({
    present: () => findExecutable(name) !== undefined,
    sentence: `${name} is not on PATH: ${INSTALL}.`,
  })),
  {
    present: () => isExecutable(traefikPath()),
    sentence: `Traefik ${TRAEFIK_VERSION} is not at ${traefikPath()}: ${INSTALL}.`,
  },
]

const COMPOSE: Part = {
  present: () => isExecutable(composePath()),
  sentence: `Docker Compose ${COMPOSE_VERSION} is not at ${composePath()}: ${INSTALL}, with go on PATH.`,
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

const missingOf = (parts: readonly Part[]): string[] =>
  parts.filter(({ present }) => !present()).map(({ sentence }) => sentence)

/**
 * A `describe` for tests with real parts. Where parts are missing they are skipped and that is said;
 * with `CI=true`, where they are required, one test fails with what is missing.
 */
export function describeReal(name: string, tests: () => void): void {
  describeWith(missingParts(), name, tests)
}

/** The same for tests with a real Docker Compose and nothing else; no root needed. */
export function describeCompose(name: string, tests: () => void): void {
  describeWith(missingOf([COMPOSE]), name, tests)
}

/** The same for tests with Docker Compose on real daemons. */
export function describeRealCompose(name: string, tests: () => void): void {
  describeWith(missingOf([...PARTS, COMPOSE]), name, tests)
}

/** The same for tests that need what `missing` has a sentence for each. */
export function describeWith(missing: readonly string[], name: string, tests: () => void): void {
  if (missing.length === 0) {
    describe(name, tests)
  } else if (process.env['CI'] === 'true') {
    describe(name, () => {
      test('has the real parts that CI=true requires', () => {
        throw new Error(missing.join('\n'))
      })
    })
  } else {
    process.stderr.write(`Skipped: ${name}. ${missing.join(' ')}\n`)
    describe.skip(`${name} (skipped: ${missing.join(' ')})`, tests)
  }
}
