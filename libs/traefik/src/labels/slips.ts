import { distance } from '../nearest.ts'
import { quoted, shortened } from '../quoted.ts'
import { looksLike } from './look-alikes.ts'

/** A label that nobody reads as it is spelled, and that is a routing label once what doesn't belong there is taken away. */
export interface Slip {
  /** As it stands on the container. */
  readonly label: string
  /** As it should be. */
  readonly meant: string
  /** What is wrong, to complete a sentence that begins with the label: "it begins with a dash". */
  readonly reason: string
  /** The part of `meant` that is beyond doubt: where slashes stood for dots, nobody knows how far a name goes. */
  readonly certain: string
  /** Somebody may have meant to switch it off: a word stands before it. */
  readonly aside?: true
}

/** A longer key is no slip of anybody's. */
const MAX_LENGTH = 4096

/** Neither seen nor meant. Tabs and line breaks are spaces here. */
const INVISIBLE = /[\p{Cf}\p{Cc}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]/u
const SPACE = /[\t-\r\p{Z}\u0085]/u
const LETTER = /[\p{L}\p{N}]/u
/** What ends up behind a key by pasting: quotes, and what separates keys from values. */
const TRAILING = /["'`´‘’“”«»,;:=]/u

const CHARACTERS: Readonly<Record<string, string>> = {
  '-': 'a dash',
  ' ': 'a space',
  '\t': 'a tab',
  '\n': 'a line break',
  '"': 'a quotation mark',
  "'": 'a quotation mark',
  ':': 'a colon',
  '=': 'an equals sign',
  ',': 'a comma',
  '.': 'a dot',
  '#': 'a hash sign',
  _: 'an underscore',
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

const nameOf = (character: string): string =>
  CHARACTERS[character] ??
  (SPACE.test(character) ? `a space (${codePoint(character)})` : `"${character}" (${codePoint(character)})`)

type Note = (reason: string) => void

/** Whether no character of the key needs a second look; nearly every key is like that. */
export const isPlainKey = (key: string): boolean => /^[A-Za-z0-9][\w.[\]@-]*$/.test(key)

/** The key without the characters that nobody sees. */
function withoutInvisible(key: string, note: Note): string {
  const isHidden = (character: string): boolean => INVISIBLE.test(character) && !SPACE.test(character)
  const characters = Array.from(key)
  const first = characters.find(isHidden)
  if (first === undefined) return key
  note(`has an invisible character in it (${codePoint(first)})`)
  return characters.filter((character) => !isHidden(character)).join('')
}

function trimmed(key: string, note: Note): string {
  const characters = Array.from(key)
  const start = characters.findIndex((character) => LETTER.test(character))
  if (start > 0) note(`begins with ${nameOf(characters[0] ?? '')}`)
  const end = characters.findLastIndex((character) => !SPACE.test(character) && !TRAILING.test(character)) + 1
  if (start >= 0 && end < characters.length) note(`ends with ${nameOf(characters.at(-1) ?? '')}`)
  return start < 0 ? '' : characters.slice(start, end).join('')
}

/** Each part of the key on its own, without the spaces around it, and in the letters that it seems to be written in. */
function respaced(key: string, note: Note): string {
  return key
    .split('.')
    .map((part) => {
      const bare = part.trim()
      if (bare !== part) note('has a space beside a dot')
      const seen = looksLike(bare)
      if (seen === undefined) return bare
      const other = Array.from(bare).find((letter) => looksLike(letter) !== undefined) ?? bare
      note(`has ${nameOf(other)} in it, which only looks like ${looksLike(other) ?? seen}`)
      return seen
    })
    .join('.')
}

/** `traefik.enable: true`, written as one text. */
const WITH_VALUE = /^([^\s:]+)\s*:\s+(\S.*)$/s

/** The words of a key may stand between other characters than dots, where they come from a command line or an environment. */
const OTHERWISE_SEPARATED = /^([A-Za-z0-9]+)([/_:\\-])(?=[A-Za-z])/

/** How far a misspelt word may be from the one that it should be. */
const NEAR = 2

/** A family of labels: what they begin with, and whether the rest of a key could be one of them. */
export interface LabelFamily {
  /** The first part of the key: `traefik`. */
  readonly name: string
  /** Whether what follows that part and its dot is likely enough, where the first part is misspelt or missing. */
  readonly isLikely: (rest: string) => boolean
  /** Whether a key that lacks the first part altogether is known by its rest. */
  readonly isTelling: (rest: string) => boolean
}

interface Reading {
  readonly text: string
  readonly certain?: string
  readonly aside?: true
}

/** `traefik.http` of `traefik.http.routers.web.rule`. */
export const protocolPart = (key: string): string => key.split('.').slice(0, 2).join('.')

const isNear = (word: string, name: string): boolean =>
  /^[A-Za-z0-9]{4,}$/.test(word) &&
  distance(word.toLowerCase(), name, NEAR) <= Math.min(NEAR, Math.floor(name.length / 3))

/** The key as one of the family, or `undefined`. */
function readAs({ name, isLikely, isTelling }: LabelFamily, key: string, note: Note): Reading | undefined {
  const separated = OTHERWISE_SEPARATED.exec(key)
  if (separated) {
    const [, first = '', separator = ''] = separated
    const rest = key.slice(first.length + 1).replaceAll(separator, '.')
    if ((first.toLowerCase() === name || isNear(first, name)) && isLikely(rest)) {
      note(`has ${nameOf(separator)} where a dot belongs`)
      const text = `${name}.${rest}`
      return { text, certain: protocolPart(text) }
    }
  }
  const dot = key.indexOf('.')
  if (dot < 0) return undefined
  const first = key.slice(0, dot)
  const rest = key.slice(dot + 1)
  if (first === name) return { text: key }
  if ((first.toLowerCase() === name || isNear(first, name)) && isLikely(rest)) {
    note(`begins with ${quoted(first)}, not with "${name}"`)
    return { text: `${name}.${rest}` }
  }
  if (isTelling(key)) {
    note(`lacks "${name}." at its beginning`)
    return { text: `${name}.${key}` }
  }
  const inside = key.toLowerCase().indexOf(`${name}.`)
  if (inside > 0 && !/[a-z0-9]/i.test(key.charAt(inside - 1)) && isLikely(key.slice(inside + name.length + 1))) {
    note(`has ${quoted(key.slice(0, inside))} before it`)
    return { text: name + key.slice(inside + name.length), aside: true }
  }
  return undefined
}

/**
 * How a key was probably meant that isn't spelled as one of the family; `undefined` where it is, or where it has nothing to do
 * with it. Pure, and cheap for the many keys that are neither.
 */
export function slipOf(label: string, family: LabelFamily): Slip | undefined {
  if (label.length > MAX_LENGTH) return undefined
  const reasons = new Set<string>()
  const note: Note = (reason) => void reasons.add(reason)
  const written = WITH_VALUE.exec(label)
  const [, key = label, value] = written ?? []
  const cleaned = isPlainKey(key) ? key : respaced(trimmed(withoutInvisible(key, note), note), note)
  const reading = readAs(family, cleaned, note)
  if (!reading) return undefined
  const { text, aside } = reading
  // What stands behind a colon may be part of a name that has one.
  const { certain = value?.includes('.') ? protocolPart(text) : text } = reading
  if (value !== undefined) note('has its value in it, behind a colon')
  if (reasons.size === 0) return undefined
  const meant = value === undefined ? text : `${text}=${value}`
  return { label, meant, reason: `it ${[...reasons].join(', and ')}`, certain, ...(aside && { aside }) }
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** A part of a key: what nobody sees, and letters that aren't what they look like, by their numbers. */
const visiblePart = (part: string): string =>
  part.replace(looksLike(part) === undefined ? /[^\p{L}\p{N}\p{P}\p{S} ]/gu : /[^ -~]/gu, escaped)

/** Of a key; nobody's own is as long. */
const MOST_SHOWN = 200

/** A key as everybody can see it; in quotes where one couldn't tell where it begins and ends. */
export function visibleKey(key: string): string {
  if (isPlainKey(key)) return shortened(key, MOST_SHOWN)
  const visible = key.split('.').map(visiblePart).join('.').replaceAll('"', '\\"')
  return `"${shortened(visible, MOST_SHOWN)}"`
}
