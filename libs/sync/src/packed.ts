import { createReadStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Entries } from './entry.ts'

/** What ends the archive ends what is on its way into it, each with an error of its own. */
const toldByArchive = (): void => undefined

/** Files and links of a folder, as a compressed archive. A file that grows or shrinks meanwhile fails the stream. */
export function packed(folder: string, entries: Entries, paths: readonly string[]): Readable {
  const archive = pack()
  // Who reads may stop; that ends both.
  const zipped = pipeline(archive, createGzip({ level: 1 }), () => undefined)
  async function fill(): Promise<void> {
    for (const path of paths) {
      const entry = entries[path]
      if (entry === undefined) continue
      if ('link' in entry) {
        archive.entry({ name: path, type: 'symlink', linkname: entry.link }).on('error', toldByArchive)
        continue
      }
      const into = archive.entry({ name: path, mode: entry.mode, size: entry.bytes })
      into.on('error', toldByArchive)
      for await (const chunk of createReadStream(join(folder, path)) as AsyncIterable<Buffer>)
        if (!into.write(chunk)) await once(into, 'drain')
      const packedWhole = once(into, 'finish')
      into.end(Buffer.alloc(0))
      await packedWhole
    }
    archive.finalize()
  }
  fill().catch((error: unknown) => {
    zipped.destroy(error as Error)
  })
  return zipped
}
