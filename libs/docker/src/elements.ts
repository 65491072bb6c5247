import { Failure } from './failure.ts'
import type { Slices } from './slices.ts'

/** How much of an answer is believed to be a list. */
const MOST_BYTES = 256 * 2 ** 20
const MOST_ELEMENTS = 20_000
/** Of one element. Its parse can't be interrupted, and an element of 1 MiB made to be slow takes 40 ms. */
const MOST_ELEMENT_BYTES = 2 ** 20

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a JSON list of containers from a stream and hands them over one by one, as they come, so that neither its text nor its
 * parse is ever in one piece. As strict as a parse of the whole would be; rejects with a {@link Failure}.
 */
export async function readElements(
  stream: AsyncIterable<Buffer>,
  slices: Slices,
  take: (element: unknown) => void,
): Promise<void> {
  let bytes = 0
  let count = 0
  /** What wasn't parsed yet; it starts a list, or goes on after a comma of one. */
  let rest: Buffer = Buffer.alloc(0)
  let opening = ''
  const lastComma = findCommas()

  const takeAll = async (text: string, isBesideComma: boolean): Promise<void> => {
    const elements = parseList(text)
    if (isBesideComma && elements.length === 0) throw notJson()
    for (const element of elements) {
      count += 1
      if (count > MOST_ELEMENTS) throw new Failure('other', `Its list has more than ${MOST_ELEMENTS} containers.`)
      take(element)
      if (slices.isOver) await slices.rest()
    }
  }
  for await (const chunk of stream) {
    slices.begin()
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Failure('other', `Its list is longer than ${MOST_BYTES / 2 ** 20} MiB.`)
    const seen = rest.length
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const comma = lastComma(rest, seen)
    if (comma !== undefined) {
      await takeAll(`${opening}${decode(rest.subarray(0, comma))}]`, true)
      rest = rest.subarray(comma + 1)
      opening = '['
    }
    if (rest.length > MOST_ELEMENT_BYTES)
      throw new Failure('other', `Its list has a container of more than ${MOST_ELEMENT_BYTES / 2 ** 20} MiB.`)
    slices.end()
  }
  slices.begin()
  await takeAll(`${opening}${decode(rest)}`, opening !== '')
  slices.end()
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const DEPTH: Readonly<Record<number, 1 | -1>> = { 0x5b: 1, 0x7b: 1, 0x5d: -1, 0x7d: -1 }

/**
 * Follows a list's text as it comes.
 *
 * @returns takes what is there since the last comma that it gave, and how much of that it has seen already; gives the place of the last comma
 * between two elements. What isn't JSON is found by the parse.
 */
function findCommas(): (bytes: Buffer, seen: number) => number | undefined {
  let depth = 0
  let isInString = false
  const isEscaped = (bytes: Buffer, quote: number): boolean => {
    let before = quote
    while (bytes[before - 1] === BACKSLASH) before -= 1
    return (quote - before) % 2 === 1
  }
  return (bytes, seen) => {
    let comma: number | undefined
    for (let at = seen; at < bytes.length; at += 1) {
      if (isInString) {
        // Most of a list is in strings, and the search for a quote is quick.
        at = bytes.indexOf(QUOTE, at)
        if (at === -1) return comma
        isInString = isEscaped(bytes, at)
        continue
      }
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) isInString = true
      else if (byte === COMMA && depth === 1) comma = at
      else depth += DEPTH[byte] ?? 0
    }
    return comma
  }
}

function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    throw notJson()
  }
}

function parseList(text: string): readonly unknown[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw notJson()
  }
  if (!Array.isArray(list)) throw new Failure('other', "Its list of containers isn't a list.")
  return list
}

function notJson(): Failure {
  return new Failure('other', "Its answer isn't JSON, or was cut.")
}
