import { Failure } from './failure.ts'
import type { Slices } from './slices.ts'

/** How much of an answer is believed to be a list. */
const MOST_BYTES = 256 * 2 ** 20
const MOST_ELEMENTS = 20_000
/** Of one element. Its parse can't be interrupted, and an element of 1 MiB made to be slow takes 40 ms. */
const MOST_ELEMENT_BYTES = 2 ** 20

/** How Docker goes on to the next container. No string can hold it, for its quotes would have a backslash. */
const BETWEEN = Buffer.from('},{"Id":"')
const COMMA = 1

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

  const takeAll = async (text: string): Promise<void> => {
    for (const element of parseList(text)) {
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
    const unseen = Math.max(0, rest.length - BETWEEN.length)
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const at = rest.subarray(unseen).lastIndexOf(BETWEEN)
    if (at >= 0) {
      const cut = unseen + at + COMMA
      await takeAll(`${opening}${decode(rest.subarray(0, cut))}]`)
      rest = rest.subarray(cut + COMMA)
      opening = '['
    }
    if (rest.length > MOST_ELEMENT_BYTES)
      throw new Failure('other', `Its list has a container of more than ${MOST_ELEMENT_BYTES / 2 ** 20} MiB.`)
    slices.end()
  }
  slices.begin()
  await takeAll(`${opening}${decode(rest)}`)
  slices.end()
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
