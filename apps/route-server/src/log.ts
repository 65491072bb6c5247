import type { Config } from '@route-server/config'
import { maskSecrets } from '@route-server/server'
import { visible } from '@route-server/terminal'
import { pino } from 'pino'
import pretty from 'pino-pretty'
import { printsToJournal, withPriority } from './journal.ts'

/** What the app and the libraries log with. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>

/** What strangers wrote, as anybody may read it: without secrets, and without what could drive a terminal. */
export const harmless = (text: string): string => visible(maskSecrets(text))

function maskedField(value: unknown): unknown {
  if (typeof value === 'string') return maskSecrets(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(maskedField)
  if (!(value instanceof Error)) return maskedFields(value)
  const { type, message, stack } = pino.stdSerializers.err(value)
  return { type, message: maskSecrets(message), stack: maskSecrets(stack) }
}

const maskedFields = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, maskedField(value)]))

/** Where lines go. */
export interface Output {
  readonly isJournal: boolean
  write(text: string): unknown
}

function standardOutput(): Output {
  const stream = pino.destination({ dest: 1, sync: true })
  return { isJournal: printsToJournal(), write: (text) => stream.write(text) }
}

/** pino writes it first. */
const levelOf = (line: string): number => Number(/^\{"level":(\d+)/.exec(line)?.[1])

/**
 * One line per message, on standard output unless told: sentences for people, or JSON with every fact. Neither has secrets in it. In
 * systemd's journal each has its priority, and no time, which the journal has already.
 */
export function createLog(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  output: Output = standardOutput(),
): Log {
  const options: pino.LoggerOptions = {
    level: logLevel,
    base: null,
    formatters: { log: maskedFields },
    hooks: {
      logMethod(given, method) {
        const [fields, message, ...rest] = given
        method.apply(this, [fields, typeof message === 'string' ? maskSecrets(message) : message, ...rest])
      },
    },
  }
  const prettify = pretty.prettyFactory({
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: `pid,hostname${output.isJournal ? ',time' : ''}`,
    messageFormat: (line, key) => visible(String(line[key])),
  })
  return pino(options, {
    write(line) {
      const text = logFormat === 'json' ? line : prettify(line)
      output.write(output.isJournal ? withPriority(levelOf(line), text) : text)
    },
  })
}
