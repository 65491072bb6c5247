const WHITE_SPACE = /^\p{White_Space}$/u

const isSpace = (text: string, at: number): boolean => WHITE_SPACE.test(text.charAt(at))

/** Go's `strings.TrimSpace`, which doesn't agree with JavaScript's about U+0085 and U+FEFF. */
export const goTrim = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text, start)) start++
  while (end > start && isSpace(text, end - 1)) end--
  return text.slice(start, end)
}
