import { createReadStream } from 'node:fs'
import { once } from 'node:events'
import { pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'

/** A tar archive that is being filled. */
export interface Archive {
  readonly text: (name: string, text: string, mode: number) => void
  readonly link: (name: string, target: string) => void
  /** Resolves when the file is in; `packed` is told how many of its bytes are, as they are. A file that has other than so many bytes fails the archive. */
  readonly file: (
    name: string,
    source: string,
    about: { readonly mode: number; readonly bytes: number },
    packed?: (bytes: number) => void,
  ) => Promise<void>
}

/** What ends the archive ends what is on its way into it, each with an error of its own. */
const toldByArchive = (): void => undefined

/** A compressed tar archive of what `fill` puts into it, while it is read. Who reads may stop at any moment. */
export function archiveOf(fill: (archive: Archive) => Promise<void>): Readable {
  const tar = pack()
  // What is large is packed already, or isn't worth the time.
  const zipped = pipeline(tar, createGzip({ level: 1 }), () => undefined)
  const archive: Archive = {
    text(name, text, mode) {
      tar.entry({ name, mode }, text).on('error', toldByArchive)
    },
    link(name, target) {
      tar.entry({ name, type: 'symlink', linkname: target }).on('error', toldByArchive)
    },
    async file(name, source, { mode, bytes }, packed) {
      const entry = tar.entry({ name, mode, size: bytes }).on('error', toldByArchive)
      for await (const chunk of createReadStream(source) as AsyncIterable<Buffer>) {
        if (!entry.write(chunk)) await once(entry, 'drain')
        packed?.(chunk.length)
      }
      const finished = once(entry, 'finish')
      entry.end(Buffer.alloc(0))
      await finished
    },
  }
  fill(archive).then(
    () => tar.finalize(),
    (error: unknown) => zipped.destroy(error as Error),
  )
  return zipped
}
