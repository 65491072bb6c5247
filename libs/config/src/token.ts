import { statSync } from 'node:fs'
import { ConfigError, readBytes } from '@route-server/disk/reading'

/** What Traefik has to show for the route document. */
export interface Token {
  readonly token: string
  /** Sentences for the operator, about the file. */
  readonly warnings: readonly string[]
}

const SHORTEST = 16
const CURE = 'Make one with: openssl rand -hex 32'

/**
 * The token in the file: one line, of which one line feed at the end isn't part.
 *
 * @throws {ConfigError} where there is none, or one that is too short or that no header can carry
 */
export function readToken(file: string): Token {
  const token = Buffer.from(readBytes(file, 'token file'))
    .toString('latin1')
    .replace(/\r?\n$/, '')
  const problem = problemOf(token)
  if (problem !== undefined) throw new ConfigError([`${file}: ${problem}`])
  return { token, warnings: warningsOf(file) }
}

function problemOf(token: string): string | undefined {
  if (token === '') return `this token file is empty. ${CURE}`
  if (/[\r\n]/.test(token)) return 'a token file has one line, and this one has several.'
  if (!/^[!-~]+$/.test(token))
    return `the token in it has a blank or a character that isn't ASCII, and no header could carry it. ${CURE}`
  return token.length < SHORTEST
    ? `the token in it has ${token.length} characters, and ${SHORTEST} are the least. ${CURE}`
    : undefined
}

function warningsOf(file: string): readonly string[] {
  const mode = statSync(file).mode & 0o777
  return (mode & 0o044) === 0
    ? []
    : [`${file}: other users may read the token (its mode is ${mode.toString(8)}); chmod 600 it, and make a new token.`]
}
