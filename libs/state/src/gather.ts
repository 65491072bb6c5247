import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'

/** Characters of a piece: large enough to be worth a write, small enough not to keep the process from anything else. */
const PIECE = 2 ** 17

/** What is to be written. */
export interface Gathered {
  /** Left out where there is to be no file. */
  readonly pieces?: readonly string[]
  readonly digest: string
  /** What this took of the process, without what it let others have; milliseconds. */
  readonly spent: number
}

/** Tells contents apart without keeping them. */
export function digestOf(text: string | undefined): string {
  return text === undefined ? '' : createHash('sha256').update(text).digest('base64')
}

/** Puts a content together piece by piece, and lets everything else have its turn in between: a listing may have many megabytes. */
export async function gather(parts: Iterable<string> | undefined): Promise<Gathered> {
  if (!parts) return { digest: digestOf(undefined), spent: 0 }
  const hash = createHash('sha256')
  const pieces: string[] = []
  let lines: string[] = []
  let length = 0
  let spent = 0
  let began = performance.now()
  const end = (): void => {
    const piece = lines.join('')
    hash.update(piece)
    pieces.push(piece)
    lines = []
    length = 0
    spent += performance.now() - began
  }
  for (const part of parts) {
    lines.push(part)
    length += part.length
    if (length < PIECE) continue
    end()
    await turn()
    began = performance.now()
  }
  end()
  return { pieces, digest: hash.digest('base64'), spent }
}
