const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
])

/** Go's `strconv.ParseBool`: twelve spellings; `undefined` where Go gives an error. */
export const parseGoBool = (text: string): boolean | undefined => BOOLEANS.get(text)
