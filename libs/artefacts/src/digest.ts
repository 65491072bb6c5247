import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A file's SHA-256. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash)
  return hash.digest('hex')
}

/** Hands on what it gets, hashes it, and tells how much came. */
export function hashing(tell: (bytes: number) => void = () => undefined): {
  readonly stream: Transform
  readonly digest: () => string
} {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    stream: new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk)
        tell((bytes += chunk.length))
        done(null, chunk)
      },
    }),
    digest: () => hash.digest('hex'),
  }
}
