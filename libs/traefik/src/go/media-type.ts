import { goTrim } from './trim.ts'

const TOKEN = "[!#$%&'*+\\-.0-9A-Z^_`a-z{|}~]+"
const TYPE = new RegExp(`^${TOKEN}(?:/${TOKEN})?$`)
/** One `; name=value`, the value a token or in quotes. */
const PARAMETER = new RegExp(
  `^\\p{White_Space}*;\\p{White_Space}*(${TOKEN})\\p{White_Space}*=\\p{White_Space}*(?:(${TOKEN})|"((?:\\\\[^\\r\\n]|[^"\\\\\\r\\n])*)")`,
  'u',
)

/** Go's `mime.ParseMediaType`: what is wrong with `text/html; charset=utf-8`, or `undefined`. */
export const goMediaTypeError = (text: string): string | undefined => {
  const [type = ''] = text.split(';', 1)
  if (!TYPE.test(goTrim(type))) return 'a media type looks like text/html'
  const values = new Map<string, string>()
  let rest = text.slice(type.length)
  for (let found = PARAMETER.exec(rest); found !== null; found = PARAMETER.exec(rest)) {
    const [matched, name = '', token, quoted = ''] = found
    const value = token ?? quoted
    const key = name.toLowerCase()
    if ((values.get(key) ?? value) !== value) return `its parameter ${name} has two values`
    values.set(key, value)
    rest = rest.slice(matched.length)
  }
  return ['', ';'].includes(goTrim(rest))
    ? undefined
    : 'what stands behind its semicolon is no parameter such as charset=utf-8'
}
