import { closeSync, constants, openSync, renameSync, writeSync } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'

/** What is there to save with; the part of `node:fs/promises` that a save needs, and two operations that are over when they return. */
export interface FileSystem {
  /** `wx` makes a file; `r` opens a folder, `r+` a file, so that it can be synced. */
  open(path: string, flags: 'wx' | 'r' | 'r+', mode?: number): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** Adds to the end of a file that is there. Where it throws, a part of the content may be there. */
  appendSync(path: string, content: string): void
  renameSync(from: string, to: string): void
}

export interface OpenFile {
  /** Goes on where the last one ended. */
  writeFile(content: string | Uint8Array): Promise<void>
  chmod(mode: number): Promise<void>
  chown(uid: number, gid: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

function appendSync(path: string, content: string): void {
  const bytes = Buffer.from(content)
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND)
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
  } finally {
    closeSync(file)
  }
}

export const REAL: FileSystem = { open, rename, unlink, appendSync, renameSync }
