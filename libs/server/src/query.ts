/** What a request says behind its question mark. */
export type Query = Readonly<Record<string, readonly string[]>>

/** Parameters that are numbers, and how their text is read: the number, or what was expected. */
export type Readers<Name extends string> = Readonly<
  Record<Name, { readonly about: string; read(text: string): number | string }>
>

/** The numbers that a query has, or the sentence that says what is wrong with it. */
export function readQuery<Name extends string>(
  readers: Readers<Name>,
  query: Query,
): Readonly<Partial<Record<Name, number>>> | string {
  const found: Partial<Record<Name, number>> = {}
  for (const [name, values] of Object.entries(query)) {
    if (!isKnown(readers, name))
      return `There is no parameter ${JSON.stringify(name)}; known are ${Object.keys(readers).join(', ')}.`
    const [value = '', ...others] = values
    if (others.length > 0) return `The parameter ${name} is given ${values.length} times; give it once.`
    const read = readers[name].read(value)
    if (typeof read === 'string') return `The parameter ${name} must be ${read}; it is ${JSON.stringify(value)}.`
    found[name] = read
  }
  return found
}

const isKnown = <Name extends string>(readers: Readers<Name>, name: string): name is Name =>
  Object.hasOwn(readers, name)
