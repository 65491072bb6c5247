const MAX = 2n ** 63n - 1n
const MIN = -(2n ** 63n)
/** 2^63 has 19 digits; a longer number needs no big arithmetic to be refused. */
const MAX_DIGITS = 19

/** Go's `strconv.ParseInt(text, 10, 64)`: an optional sign and digits, nothing else; `undefined` where Go gives an error. */
export const parseGoInt = (text: string): bigint | undefined => {
  const [, sign, written] = /^([+-]?)([0-9]+)$/.exec(text) ?? []
  if (sign === undefined || written === undefined) return undefined
  // In a second step: one expression for both takes the square of the text's length.
  const digits = written.replace(/^0+/, '')
  if (digits.length > MAX_DIGITS) return undefined
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits)
  return value < MIN || value > MAX ? undefined : value
}
