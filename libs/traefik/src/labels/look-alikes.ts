import { fold } from './fold.ts'

/** Letters of other scripts that look like Latin ones; whatever Unicode itself calls compatible (`ｔ`, `𝗍`) needs no row. */
const LOOK_ALIKES: readonly (readonly [latin: string, others: string])[] = [
  ['a', 'аαɑ'],
  ['b', 'Ьƅ'],
  ['c', 'сϲᴄ'],
  ['d', 'ԁɗ'],
  ['e', 'еєҽε'],
  ['f', 'ƒ'],
  ['g', 'ɡց'],
  ['h', 'һհ'],
  ['i', 'іıιɩӏ'],
  ['j', 'јϳ'],
  ['k', 'кκ'],
  ['l', 'ⅼ'],
  ['m', 'мⅿ'],
  ['n', 'ոռ'],
  ['o', 'оοօ'],
  ['p', 'рρ'],
  ['q', 'ԛգ'],
  ['r', 'гᴦ'],
  ['s', 'ѕꜱ'],
  ['t', 'тτ'],
  ['u', 'υսᴜ'],
  ['v', 'νѵᴠ'],
  ['w', 'ԝѡω'],
  ['x', 'хχ'],
  ['y', 'уүγ'],
  ['z', 'ᴢ'],
  ['A', 'АΑ'],
  ['B', 'ВΒ'],
  ['C', 'СϹ'],
  ['E', 'ЕΕ'],
  ['H', 'НΗ'],
  ['I', 'ІΙӀ'],
  ['J', 'ЈͿ'],
  ['K', 'КΚ'],
  ['M', 'МΜ'],
  ['N', 'Ν'],
  ['O', 'ОΟ'],
  ['P', 'РΡ'],
  ['S', 'Ѕ'],
  ['T', 'ТΤ'],
  ['X', 'ХΧ'],
  ['Y', 'УΥҮ'],
  ['Z', 'Ζ'],
  ['-', '‐‑‒–—−'],
  ['_', '＿'],
]

const LATIN: ReadonlyMap<string, string> = new Map(
  LOOK_ALIKES.flatMap(([latin, others]) => Array.from(others, (other) => [other, latin] as const)),
)

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text)

/**
 * What a word looks like to somebody who reads it, where that is a word of Latin letters and the word itself isn't; `undefined`
 * for words that are what they look like, in whatever script. Traefik's own folding (`ſ` for `s`) isn't a look-alike.
 */
export function looksLike(word: string): string | undefined {
  if (isAscii(word)) return undefined
  const seen = Array.from(word.normalize('NFKC'), (letter) => LATIN.get(letter) ?? letter).join('')
  return isAscii(seen) && fold(seen) !== fold(word) ? seen : undefined
}
