const ASCII = /^[\x00-\x7f]*$/

const single = (text: string, otherwise: string): string => (/^.$/su.test(text) ? text : otherwise)

/**
 * Two texts have the same fold exactly when Go's `strings.EqualFold` calls them equal: simple folding, one code point
 * for one, so that `ſ` equals `s` and `ß` doesn't equal `ss`. JavaScript's own lower-casing differs in both.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text) {
    // The dotless i has an upper case in Unicode's tables, but folds to itself.
    if (character === '\u0131') folded += character
    else {
      const upper = single(character.toUpperCase(), character)
      folded += single(upper.toLowerCase(), upper)
    }
  }
  return folded
}
