/** A longer text isn't kept: what is remembered is bounded in memory, whoever chooses the texts. */
const MOST_CHARACTERS = 256

/** `f`, a pure function of a text, remembering the answers to the last few texts: at least half of `most`, at most that many. */
export function remembered<A>(most: number, f: (text: string) => A): (text: string) => A {
  let recent = new Map<string, A>()
  let older = new Map<string, A>()
  return (text) => {
    const known = recent.get(text)
    if (known !== undefined || recent.has(text)) return known as A
    const answer = older.has(text) ? (older.get(text) as A) : f(text)
    if (text.length > MOST_CHARACTERS) return answer
    if (recent.size >= most / 2) [older, recent] = [recent, new Map<string, A>()]
    recent.set(text, answer)
    return answer
  }
}
