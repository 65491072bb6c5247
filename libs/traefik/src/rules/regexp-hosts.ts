import { plainHost } from './host-names.ts'

/** The hosts that a regular expression can match, `*.parent` for all below one; or why that can't be told. */
export type RegexpHosts = { readonly hosts: readonly string[] } | { readonly problem: string }

/** Of a sequence: text as written, any text (the empty one too), or one of several sequences. */
type Piece = string | typeof ANY | readonly Sequence[]
type Sequence = readonly Piece[]

/** How a match can end. Open: anything may stand before the text. */
interface Tail {
  readonly text: string
  readonly open: boolean
}

const ANY = Symbol('any text')

/** Far more than anybody writes for hosts, and little enough to be read again and again. */
const MAX_LENGTH = 1000
const MAX_TAILS = 64

const UNCLEAR = { problem: 'is not plain enough to tell its hosts; write it like ^[a-z]+\\.app\\.example\\.com$' }
const NOT_ANCHORED = { problem: "isn't anchored: it must begin with ^ and end with $" }
const NO_DOMAIN = { problem: "doesn't end in a domain of its own, such as \\.example\\.com$" }

/**
 * Only what Go reads as we do; flags, `\Q`, `\x41`, inner anchors and the like are none of it. In this order: an escaped
 * character, what stands for some character, a group's opening, a character as it is.
 */
const ATOM =
  /\\([!-/:-@[-`{-~])|(\.|\\[dDsSwW]|\[\^?(?:\]|(?!\]))(?:[^\][\\]|\[:\^?[a-z]+:\]|\\[dDsSwW!-/:-@[-`{-~])*\])|(\((?:\?:|\?P?<\w+>|(?!\?)))|([^\\.[\](){}*+?|^$])/y
const QUANTIFIER = /(?:([?])|[*+]|\{[0-9]+(?:,[0-9]*)?\})\??/y

/** The pieces of an expression without its anchors; `undefined` where something in it isn't plain. */
function readSequence(text: string): Sequence | undefined {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text) ?? undefined
    at += found?.[0].length ?? 0
    return found
  }
  const group = (): Piece | undefined => {
    const branches: Sequence[] = []
    do {
      const branch = sequence()
      if (branch === undefined) return undefined
      branches.push(branch)
    } while (text[at++] === '|')
    return text[at - 1] === ')' ? branches : undefined
  }
  const piece = (): Piece | undefined => {
    const [, escaped, any, opening, plain] = take(ATOM) ?? []
    if (opening !== undefined) return group()
    return any === undefined ? (escaped ?? plain) : ANY
  }
  const sequence = (): Sequence | undefined => {
    const pieces: Piece[] = []
    while (at < text.length && text[at] !== '|' && text[at] !== ')') {
      const next = piece()
      if (next === undefined) return undefined
      const [quantifier, optional] = take(QUANTIFIER) ?? []
      if (quantifier === undefined) pieces.push(next)
      else pieces.push(optional === undefined ? ANY : [[next], []])
    }
    return pieces
  }
  const whole = sequence()
  return at === text.length ? whole : undefined
}

const prefixed = (tail: Tail, text: string): Tail => (tail.open ? tail : { text: text + tail.text, open: false })

const distinct = (tails: readonly Tail[]): readonly Tail[] => [
  ...new Map(tails.map((tail) => [`${tail.open ? '*' : ''} ${tail.text}`, tail])).values(),
]

/** How what the sequence matches can end with one of these tails behind it. All at once: one by one, nested groups would take for ever. */
function tailsOf(sequence: Sequence, behind: readonly Tail[]): readonly Tail[] {
  let tails = behind
  for (const piece of sequence.toReversed()) {
    if (piece === ANY) tails = tails.map(({ text }) => ({ text, open: true }))
    else if (typeof piece === 'string') tails = tails.map((tail) => prefixed(tail, piece))
    else tails = piece.flatMap((branch) => tailsOf(branch, tails))
    tails = distinct(tails)
    // What ends in anything is nothing that a caller could use.
    if (tails.length > MAX_TAILS) return [{ text: '', open: true }]
  }
  return tails
}

function hostOf({ text, open }: Tail): { readonly host: string } | { readonly problem: string } {
  // Traefik also asks whether the expression matches an empty text, and then takes every request for it.
  if (text === '') return NO_DOMAIN
  if (!open) return plainHost(text)
  const dot = text.indexOf('.')
  const parent = plainHost(dot < 0 ? '' : text.slice(dot + 1))
  return 'host' in parent ? { host: `*.${parent.host}` } : NO_DOMAIN
}

/**
 * The hosts that Traefik's `HostRegexp` and `HostSNIRegexp` can match with this expression: never fewer, sometimes more, since
 * `^[a-z]+\.app\.example\.com$` is told as `*.app.example.com`, and what has no dot before it by what follows its first.
 */
export function hostsOfRegexp(expression: string): RegexpHosts {
  if (!expression.startsWith('^') || !expression.endsWith('$')) return NOT_ANCHORED
  if (expression.length > MAX_LENGTH) return UNCLEAR
  const sequence = readSequence(expression.slice(1, -1))
  if (sequence === undefined) return UNCLEAR
  const hosts: string[] = []
  for (const tail of tailsOf(sequence, [{ text: '', open: false }])) {
    const name = hostOf(tail)
    if ('problem' in name) return name
    hosts.push(name.host)
  }
  return { hosts }
}
