/** Edit distance with neighbouring letters swapped counted as one, cut off above `limit`. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  // What both begin or end with costs nothing, and is most of what names of one kind have.
  let first = 0
  while (first < a.length && a.charCodeAt(first) === b.charCodeAt(first)) first += 1
  let last = 0
  while (last < Math.min(a.length, b.length) - first && a.at(-1 - last) === b.at(-1 - last)) last += 1
  return between(a.slice(first, a.length - last), b.slice(first, b.length - last))
}

function between(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}

/** The candidate that `word` was probably meant to be, letter case aside; `undefined` where none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase().slice(0, 64)
  let limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)))
  let best: string | undefined
  for (const candidate of candidates) {
    const away = distance(wanted, candidate.toLowerCase(), limit)
    if (away > limit) continue
    if (best === undefined || away < limit) best = candidate
    limit = away
  }
  return best
}
