import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { MachineError } from './machine-error.ts'
import { forgetSecret, keepSecret, secretFileOf } from './secret-file.ts'

/** Where a machine's Cloudflare token is kept: a private file of its own. */
export const tokenFileOf = (folder: string, machine: string): string => secretFileOf(folder, `${machine}.cf-dns-token`)

export const keepToken = (folder: string, machine: string, token: string): Promise<void> =>
  keepSecret(tokenFileOf(folder, machine), `${token}\n`)

export const hasToken = (folder: string, machine: string): boolean => existsSync(tokenFileOf(folder, machine))

/** @throws {MachineError} where there is none, or what is there is none */
export async function readToken(folder: string, machine: string): Promise<string> {
  const file = tokenFileOf(folder, machine)
  if (!hasToken(folder, machine))
    throw new MachineError([
      `no Cloudflare token is kept for \`${machine}\`; give one with: rdc context set-infra ${machine} --cf-dns-token-file FILE`,
    ])
  return tokenIn(await readFile(file, 'utf8'), file)
}

export const forgetToken = (folder: string, machine: string): Promise<void> =>
  forgetSecret(tokenFileOf(folder, machine))

/**
 * The token in a text that somebody pasted: without blanks around it, quotes, or `Bearer`. What is wrong is said without the text.
 *
 * @param from where it comes from, for people: `--cf-dns-token`
 * @throws {MachineError} where it can't be a token
 */
export function tokenIn(text: string, from: string): string {
  const token = text
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .replace(/^Bearer(?:\s+|$)/i, '')
    .trim()
  const problem = SHAPES.find(([wrong]) => wrong.test(token))?.[1]
  if (problem !== undefined) throw new MachineError([`${from}: ${problem}`])
  return token
}

const SHAPES: readonly (readonly [wrong: RegExp, problem: string])[] = [
  [/^$/, 'there is no token in it'],
  [/\s/, 'a token is one word, and this has a blank or a line break inside'],
  [/[^!-~]/, 'a token has letters, digits, - and _ only, and this has a character that no header can carry'],
  [
    /^[\da-f]{37}$/,
    "this is a Global API Key, which can do everything with the account; make an API token that has Zone:DNS:Edit for the domain's zone",
  ],
]
