import type { LabelSet } from '../labels/label-set.ts'
import type { Random } from '@route-server/testbed/random'

/** Before a key, behind it, and anywhere in it. */
const BEFORE = [
  '-',
  '- ',
  ' ',
  '\t',
  '"',
  "'",
  '“',
  '#',
  '# ',
  '•',
  '–',
  '.',
  '\u00a0',
  '\u200b',
  '\ufeff',
  '\u00ad',
  ':',
]
const BEHIND = [' ', '\t', '"', '”', '\u00a0', '\u200b', '\u200e', ':', ' :']
const INVISIBLE = ['\u200b', '\u200d', '\ufeff', '\u00ad', '\u2060', '\u202a', '\u0000']
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  c: 'с',
  d: 'ԁ',
  e: 'е',
  i: 'і',
  k: 'к',
  o: 'о',
  p: 'р',
  s: 'ѕ',
  t: 'ｔ',
  x: 'х',
  y: 'у',
}

type Slip = (key: string, random: Random) => string

const insert = (text: string, at: number, what: string): string => text.slice(0, at) + what + text.slice(at)

/** Another letter at a place where there is one that looks like it; the key itself where there is none. */
const withLookAlike: Slip = (key, random) => {
  const places = Array.from(key, (letter, at) => (LOOK_ALIKES[letter] === undefined ? [] : [at])).flat()
  const at = random.pick(places)
  return at === undefined ? key : key.slice(0, at) + (LOOK_ALIKES[key.charAt(at)] ?? '') + key.slice(at + 1)
}

/** A first part with a letter too few, twice, or swapped with the next. */
const withTypo: Slip = (key, random) => {
  const at = random.below(6)
  const [one, two] = [key.charAt(at), key.charAt(at + 1)]
  return key.slice(0, at) + random.pick([two, one + one + two, two + one]) + key.slice(at + 2)
}

/** Slips of whoever writes a label, or pastes one. */
export const SLIPS: Readonly<Record<string, Slip>> = {
  before: (key, random) => (random.pick(BEFORE) ?? '') + key,
  behind: (key, random) => key + (random.pick(BEHIND) ?? ''),
  invisible: (key, random) => insert(key, random.below(key.length + 1), random.pick(INVISIBLE) ?? ''),
  lookAlike: withLookAlike,
  typo: withTypo,
  spaced: (key, random) => key.replace('.', random.pick([' .', '. '])),
  separated: (key, random) => key.replaceAll('.', random.pick(['/', ':', '_'])),
  headless: (key) => key.replace(/^traefik\.(?=(?:http|tcp|udp)\.)/, ''),
  protocol: (key, random) =>
    key.replace(/^traefik\.(http|tcp)\.(routers|services|middlewares)\b/, (_, protocol: string, kind: string) =>
      random.chance(0.5) ? `traefik.${protocol === 'http' ? 'htpp' : 'tpc'}.${kind}` : `traefik.${kind}`,
    ),
}

export interface Misspelt {
  readonly labels: LabelSet
  readonly slip: string
  /** The key as it was, and as it is. */
  readonly from: string
  readonly to: string
}

/** The label set with one key misspelt; `undefined` where the slip changes nothing, or makes another label of the set. */
export function misspell(labels: LabelSet, random: Random): Misspelt | undefined {
  const from = random.pick(Object.keys(labels).filter((key) => key.startsWith('traefik.')))
  const slip = random.pick(Object.keys(SLIPS))
  if (from === undefined || slip === undefined) return undefined
  const to = SLIPS[slip]?.(from, random) ?? from
  if (to === from || to in labels) return undefined
  return {
    labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key === from ? to : key, value])),
    slip,
    from,
    to,
  }
}
