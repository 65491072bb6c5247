import { open, rename, unlink } from 'node:fs/promises'

/** What is there to save with; the part of `node:fs/promises` that a save needs. */
export interface FileSystem {
  /** `wx` makes a file, `r` opens a folder so that it can be synced. */
  open(path: string, flags: 'wx' | 'r', mode?: number): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
}

export interface OpenFile {
  /** Goes on where the last one ended. */
  writeFile(content: string | Uint8Array): Promise<void>
  chmod(mode: number): Promise<void>
  chown(uid: number, gid: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export const REAL: FileSystem = { open, rename, unlink }
