import type { Config } from '@route-server/config'
import { maskSecrets } from '@route-server/server'
import { visible } from '@route-server/terminal'
import { pino } from 'pino'
import pretty from 'pino-pretty'

/** What the app and the libraries log with. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>

/** What strangers wrote, as anybody may read it: without secrets, and without what could drive a terminal. */
export const harmless = (text: string): string => visible(maskSecrets(text))

const maskedField = (value: unknown): unknown => {
  if (typeof value === 'string') return maskSecrets(value)
  if (!(value instanceof Error)) return value
  const { type, message, stack } = pino.stdSerializers.err(value)
  return { type, message: maskSecrets(message), stack: maskSecrets(stack) }
}

/** One line per message on standard output: sentences for people, or JSON with every fact. Neither has secrets in it. */
export function createLog({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>): Log {
  const options: pino.LoggerOptions = {
    level: logLevel,
    base: null,
    formatters: {
      log: (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, maskedField(value)])),
    },
    hooks: {
      logMethod(given, method) {
        const [fields, message, ...rest] = given
        method.apply(this, [fields, typeof message === 'string' ? maskSecrets(message) : message, ...rest])
      },
    },
  }
  if (logFormat === 'json') return pino(options)
  const messageFormat = (line: Readonly<Record<string, unknown>>, key: string): string => visible(String(line[key]))
  // The journal has the time already.
  const time = process.env['JOURNAL_STREAM'] === undefined ? '' : ',time'
  return pino(
    options,
    pretty({
      sync: true,
      hideObject: true,
      translateTime: 'SYS:HH:MM:ss',
      ignore: `pid,hostname${time}`,
      messageFormat,
    }),
  )
}
