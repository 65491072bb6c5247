/** A file, by its content and whether it can be run, or a symbolic link. */
export type Entry =
  { readonly sha256: string; readonly mode: number; readonly bytes: number } | { readonly link: string }

/** By relative path, with slashes. */
export type Entries = Readonly<Record<string, Entry>>

export const isSame = (a: Entry | undefined, b: Entry | undefined): boolean => {
  if (a === undefined || b === undefined) return a === b
  if ('link' in a || 'link' in b) return 'link' in a && 'link' in b && a.link === b.link
  return a.sha256 === b.sha256 && a.mode === b.mode
}

/** Whether a path stays below the folder that it is relative to. */
export const isInside = (path: string): boolean =>
  path !== '' &&
  !path.startsWith('/') &&
  !path.includes('\0') &&
  path.split('/').every((part) => !['', '.', '..'].includes(part))
