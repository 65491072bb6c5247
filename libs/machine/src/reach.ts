import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { familyOf } from './addresses.ts'
import { checked, type Checked } from './checked.ts'
import { toAscii } from './domain.ts'

/** A machine's name is also the name of files. */
export function machineName(text: string): Checked {
  return /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/.test(text)
    ? { value: text }
    : { problem: 'expected a name of lower-case letters, digits and dashes, such as server-1' }
}

/** What OpenSSH is given as a word of its command line must never look like one of its options. */
const WORD = /^[^\s-]\S*$/

function host(text: string): Checked {
  const name = toAscii(text)
  if (familyOf(text) !== undefined) return { value: text }
  // A host of ~/.ssh/config may have any name.
  if (name !== undefined || /^[\w][\w.-]*$/.test(text)) return { value: name ?? text }
  return { problem: 'expected an address or a host name' }
}

const word =
  (expected: string, pattern: RegExp = WORD) =>
  (text: string): Checked =>
    pattern.test(text) ? { value: text } : { problem: `expected ${expected}` }

const PORT = 'expected a port from 1 to 65535'

const wholePort = z.number(PORT).int(PORT).min(1, PORT).max(65_535, PORT)

/** How OpenSSH reaches a machine: every part, and what may stand there. */
export const reachShape = {
  host: checked(host),
  user: checked(word('the name of a user, such as deploy', /^[\w][\w.@\\-]*$/)).optional(),
  port: z
    .preprocess((value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value), wholePort)
    .optional(),
  identity: checked((text) =>
    isAbsolute(text) ? { value: text } : { problem: 'expected the absolute path of a file' },
  ).optional(),
  jump: checked(word('a host to go through, such as bastion.example.com or user@host:port')).optional(),
}
