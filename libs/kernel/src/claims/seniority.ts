import type { Entry } from '../document/entry.ts'

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The oldest container's first. A total order: no two entries have one path. */
export const bySeniority = (a: Entry, b: Entry): number =>
  (a.by?.container.created ?? 0) - (b.by?.container.created ?? 0) ||
  compare(a.by?.container.id ?? '', b.by?.container.id ?? '') ||
  compare(a.path, b.path)
