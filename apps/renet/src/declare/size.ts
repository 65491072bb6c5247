import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }
/** What LUKS and a file system need for themselves, and then some. */
const LEAST = 64 * 2 ** 20

/** `500M`, `10G`, `2T` in bytes. */
export function readSize(text: string): number {
  const [, number, unit = ''] = /^(\d+)([MGT])$/.exec(text) ?? []
  const bytes = Number(number) * (UNITS[unit] ?? 0)
  if (number === undefined || bytes < LEAST)
    throw new InvalidArgumentError('expected a size of 64M or more, such as 500M, 10G or 2T.')
  return bytes
}
