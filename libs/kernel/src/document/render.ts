import { sections } from '@route-server/traefik'
import type { SectionName } from '@route-server/traefik'
import type { Entry } from './entry.ts'

/** The entries of one section, sorted by name, and the text that they make: rendered once and kept. */
interface Part {
  readonly entries: readonly Entry[]
  readonly bytes: Uint8Array
}

export type Parts = ReadonlyMap<SectionName, Part>

const encoder = new TextEncoder()

const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

function bySection(entries: Iterable<Entry>): ReadonlyMap<SectionName, Entry[]> {
  const lists = new Map<SectionName, Entry[]>()
  for (const entry of entries) {
    const list = lists.get(entry.section)
    if (list) list.push(entry)
    else lists.set(entry.section, [entry])
  }
  return lists
}

const NOTHING: Part = { entries: [], bytes: new Uint8Array() }

/**
 * A section with some of its entries taken out and others put in. What stays is copied in runs, not rendered: an entry's text is
 * ASCII, so its length is that of its bytes.
 */
function changed({ entries, bytes }: Part, gone: ReadonlySet<Entry>, come: readonly Entry[]): Part {
  const arriving = [...come].sort(byName)
  const kept: Entry[] = []
  const runs: Uint8Array[] = []
  let run = 0
  let offset = 0
  let next = 0
  const endRun = (): void => {
    if (offset > run) runs.push(bytes.subarray(run, offset))
    run = offset
  }
  const arrive = (before?: Entry): void => {
    for (let entry = arriving[next]; entry && (!before || byName(entry, before) < 0); entry = arriving[++next]) {
      endRun()
      kept.push(entry)
      runs.push(encoder.encode(entry.text))
    }
  }
  for (const entry of entries) {
    arrive(entry)
    if (gone.has(entry)) endRun()
    else kept.push(entry)
    offset += entry.text.length
    if (gone.has(entry)) run = offset
  }
  arrive()
  endRun()
  return { entries: kept, bytes: concat(runs) }
}

/** The text of a network's entries, some of which are gone and others there instead; every other section stays as it is. */
export function changeParts(parts: Parts, gone: Iterable<Entry>, come: Iterable<Entry>): Parts {
  const leaving = bySection(gone)
  const coming = bySection(come)
  const next = new Map(parts)
  for (const section of new Set([...leaving.keys(), ...coming.keys()])) {
    const part = changed(parts.get(section) ?? NOTHING, new Set(leaving.get(section)), coming.get(section) ?? [])
    if (part.entries.length === 0) next.delete(section)
    else next.set(section, part)
  }
  return next
}

export const renderParts = (entries: Iterable<Entry>): Parts => changeParts(new Map(), [], entries)

/** `http` before `tcp`, `middlewares` before `routers`. */
const order = ['http', 'tcp', 'tls', 'udp'].map((part) => ({
  part,
  kinds: [...sections.keys()]
    .filter((section) => section.startsWith(`${part}.`))
    .map((section) => section.slice(part.length + 1))
    .sort(),
}))

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

const EMPTY = encoder.encode('{}\n')

/**
 * The route document: sections sorted, in each the networks in the given order, in each network the names sorted. A section
 * exists only where something stands in it, because an empty one makes Traefik refuse the whole. Copies bytes, renders nothing.
 */
export function assemble(networks: readonly Parts[]): Uint8Array {
  const chunks = order.flatMap(({ part, kinds }) => {
    const body = kinds.flatMap((kind) => {
      const texts = networks.flatMap((parts) => parts.get(`${part}.${kind}` as SectionName)?.bytes ?? [])
      return texts.length === 0 ? [] : [encoder.encode(`  ${kind}:\n`), ...texts]
    })
    return body.length === 0 ? [] : [encoder.encode(`${part}:\n`), ...body]
  })
  return chunks.length === 0 ? EMPTY : concat(chunks)
}
