import type { Config } from '@route-server/config'
import { pino } from 'pino'
import pretty from 'pino-pretty'

/** What the app and the libraries log with. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>

/** What could drive a terminal, or turn its text around. */
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Names and labels come from strangers; a terminal must not obey them. */
export const visible = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** One line per message on standard output: sentences for people, or JSON with every fact. */
export function createLog({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>): Log {
  const options = { level: logLevel, base: null }
  if (logFormat === 'json') return pino(options)
  const messageFormat = (line: Readonly<Record<string, unknown>>, key: string): string => visible(String(line[key]))
  return pino(
    options,
    pretty({ sync: true, hideObject: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', messageFormat }),
  )
}
