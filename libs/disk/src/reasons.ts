import { codeOf } from './error-code.ts'

/** What an error of the file system means to whoever looks after the machine. */
export interface Reason {
  /** Ends the sentence "… can't be saved: …". */
  readonly why: string
  /** A sentence. */
  readonly cure: string
}

const FULL = 'Free some space on its file system.'
const DESCRIPTORS: Reason = { why: 'no file descriptor is left', cure: 'Raise the limit (LimitNOFILE).' }

const REASONS: Readonly<Record<string, Reason>> = {
  EROFS: { why: 'its file system is read-only', cure: 'Mount it writable.' },
  ENOSPC: { why: 'the disk is full', cure: FULL },
  EDQUOT: { why: "this user's quota of disk space is used up", cure: FULL },
  EIO: { why: 'the disk reports an error', cure: 'Check the disk and its cables, and the kernel log.' },
  ENOTDIR: { why: 'a part of the path is a file', cure: 'Move that file away.' },
  EISDIR: { why: 'there is a folder in its place', cure: 'Move that folder away.' },
  EEXIST: { why: 'there is a file in its place', cure: 'Move that file away.' },
  EMFILE: DESCRIPTORS,
  ENFILE: DESCRIPTORS,
}

/** What an error of the file system means; `own`, by code, where the cure depends on what the file is for. */
export function reasonOf(error: unknown, own: Readonly<Record<string, Reason>> = {}): Reason {
  const code = codeOf(error)
  return (
    own[code] ??
    REASONS[code] ?? { why: code === '' ? String(error) : `it fails with ${code}`, cure: 'Check its file system.' }
  )
}
