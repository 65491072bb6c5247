/**
 * A map by names that somebody chose. Without a prototype, so that no name means anything else, and V8 doesn't make a hidden class for every
 * name: it keeps so many for all objects that begin empty, and gives each of those beyond them one of its own.
 */
export const newNamed = <T>(): Record<string, T> => Object.create(null) as Record<string, T>

export function named<T>(entries: Iterable<readonly [name: string, value: T]>): Record<string, T> {
  const map = newNamed<T>()
  for (const [name, value] of entries) map[name] = value
  return map
}
