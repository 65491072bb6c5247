import { findExecutable } from '../executables.ts'
import { describeWith, INSTALL, missingParts } from '../real.ts'

/** What a throw-away server needs beside real daemons. */
const PROGRAMS = [
  ...['systemd-nspawn', 'sshd', 'ssh', 'ssh-keygen', 'sudo', 'dbus-daemon', 'nft', 'ip', 'nsenter', 'unshare'],
  ...['setpriv', 'useradd', 'curl', 'openssl', 'pebble'],
]

/** What this machine lacks for tests with a throw-away server: a sentence each, with the cure. Empty: nothing. */
export function missingForServer(): string[] {
  const missing = PROGRAMS.filter((name) => findExecutable(name) === undefined)
  return [...missingParts(), ...missing.map((name) => `${name} is not on PATH: ${INSTALL}.`)]
}

/** `describeReal` for tests with a throw-away server. */
export function describeServer(name: string, tests: () => void): void {
  describeWith(missingForServer(), name, tests)
}
