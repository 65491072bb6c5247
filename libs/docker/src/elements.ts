import { Failure } from './failure.ts'
import type { Body } from './line.ts'
import type { Slices } from './slices.ts'

/** How much of an answer is believed to be a list. */
const MOST_BYTES = 256 * 2 ** 20
const MOST_ELEMENTS = 20_000
/** Of one element. Its parse can't be interrupted, and an element of 1 MiB made to be slow takes 40 ms. */
const MOST_ELEMENT_BYTES = 2 ** 20

/**
 * How Docker goes on to the next container, which is quick to search for. No string can hold it, for its quotes would have a backslash. Other
 * engines may write a list in another order, or with white space: theirs is read byte by byte.
 */
const BETWEEN = Buffer.from('},{"Id":"')

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a JSON list of containers and hands them over one by one, as they come, so that neither its text nor its
 * parse is ever in one piece. As strict as a parse of the whole would be; rejects with a {@link Failure}.
 */
export async function readElements(list: Body, slices: Slices, take: (element: unknown) => void): Promise<void> {
  let bytes = 0
  let count = 0
  /** What wasn't parsed yet; it starts a list, or goes on after a comma of one. */
  let rest: Buffer = Buffer.alloc(0)
  let opening = ''

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
  const takeUntil = async (comma: number): Promise<void> => {
    await takeAll(`${opening}${decode(rest.subarray(0, comma))}]`, true)
    rest = rest.subarray(comma + 1)
    opening = '['
  }
  for await (const chunk of Buffer.isBuffer(list) ? [list] : list) {
    slices.begin()
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Failure('other', `Its list is longer than ${MOST_BYTES / 2 ** 20} MiB.`)
    const unseen = Math.max(0, rest.length - BETWEEN.length)
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const between = rest.subarray(unseen).lastIndexOf(BETWEEN)
    if (between >= 0) await takeUntil(unseen + between + 1)
    if (rest.length > MOST_ELEMENT_BYTES) {
      const comma = lastComma(rest, opening === '' ? 0 : 1)
      if (comma === undefined)
        throw new Failure('other', `Its list has a container of more than ${MOST_ELEMENT_BYTES / 2 ** 20} MiB.`)
      await takeUntil(comma)
    }
    slices.end()
  }
  slices.begin()
  await takeAll(`${opening}${decode(rest)}`, opening !== '')
  slices.end()
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const DEEPER: Readonly<Record<number, 1 | -1>> = { 0x5b: 1, 0x7b: 1, 0x5d: -1, 0x7d: -1 }

/** Where the last comma between two elements is, if there is one. What isn't JSON is found by the parse. */
function lastComma(bytes: Buffer, depthBefore: number): number | undefined {
  let depth = depthBefore
  let isInString = false
  let comma: number | undefined
  for (const [at, byte] of bytes.entries()) {
    if (byte === QUOTE) isInString = !isInString || isEscaped(bytes, at)
    else if (isInString) continue
    else if (byte === COMMA && depth === 1) comma = at
    else depth += DEEPER[byte] ?? 0
  }
  return comma
}

function isEscaped(bytes: Buffer, quote: number): boolean {
  let before = quote
  while (bytes[before - 1] === BACKSLASH) before -= 1
  return (quote - before) % 2 === 1
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
