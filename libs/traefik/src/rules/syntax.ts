import type { Rule } from './rule.ts'
import { RuleError, scan, type Token, type TokenKind } from './scanner.ts'

/** Traefik stops at some 30,000 parentheses and 100,000 operands; nobody needs as many, and our stack and time are smaller. */
const MAX_DEPTH = 250
const MAX_MATCHERS = 10_000

const describe = ({ kind, text }: Token): string => {
  if (kind === 'end') return 'the end of the rule'
  if (kind === 'newline') return 'a line break (one may stand after && and ||, not before them)'
  return kind === 'string' ? `the string ${JSON.stringify(text.slice(0, 40))}` : `'${text.slice(0, 40)}'`
}

/**
 * The rule by its grammar alone: matchers are named as written, whatever their name and number of values.
 * It is Go's for expressions, as far as Traefik can evaluate them; throws `RuleError` at everything else.
 */
export const parseSyntax = (text: string): Rule => {
  const tokens = scan(text)
  const next = (): Token => tokens.next().value ?? { kind: 'end', text: '', at: text.length }
  let token = next()
  let depth = 0
  let matchers = 0

  const accept = (kind: TokenKind): boolean => {
    if (token.kind !== kind) return false
    token = next()
    return true
  }
  const unexpected = (wanted: string): never => {
    throw new RuleError(`expected ${wanted} at character ${token.at + 1}, found ${describe(token)}`)
  }
  const expect = (kind: TokenKind, wanted = `'${kind}'`): string => {
    const found = token.text
    return accept(kind) ? found : unexpected(wanted)
  }
  const deeper = (parse: () => Rule): Rule => {
    if (++depth > MAX_DEPTH) throw new RuleError(`it is nested more than ${MAX_DEPTH} levels deep`)
    const rule = parse()
    depth--
    return rule
  }

  const parseValues = (): string[] => {
    const values: string[] = []
    while (!accept(')')) {
      values.push(expect('string', 'a value in backquotes'))
      // Go's grammar for calls; Traefik gives it no meaning.
      const spread = accept('...')
      if (!accept(',') || spread) {
        expect(')')
        break
      }
    }
    return values
  }
  const parseOperand = (): Rule => {
    if (accept('!')) return { kind: 'not', operand: deeper(parseOperand) }
    if (accept('(')) {
      const rule = deeper(parseOr)
      expect(')')
      return rule
    }
    const matcher = expect('name', "a matcher such as Host, '!' or '('")
    if (++matchers > MAX_MATCHERS) throw new RuleError(`it has more than ${MAX_MATCHERS} matchers`)
    expect('(', `'(' after ${matcher.slice(0, 40)}`)
    return { kind: 'match', matcher, values: parseValues() }
  }
  const parseChain = (kind: 'and' | 'or', operator: TokenKind, parse: () => Rule): Rule => {
    const first = parse()
    const operands = [first]
    while (accept(operator)) operands.push(parse())
    return operands.length === 1 ? first : { kind, operands }
  }
  const parseAnd = (): Rule => parseChain('and', '&&', parseOperand)
  const parseOr = (): Rule => parseChain('or', '||', parseAnd)

  const rule = parseOr()
  const last = token
  accept('newline')
  if (token.kind === 'end') return rule
  token = last
  return unexpected("'&&', '||' or the end of the rule")
}

/** The same; `undefined` where it isn't one. */
export function syntaxOf(text: string): Rule | undefined {
  try {
    return parseSyntax(text)
  } catch (error) {
    if (error instanceof RuleError) return undefined
    throw error
  }
}
