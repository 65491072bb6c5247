import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { openPromise } from 'yauzl'
import type { Packed } from './pinned.ts'

type Take = (content: Readable) => Promise<void>

/** Hands the program that is in the package to `take`; resolves with whether it was there. */
export const unpack = (archive: string, { kind, path }: Pick<Packed, 'kind' | 'path'>, take: Take): Promise<boolean> =>
  (kind === 'tgz' ? fromTar : fromZip)(archive, path, take)

async function fromTar(archive: string, path: string, take: Take): Promise<boolean> {
  let found = false
  const entries = extract()
  const reading = pipeline(createReadStream(archive), createGunzip(), entries)
  for await (const entry of entries) {
    if (entry.header.name === path && !found) {
      found = true
      await take(entry as unknown as Readable)
    } else entry.resume()
  }
  await reading
  return found
}

async function fromZip(archive: string, path: string, take: Take): Promise<boolean> {
  const zip = await openPromise(archive)
  try {
    for await (const entry of zip.eachEntry())
      if (entry.fileName === path) {
        await take(await zip.openReadStreamPromise(entry))
        return true
      }
    return false
  } finally {
    zip.close()
  }
}
