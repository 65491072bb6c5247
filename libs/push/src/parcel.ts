import { archiveOf } from '@route-server/archive'
import type { Installation, Program } from '@route-server/installation'
import type { Readable } from 'node:stream'
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

/**
 * Everything that travels, as one compressed archive: `version/…`, `programs/{sha256}/{name}`, `kept/…`, `switch`, and `sums` with the
 * hash of each program.
 */
export function parcel(
  { installation, manifest, programs, fresh, script }: Content,
  sent: (bytes: number) => void,
): Readable {
  return archiveOf(async ({ text, file }) => {
    for (const one of installation.files) text(`version/${one.path}`, one.text, one.mode)
    text('version/manifest.json', `${JSON.stringify(manifest, undefined, 1)}\n`, 0o644)
    for (const [name, secret] of fresh) text(`kept/${name}`, secret, 0o600)
    text('switch', script, 0o700)
    text('sums', programs.map(({ sha256, name }) => `${sha256}  programs/${sha256}/${name}\n`).join(''), 0o600)
    for (const { name, sha256, file: source, bytes, onMachine } of programs)
      if (onMachine === undefined) await file(`programs/${sha256}/${name}`, source, { mode: 0o755, bytes }, sent)
  })
}
