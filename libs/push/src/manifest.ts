import { createHash } from 'node:crypto'
import type { Effect, Installation, Program } from '@route-server/installation'

/** What a version consists of, as it says itself in `manifest.json`. */
export interface Manifest {
  /** Of everything below; the name of the version's folder. */
  readonly version: string
  readonly files: readonly ManifestFile[]
  readonly programs: readonly Pick<Program, 'name' | 'sha256' | 'version'>[]
  readonly units: readonly string[]
}

export interface ManifestFile {
  readonly path: string
  readonly sha256: string
  readonly mode: number
  readonly group?: string
  readonly effect: Effect
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export function manifestOf({ files, units }: Installation, programs: readonly Program[]): Manifest {
  const content = {
    files: files.map(({ path, text, mode, group, effect }) => ({
      path,
      sha256: sha256(text),
      mode,
      ...(group !== undefined && { group }),
      effect,
    })),
    programs: programs.map(({ name, sha256, version }) => ({ name, sha256, version })),
    units,
  }
  return { version: sha256(JSON.stringify(content)).slice(0, 16), ...content }
}

/** Nothing where the text isn't a manifest. */
export function readManifest(text: string | undefined): Manifest | undefined {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Partial<Manifest> | null
    return value && Array.isArray(value.files) && Array.isArray(value.programs) && Array.isArray(value.units)
      ? (value as Manifest)
      : undefined
  } catch {
    return undefined
  }
}
