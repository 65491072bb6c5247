import type { Reach } from '@route-server/machine'

/** Arguments of OpenSSH for a machine. What the machine's description leaves out is left to `~/.ssh/config`. */
export function argumentsFor({ user, port, identity, jump }: Reach, configFile: string | undefined): string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identity === undefined ? [] : ['-i', identity, '-o', 'IdentitiesOnly=yes']),
    ...(jump === undefined ? [] : ['-J', jump]),
  ]
}

/** A word for a POSIX shell, whatever is in it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** The command with which a person reaches the machine. */
export const commandFor = (reach: Reach, configFile: string | undefined): string =>
  ['ssh', ...argumentsFor(reach, configFile), reach.host].map(quoted).join(' ')
