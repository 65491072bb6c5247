/** Where a sentence ends: behind its dot or question mark, outside of what is quoted. */
function endOfFirst(text: string): number {
  let quote = ''
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i)
    if (quote !== '') {
      if (character === '\\') i += 1
      else if (character === quote) quote = ''
    } else if (character === '`' || character === '"') quote = character
    else if (/[.?!]/.test(character) && /^\s+[A-Z]/.test(text.slice(i + 1))) return i + 1
  }
  return text.length
}

/** A message's first sentence without its dot, and what follows it. */
export function split(message: string): readonly [first: string, rest: string] {
  const end = endOfFirst(message)
  return [message.slice(0, end).replace(/\.$/, ''), message.slice(end).trim()]
}

/** As it stands behind a colon: names keep their capitals. */
export const lowered = (clause: string): string =>
  /^(?:It|There|The|Its|A|An|What|No|Nobody|Nothing|Labels|Router|Service|Middleware)\b/.test(clause)
    ? clause.charAt(0).toLowerCase() + clause.slice(1)
    : clause
