import { parseArgs } from 'node:util'

export interface Options {
  /** Fewer repetitions: three minutes instead of many. */
  readonly quick: boolean
  /** The one scenario to run; all of them without it. */
  readonly only?: string
}

export const USAGE = 'npm run bench -- [--quick] [--only NAME]'

/** @throws {Error} with one sentence for people */
export function readOptions(args: readonly string[], names: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
  })
  const { quick, only } = values
  if (only === undefined) return { quick }
  if (!names.includes(only)) throw new Error(`There is no scenario "${only}"; there are ${names.join(', ')}.`)
  return { quick, only }
}
