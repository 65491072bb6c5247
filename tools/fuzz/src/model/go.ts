const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** Go's `strconv.ParseBool`. */
export const isBool = (text: string): boolean => TRUE.has(text) || FALSE.has(text)

const fits = (value: bigint): boolean => BigInt.asIntN(64, value) === value

/** Go's `strconv.ParseInt(text, 10, 64)`. */
export const isInt = (text: string): boolean =>
  /^[+-]?0*[0-9]{1,19}$/.test(text) && fits(BigInt(text.replace(/^\+/, '')))

/** In nanoseconds. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])
const LARGEST = 2n ** 63n

/** The nanoseconds of a fraction, cut off. Go stops at the digits that would overflow. */
function fraction(digits: string, unit: bigint): bigint {
  const kept = digits.slice(0, 18)
  return kept === '' ? 0n : (BigInt(kept) * unit) / 10n ** BigInt(kept.length)
}

/** Traefik's durations: a whole number of seconds, or what Go's `time.ParseDuration` takes. */
export function isDuration(text: string): boolean {
  if (isInt(text)) return true
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return true
  if (!/^(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/.test(rest)) return false
  let total = 0n
  for (const [, whole = '', part = '', name = ''] of rest.matchAll(/([0-9]*)(?:\.([0-9]*))?([a-z\u00b5\u03bc]+)/g)) {
    const unit = UNITS.get(name) ?? 0n
    if (!/^0*[0-9]{0,19}$/.test(whole)) return false
    const value = BigInt(whole || '0') * unit + fraction(part, unit)
    total += value
    if (value > LARGEST || total > LARGEST) return false
  }
  return total < LARGEST || sign === '-'
}

/** Upper case one to one, as Go's simple folding has it. */
function simpleFold(character: string): string {
  const upper = character.toUpperCase()
  const lower = (upper.length === character.length ? upper : character).toLowerCase()
  return lower.length === character.length && character !== '\u0131' && character !== '\u0130' ? lower : character
}

/** Two texts have the same fold where Go's `strings.EqualFold` takes them for equal. */
export const fold = (text: string): string =>
  /^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : Array.from(text, simpleFold).join('')
