import { remembered } from '../remembered.ts'

const NANOSECOND = 1n
const MICROSECOND = 1000n * NANOSECOND
const MILLISECOND = 1000n * MICROSECOND
const SECOND = 1000n * MILLISECOND
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', NANOSECOND],
  ['us', MICROSECOND],
  ['\u00b5s', MICROSECOND], // micro sign
  ['\u03bcs', MICROSECOND], // Greek letter mu
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
])

/** The magnitude of the smallest duration; the largest is one less. */
const LIMIT = 2n ** 63n
const MAX_DIGITS = 19

const withoutLeadingZeros = (digits: string) => digits.replace(/^0+/, '')

/** Go keeps as many digits of a fraction as fit 63 bits and drops the rest. */
const fraction = (decimals: string): { value: bigint; scale: number } => {
  const significant = withoutLeadingZeros(decimals)
  let kept = significant.slice(0, MAX_DIGITS)
  if (BigInt(kept) > LIMIT) kept = kept.slice(0, -1)
  // Multiplied up, not a power: Go's scale is rounded (and ends at infinity) the same way.
  let scale = 1
  for (let digits = decimals.length - significant.length + kept.length; digits > 0; digits--) scale *= 10
  return { value: BigInt(kept), scale }
}

const parse = (text: string): bigint | undefined => {
  const negative = text.startsWith('-')
  const rest = negative || text.startsWith('+') ? text.slice(1) : text
  if (rest === '0') return 0n
  if (rest === '') return undefined

  let total = 0n
  const part = /([0-9]*)(?:\.([0-9]*))?([^0-9.]+)/y
  while (part.lastIndex < rest.length) {
    const [, whole = '', decimals = '', name = ''] = part.exec(rest) ?? []
    const unit = UNITS.get(name)
    if (unit === undefined || (whole === '' && decimals === '')) return undefined
    const digits = withoutLeadingZeros(whole)
    if (digits.length > MAX_DIGITS) return undefined
    let value = BigInt(digits)
    if (value > LIMIT / unit) return undefined
    value *= unit
    const { value: numerator, scale } = fraction(decimals)
    // Go's own rounding: a double, cut off.
    if (numerator > 0n) value += BigInt(Math.trunc(Number(numerator) * (Number(unit) / scale)))
    if (value > LIMIT) return undefined
    // Go's sum of two maxima wraps round to zero unnoticed.
    total = BigInt.asUintN(64, total + value)
    if (total > LIMIT) return undefined
  }
  if (negative) return -total
  return total === LIMIT ? undefined : total
}

/**
 * Go's `time.ParseDuration`: nanoseconds, or `undefined` where Go gives an error.
 * A unit is required (`1h2m3.5s`); only `0` may stand alone.
 */
export const parseGoDuration = remembered(500, parse)

const decimal = (value: bigint, unit: bigint): string => {
  const remainder = (value % unit).toString().padStart(unit.toString().length - 1, '0')
  const decimals = unit === 1n ? '' : remainder.replace(/0+$/, '')
  return `${value / unit}${decimals === '' ? '' : '.'}${decimals}`
}

/** Go's `Duration.String`: `1h2m3.5s`, `1.5µs`, `0s`. */
export const formatGoDuration = (nanoseconds: bigint): string => {
  const sign = nanoseconds < 0n ? '-' : ''
  const value = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (value === 0n) return '0s'
  if (value < MICROSECOND) return `${sign}${value}ns`
  if (value < MILLISECOND) return `${sign}${decimal(value, MICROSECOND)}\u00b5s`
  if (value < SECOND) return `${sign}${decimal(value, MILLISECOND)}ms`
  const seconds = `${decimal(value % MINUTE, SECOND)}s`
  if (value < MINUTE) return sign + seconds
  const minutes = `${(value % HOUR) / MINUTE}m${seconds}`
  return value < HOUR ? sign + minutes : `${sign}${value / HOUR}h${minutes}`
}
