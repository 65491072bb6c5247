import type { KeptRevision } from '@route-server/history'
import { historyHead, revisionLine } from './history-file.ts'
import { createJournal, type Failure, type Journal, type JournalFigures, type JournalOptions } from './journal.ts'
import type { LoadedHistory } from './load.ts'

/** So many changes are kept, and so many characters of them; the oldest go first. */
const MOST = 500
const MOST_CHARACTERS = 2 * 2 ** 20

/** The last changes of the document, in memory and, once there is one, in their journal. */
export interface KeptHistory {
  /** The oldest first. Changes as there are more. */
  readonly revisions: readonly KeptRevision[]
  keep(revision: KeptRevision): void
  /** Why it isn't all in the file; nothing where it is. */
  failure(): Failure | undefined
  figures(): JournalFigures
  flush(): Promise<void>
  close(): Promise<void>
}

export interface KeptHistoryOptions extends Omit<JournalOptions, 'content' | 'size' | 'synced' | 'lines'> {
  readonly program: string
  readonly loaded: LoadedHistory
}

const NOTHING: JournalFigures = { bytes: 0, lines: 0, compactions: 0, failures: 0 }

export function keptHistory({ program, loaded, ...options }: KeptHistoryOptions): KeptHistory {
  const revisions: KeptRevision[] = []
  const lines: string[] = []
  let characters = 0

  function add(revision: KeptRevision): string {
    const line = revisionLine(revision)
    revisions.push(revision)
    lines.push(line)
    characters += line.length
    while (revisions.length > MOST || (characters > MOST_CHARACTERS && revisions.length > 1)) {
      revisions.shift()
      characters -= lines.shift()?.length ?? 0
    }
    return line
  }

  const open = (): Journal =>
    createJournal({
      ...options,
      lines: loaded.lines,
      synced: false,
      size: () => lines.length + 1,
      *content() {
        yield historyHead(program)
        yield* [...lines]
      },
    })

  for (const revision of loaded.history) add(revision)
  let journal = loaded.isThere ? open() : undefined
  return {
    revisions,
    keep(revision) {
      const line = add(revision)
      journal ??= open()
      journal.append([line])
    },
    failure: () => journal?.failure(),
    figures: () => journal?.figures() ?? NOTHING,
    flush: async () => journal?.flush(),
    close: async () => journal?.close(),
  }
}
