import type { ContainerChange } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { createJournal, SLICE, type Journal, type JournalOptions } from './journal.ts'
import { containerLine, factsLine, type Facts } from './listing-file.ts'

/** One network's listing as it is now, and its journal. */
export interface KeptListing {
  readonly containers: ReadonlyMap<string, Container>
  readonly journal: Pick<Journal, 'failure' | 'figures'>
  /** Writes soon what is other than before. */
  keep(facts: Facts, change: ContainerChange): void
  forget(): void
  flush(): Promise<void>
  close(): Promise<void>
}

export interface KeptListingOptions extends Omit<JournalOptions, 'content' | 'size' | 'synced'> {
  readonly program: string
  /** As it was read. */
  readonly before: { readonly facts: Facts; readonly containers: Iterable<Container> } | undefined
}

export function keptListing({ program, before, ...options }: KeptListingOptions): KeptListing {
  const containers = new Map(Array.from(before?.containers ?? [], (container) => [container.id, container]))
  let said = before && factsLine(before.facts, program)
  let facts = said
  /** Whose lines aren't written yet. */
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const journal = createJournal({
    ...options,
    synced: false,
    size: () => containers.size + 1,
    *content() {
      yield facts ?? ''
      for (const [id, container] of containers) yield containerLine(id, container)
    },
  })

  const isBehind = (): boolean => changed.size > 0 || facts !== said

  /** The next lines to be written, no more than keep the process for a moment. */
  function* slice(): Iterable<string> {
    if (facts !== said) yield (said = facts) ?? ''
    let length = 0
    for (const id of changed) {
      const line = containerLine(id, containers.get(id))
      changed.delete(id)
      yield line
      if ((length += line.length) >= SLICE) return
    }
  }
  const write = (): void => {
    journal.append(slice())
    if (!journal.takesLines()) settle()
  }
  /** Everything is going to be written anew. */
  const settle = (): void => {
    changed.clear()
    said = facts
  }
  const writeSoon = (wait: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      write()
      if (isBehind()) writeSoon(0)
    }, wait)
  }
  const stop = (): void => {
    clearTimeout(timer)
    timer = undefined
  }
  const flush = async (): Promise<void> => {
    stop()
    while (isBehind()) write()
    await journal.flush()
  }

  return {
    containers,
    journal,
    keep(now, change) {
      facts = factsLine(now, program)
      for (const [id, container] of change) {
        const before = containers.get(id)
        if (before === container) continue
        if (container) containers.set(id, container)
        else containers.delete(id)
        // Who lists a daemon anew, after a start or a reload, has new objects that mostly say the same.
        if (!before || !container || containerLine(id, before) !== containerLine(id, container)) changed.add(id)
      }
      if (isBehind()) writeSoon(options.timing.pace)
    },
    forget() {
      stop()
      containers.clear()
      facts = undefined
      settle()
      journal.remove()
    },
    flush,
    async close() {
      await flush()
      await journal.close()
    },
  }
}
