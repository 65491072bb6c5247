import { parseGoInt } from '../go/int.ts'
import { nearest } from '../nearest.ts'
import { RuleError, scan } from '../rules/scanner.ts'
import type { Token, TokenKind } from '../rules/scanner.ts'

/** What a part of an expression is: a condition, a constant, or a value that is measured, which only a constant may be compared with. */
type Kind = 'condition' | 'integer' | 'float' | 'string' | 'measured integer' | 'measured float' | 'measured string'

interface GoFunction {
  readonly takes: readonly Kind[]
  readonly gives: Kind
}

/** The functions that one kind of middleware lets its expression call. */
type Language = Readonly<Record<string, GoFunction>>

const WORDS: Readonly<Record<Kind, string>> = {
  condition: 'a condition',
  integer: 'a whole number',
  float: 'a number with a decimal point, such as 0.5',
  string: 'a text in double quotes',
  'measured integer': 'a measured whole number',
  'measured float': 'a measured ratio',
  'measured string': 'a text of the request',
}

const EQUALITIES: readonly TokenKind[] = ['==', '!=']
const COMPARISONS: readonly TokenKind[] = [...EQUALITIES, '<', '<=', '>', '>=']

const MAX_DEPTH = 250
const MAX_LENGTH = 10_000

const FLOAT =
  /^(?:0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]*[pP][+-]?[0-9]+|(?=[^xX]*[.eE])[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9]+)?)$/
const MISPLACED_UNDERSCORE = /_(?![0-9a-fA-F])|(?:^|[^0-9a-fA-FxX])_/

/** Go reads a number's kind off its spelling. Of whole numbers Traefik takes decimal ones alone, without underscores. */
const kindOfNumber = (text: string): Kind => {
  const octal = /^0[0-9]+$/.test(text)
  if (/^[0-9]+$/.test(text) && parseGoInt(text) !== undefined && !(octal && /[89]/.test(text))) return 'integer'
  const isFloat = FLOAT.test(text) && !MISPLACED_UNDERSCORE.test(text)
  if (isFloat && (/^0[xX]/.test(text) || Number.isFinite(Number(text.replaceAll('_', ''))))) return 'float'
  throw new RuleError(`${text.slice(0, 40)} is no number that it may contain`)
}

const parseExpression = (text: string, language: Language): void => {
  const tokens = scan(text)
  const next = (): Token => tokens.next().value ?? { kind: 'end', text: '', at: text.length }
  let token = next()
  let depth = 0

  const take = (): Token => {
    const taken = token
    token = next()
    return taken
  }
  const accept = (kind: TokenKind): boolean => token.kind === kind && take().kind === kind
  const unexpected = (): never => {
    const found = token.kind === 'end' ? 'its end' : `'${token.text.slice(0, 40)}'`
    throw new RuleError(`${found} can't stand at character ${token.at + 1}`)
  }
  const expect = (kind: TokenKind): void => {
    if (!accept(kind)) unexpected()
  }

  const parseArguments = (): Kind[] => {
    const kinds: Kind[] = []
    while (!accept(')')) {
      // No parentheses, no operators: Traefik evaluates an argument as it stands.
      kinds.push(parseAtom())
      const spread = accept('...')
      if (!accept(',') || spread) {
        expect(')')
        break
      }
    }
    return kinds
  }
  const parseCall = (name: string): Kind => {
    if (token.kind !== '(')
      throw new RuleError(`"${name.slice(0, 40)}" is no function call; write ${name.slice(0, 40)}()`)
    take()
    const called = Object.hasOwn(language, name) ? language[name] : undefined
    if (called === undefined) {
      const better = nearest(name, Object.keys(language))
      const known = better === undefined ? `there are ${Object.keys(language).join(', ')}` : `did you mean ${better}?`
      throw new RuleError(`there is no function "${name.slice(0, 40)}"; ${known}`)
    }
    const given = parseArguments()
    const { takes, gives } = called
    if (given.length !== takes.length || given.some((kind, i) => kind !== takes[i]))
      throw new RuleError(
        `${name} takes ${takes.length === 0 ? 'nothing' : takes.map((kind) => WORDS[kind]).join(' and ')}`,
      )
    return gives
  }
  const parseAtom = (): Kind => {
    if (token.kind === 'number') return kindOfNumber(take().text)
    if (token.kind === 'string') return take().kind === 'string' ? 'string' : unexpected()
    if (token.kind === 'name') return parseCall(take().text)
    return unexpected()
  }
  const parseOperand = (): Kind => {
    if (token.kind === '!') throw new RuleError('it can deny nothing with "!"')
    if (!accept('(')) return parseAtom()
    if (++depth > MAX_DEPTH) throw new RuleError(`it is nested more than ${MAX_DEPTH} levels deep`)
    const kind = parseOr()
    depth--
    expect(')')
    return kind
  }
  const parseComparison = (): Kind => {
    let left = parseOperand()
    while (COMPARISONS.includes(token.kind)) {
      const operator = take()
      const right = parseOperand()
      const wanted = left.replace('measured ', '') as Kind
      if (wanted === left)
        throw new RuleError(`on the left of ${operator.text} must stand what is measured, on the right a constant`)
      if (right !== wanted)
        throw new RuleError(`on the right of ${operator.text} must stand ${WORDS[wanted]}, not ${WORDS[right]}`)
      if (wanted === 'string' && !EQUALITIES.includes(operator.kind))
        throw new RuleError(`a text is compared with == or !=`)
      left = 'condition'
    }
    return left
  }
  const parseChain = (operator: '&&' | '||', parse: () => Kind): Kind => {
    let kind = parse()
    while (accept(operator)) {
      const other = parse()
      const wrong = [kind, other].find((side) => side !== 'condition')
      if (wrong !== undefined) throw new RuleError(`${operator} joins conditions, not ${WORDS[wrong]}`)
      kind = 'condition'
    }
    return kind
  }
  const parseAnd = (): Kind => parseChain('&&', parseComparison)
  const parseOr = (): Kind => parseChain('||', parseAnd)

  const kind = parseOr()
  accept('newline')
  if (token.kind !== 'end') unexpected()
  if (kind !== 'condition') throw new RuleError(`it is ${WORDS[kind]}, not a condition such as NAME() > NUMBER`)
}

/** What is wrong with an expression in that language, or `undefined`. Traefik's verdict; stricter only in size. */
const expressionError = (text: string, language: Language): string | undefined => {
  if (text.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`
  try {
    parseExpression(text, language)
    return undefined
  } catch (error) {
    if (error instanceof RuleError) return error.message
    throw error
  }
}

const CIRCUIT_BREAKER: Language = {
  NetworkErrorRatio: { takes: [], gives: 'measured float' },
  ResponseCodeRatio: { takes: ['integer', 'integer', 'integer', 'integer'], gives: 'measured float' },
  LatencyAtQuantileMS: { takes: ['float'], gives: 'measured integer' },
}

const RETRY: Language = {
  IsNetworkError: { takes: [], gives: 'condition' },
  Attempts: { takes: [], gives: 'measured integer' },
  ResponseCode: { takes: [], gives: 'measured integer' },
  RequestMethod: { takes: [], gives: 'measured string' },
}

/** `circuitBreaker.expression`, such as `NetworkErrorRatio() > 0.30`: what is wrong with it, or `undefined`. */
export const circuitBreakerError = (text: string): string | undefined => expressionError(text, CIRCUIT_BREAKER)

/** `buffering.retryExpression`, such as `IsNetworkError() && Attempts() < 2`: what is wrong with it, or `undefined`. */
export const retryError = (text: string): string | undefined => expressionError(text, RETRY)
