import { z } from 'zod'

const HIGHEST = 65_535
const EXPECTED = 'expected ports from 1 to 65535, with commas between them, and ranges such as 10000-10010'

/** Numbers of ports as a command line has them, `25,143,10000-10010`; ascending once parsed. Nothing between the commas is no port. */
export const portsText = z.string(EXPECTED).transform((text, context): readonly number[] => {
  const wrong = (message: string): never => {
    context.addIssue({ code: 'custom', message, input: text })
    return z.NEVER
  }
  const ranges = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [rangeOf(part.trim())]))
  if (!ranges.every((range) => range !== undefined)) return wrong(EXPECTED)
  const ports = ranges.flatMap(expand)
  const twice = duplicatesOf(ports)
  return twice.length > 0 ? wrong(`${showPorts(twice)} is here twice`) : ports.toSorted((a, b) => a - b)
})

/** The same as a list in a file: `[25, 143, 10000-10010]`. */
export const portsList = z
  .array(z.union([z.number(), z.string()]), 'expected a list of ports, such as [25, 143, 10000-10010]')
  .transform((items) => items.join(','))
  .pipe(portsText)

interface Range {
  readonly first: number
  readonly last: number
}

function rangeOf(text: string): Range | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?$/.exec(text) ?? []
  const range = { first: Number(first), last: Number(last) }
  return range.first >= 1 && range.last <= HIGHEST && range.first <= range.last ? range : undefined
}

const expand = ({ first, last }: Range): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i)

function duplicatesOf(ports: readonly number[]): readonly number[] {
  const seen = new Set<number>()
  const twice = ports.filter((port) => seen.size === seen.add(port).size)
  return [...new Set(twice)].toSorted((a, b) => a - b)
}

/** `25, 143, 10000-10010`: three and more in a row are a range. */
export function showPorts(ports: readonly number[]): string {
  return rangesOf(ports).join(', ')
}

/** `[25, 143, '10000-10010']` for ascending ports. */
export function rangesOf(ports: readonly number[]): readonly (number | string)[] {
  const ranges: { first: number; last: number }[] = []
  for (const port of ports) {
    const open = ranges.at(-1)
    if (open?.last === port - 1) open.last = port
    else ranges.push({ first: port, last: port })
  }
  return ranges.flatMap(({ first, last }): (number | string)[] =>
    last - first < 2 ? expand({ first, last }) : [`${first}-${last}`],
  )
}
