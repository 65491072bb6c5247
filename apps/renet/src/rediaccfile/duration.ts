import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `90`, `90s`, `10m`, `2h` in milliseconds. */
export function readDuration(text: string): number {
  const [, number, unit = ''] = /^(\d+)(ms|s|m|h)?$/.exec(text) ?? []
  const factor = UNITS[unit]
  if (number === undefined || factor === undefined || Number(number) === 0)
    throw new InvalidArgumentError('expected a duration such as 90s, 10m or 2h.')
  return Number(number) * factor
}
