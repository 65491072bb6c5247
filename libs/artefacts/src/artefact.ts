/** What processors a program is for. */
export type Architecture = 'x64' | 'arm64'

/** A program for a machine, on this computer. */
export interface Artefact {
  readonly name: 'node' | 'traefik' | 'route-server.mjs' | 'renet.mjs'
  /** Absolute path. */
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  readonly version: string
}

/** Called with each thing that takes a while. */
export type Tell = (step: { readonly what: string; readonly detail?: string }) => void

/** A program can't be had; the message says why and what to do, for people. */
export class ArtefactError extends Error {
  override readonly name = 'ArtefactError'
}
