import type { Rule } from './rule.ts'

/** What a rule of Traefik 1 may call, under their folded names. */
const FUNCTIONS: ReadonlyMap<string, string> = new Map(
  [
    'Host',
    'HostRegexp',
    'Path',
    'PathStrip',
    'PathStripRegex',
    'PathPrefix',
    'PathPrefixStrip',
    'PathPrefixStripRegex',
    'AddPrefix',
    'ReplacePath',
    'ReplacePathRegex',
    'Headers',
    'HeadersRegexp',
    'Method',
    'Query',
  ].map((name) => [name.toLowerCase(), name]),
)

/** The parts between separators that stand outside of braces: `{id:[0-9]{1,3}}` is one value. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}') depth--
    else if (text[i] === separator && depth <= 0) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== '')
}

const unquoted = (value: string): string => /^(["'`])([^"'`]*)\1$/.exec(value)?.[2] ?? value

/** One function call: `Host:a.com,b.com`. A replacement is one text, commas and all. */
function parseCall(text: string): Rule | undefined {
  const colon = text.indexOf(':')
  const matcher = colon < 0 ? undefined : FUNCTIONS.get(text.slice(0, colon).trim().toLowerCase())
  if (matcher === undefined) return undefined
  const given = text.slice(colon + 1)
  const values = (matcher.startsWith('Replace') ? [given.trim()] : splitOutside(given, ',')).map(unquoted)
  return values.length === 0 || values[0] === '' ? undefined : { kind: 'match', matcher, values }
}

/** The tree of a rule in Traefik 1's language, `Host:a.com,b.com;PathPrefix:/x`; `undefined` where it is none. */
export function parseV1(text: string): Rule | undefined {
  const operands: Rule[] = []
  for (const call of splitOutside(text, ';')) {
    const operand = parseCall(call)
    if (!operand) return undefined
    operands.push(operand)
  }
  const [first] = operands
  return operands.length === 1 ? first : first && { kind: 'and', operands }
}
