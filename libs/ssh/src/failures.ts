import type { Reach } from '@route-server/machine'
import { commandFor } from './arguments.ts'
import { SshError } from './ssh-error.ts'

interface Place {
  readonly reach: Reach
  readonly configFile: string | undefined
}

type Row = readonly [said: RegExp, sentence: (place: Place, found: RegExpExecArray) => string]

const whom = ({ reach: { host, user, port } }: Place): string =>
  `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : ` port ${port}`}`
const tryIt = ({ reach, configFile }: Place): string => `Try "${commandFor(reach, configFile)}".`

/** What OpenSSH says, and what that means here; the first that fits. */
const CONNECTING: readonly Row[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/,
    (place) =>
      `The host key of ${place.reach.host} isn't the one that is known: it was installed anew, or somebody is in between. Nothing was sent. ` +
      `Find out which; if it is all right, "ssh-keygen -R ${place.reach.host}" forgets the old key.`,
  ],
  [/Host key verification failed|host key is known for/, (place) => unknownKey(place)],
  [
    /Too many authentication failures/,
    (place) =>
      `${whom(place)} refused before the right key was tried: the agent offers too many. Name the key: rdc context add-machine … --identity FILE.`,
  ],
  [
    /Permission denied \(([^)]*)\)/,
    (place, [, methods = '']) =>
      `${whom(place)} doesn't accept this user's keys (it takes: ${methods}). ${tryIt(place)} Another user or key: rdc context add-machine … --user, --identity.`,
  ],
  [
    /(Load key|Identity file) "?([^"\n:]*)"?.*(No such file|not accessible|invalid format|bad permissions|error in libcrypto)/i,
    (_, [, , file = '', why = '']) => `The key ${file} can't be used: ${why.toLowerCase()}.`,
  ],
  [
    /Could not resolve hostname ([^\s:]+)/,
    (_, [, name = '']) => `There is no host ${name}: the name can't be resolved.`,
  ],
  [
    /Connection refused/,
    (place) => `${whom(place)} refuses connections: no SSH server listens there. Is the port right (--port)?`,
  ],
  [
    /timed out|No route to host|Network is unreachable|Host is down/i,
    (place, [why]) =>
      `${whom(place)} can't be reached (${why.toLowerCase()}). Is the address right, and the machine on?`,
  ],
  [
    /Connection (reset|closed)|kex_exchange_identification|banner exchange/i,
    (place) =>
      `${whom(place)} closed the connection while it was being made: no SSH server, or it is overloaded. ${tryIt(place)}`,
  ],
  [
    /command-line|Bad configuration option|line \d+:/,
    (_, { input }) => `OpenSSH doesn't take its configuration: ${lastLine(input)}`,
  ],
]

function unknownKey({ reach, configFile }: Place): string {
  return (
    `The host key of ${reach.host} isn't known, and there is no terminal to ask on. ` +
    `Run "${commandFor(reach, configFile)}" once, compare the key, and accept it.`
  )
}

/** What `sudo -n` says. */
const SUDO: readonly Row[] = [
  [
    /sudo: (command )?not found|sudo: No such file|sudo.*not found/,
    (place) =>
      `${whom(place)} isn't root, and there is no sudo on the machine. Log in as root (--user root), or install sudo.`,
  ],
  [
    /password is required|a terminal is required|must have a tty|no askpass/,
    (place) =>
      `sudo on ${place.reach.host} wants a password. Allow it without: "echo '${place.reach.user ?? 'USER'} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/rediacc" there; or log in as root (--user root).`,
  ],
  [
    /not in the sudoers|may not run sudo|not allowed to (execute|run)/,
    (place) => `${whom(place)} may not use sudo on that machine. Log in as one who may, or as root (--user).`,
  ],
  [/sudo:/, (_, { input }) => `sudo doesn't work there: ${lastLine(input)}`],
]

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''

function firstOf(rows: readonly Row[], said: string, place: Place): string | undefined {
  for (const [pattern, sentence] of rows) {
    const found = pattern.exec(said)
    if (found) return sentence(place, found)
  }
  return undefined
}

export const isUnknownKey = (said: string): boolean =>
  /Host key verification failed|host key is known for/.test(said) && !/HAS CHANGED|has changed/.test(said)

export const connectingFailed = (place: Place, said: string): SshError =>
  new SshError(
    firstOf(CONNECTING, said, place) ??
      `ssh can't connect to ${whom(place)}: ${lastLine(said) || 'it says nothing'}. ${tryIt(place)}`,
  )

export const sudoFailed = (place: Place, said: string): SshError | undefined => {
  const sentence = firstOf(SUDO, said, place)
  return sentence === undefined ? undefined : new SshError(sentence)
}

export const connectionLost = (place: Place, said: string): SshError =>
  new SshError(`The connection to ${whom(place)} was lost${said.trim() === '' ? '' : `: ${lastLine(said)}`}.`)

export const shellFailed = (place: Place, said: string): SshError =>
  new SshError(
    `The login shell on ${place.reach.host} runs no commands${said.trim() === '' ? '' : ` (it says: ${lastLine(said)})`}. Log in as another user (--user).`,
  )
