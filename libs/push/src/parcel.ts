import { createReadStream } from 'node:fs'
import { once } from 'node:events'
import { pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { Installation, Program } from '@route-server/installation'
import { pack } from 'tar-stream'
import type { Manifest } from './manifest.ts'

export interface Content {
  readonly installation: Installation
  readonly manifest: Manifest
  /** Programs that the machine lacks. */
  readonly programs: readonly Program[]
  /** Secrets that the machine lacks. */
  readonly fresh: ReadonlyMap<string, string>
  /** The script that puts the version in force. */
  readonly script: string
}

/** What ends the archive ends what is on its way into it, each with an error of its own. */
const toldByArchive = (): void => undefined

/**
 * Everything that travels, as one compressed archive: `version/…`, `programs/{sha256}/{name}`, `kept/…`, `switch`, and `sums` with the
 * hash of each program.
 */
export function parcel(
  { installation, manifest, programs, fresh, script }: Content,
  sent: (bytes: number) => void,
): Readable {
  const archive = pack()
  // Programs are large, and the first level packs most of what can be packed.
  // Who reads may stop; that ends both.
  const zipped = pipeline(archive, createGzip({ level: 1 }), () => undefined)
  const file = (name: string, text: string, mode: number): void => {
    archive.entry({ name, mode }, text).on('error', toldByArchive)
  }
  async function fill(): Promise<void> {
    for (const { path, text, mode } of installation.files) file(`version/${path}`, text, mode)
    file('version/manifest.json', `${JSON.stringify(manifest, undefined, 1)}\n`, 0o644)
    for (const [name, text] of fresh) file(`kept/${name}`, text, 0o600)
    file('switch', script, 0o700)
    file('sums', programs.map(({ sha256, name }) => `${sha256}  programs/${sha256}/${name}\n`).join(''), 0o600)
    for (const { name, sha256, file: source, bytes, onMachine } of programs) {
      if (onMachine !== undefined) continue
      const entry = archive.entry({ name: `programs/${sha256}/${name}`, mode: 0o755, size: bytes })
      entry.on('error', toldByArchive)
      for await (const chunk of createReadStream(source) as AsyncIterable<Buffer>) {
        if (!entry.write(chunk)) await once(entry, 'drain')
        sent(chunk.length)
      }
      const packed = once(entry, 'finish')
      entry.end(Buffer.alloc(0))
      await packed
    }
    archive.finalize()
  }
  fill().catch((error: unknown) => {
    zipped.destroy(error as Error)
  })
  return zipped
}
