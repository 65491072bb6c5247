import { sections } from '@route-server/traefik'
import type { SectionName } from '@route-server/traefik'
import { createOrdered } from '../ordered.ts'
import type { Chunk, Ordered } from '../ordered.ts'
import type { Entry } from './entry.ts'

/** An entry where it stands in its section. */
interface Piece {
  /** Orders the networks. What is nobody's stands last. */
  readonly network: number
  readonly name: string
  /** ASCII, so that its length is that of its bytes. */
  readonly text: string
}

/** Pieces that stand next to one another, as bytes. */
type PieceChunk = Chunk<Piece, Uint8Array>

/** The route document as it was at one moment, in pieces: made into bytes when somebody asks for them. */
export interface Rope {
  /** Of all its parts; bytes. */
  readonly length: number
  /** Those that nothing changed are the same ones in the next rope: a change costs no copy of the whole. */
  parts(): readonly Uint8Array[]
  /** All of it, made anew whenever it is asked for. */
  bytes(): Uint8Array
}

/** The text of all entries, kept up to date piece by piece. */
export interface Draft {
  /** Takes entries out, and puts others in; an entry that takes another's place is put in after that one was taken out. */
  change(network: number, gone: Iterable<Entry>, come: Iterable<Entry>): void
  /** Whether it says something else than when this was last asked; the first time it does. */
  revised(): boolean
  /** As it is now. */
  rope(): Rope
}

const byNetworkAndName = (a: Piece, b: Piece): number =>
  a.network - b.network || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/** `http` before `tcp`, `middlewares` before `routers`, each with the line that it begins with. */
const ORDER = ['http', 'tcp', 'tls', 'udp'].map((part) => ({
  line: Buffer.from(`${part}:\n`),
  kinds: [...sections.keys()]
    .filter((section) => section.startsWith(`${part}.`))
    .sort()
    .map((section) => ({ section, line: Buffer.from(`  ${section.slice(part.length + 1)}:\n`) })),
}))

const EMPTY = Buffer.from('{}\n')

const bytesOf = (chunk: PieceChunk): Uint8Array =>
  (chunk.summary ??= Buffer.from(chunk.items.map(({ text }) => text).join(''), 'latin1'))

/**
 * Sections sorted, in each the networks ascending, in each network the names sorted. A section exists only where something stands in
 * it, because an empty one makes Traefik refuse the whole.
 */
function assembled(chunksOf: (section: SectionName) => readonly PieceChunk[]): readonly Uint8Array[] {
  const parts = ORDER.flatMap(({ line, kinds }) => {
    const body = kinds.flatMap((kind) => {
      const chunks = chunksOf(kind.section)
      return chunks.length === 0 ? [] : [kind.line, ...chunks.map(bytesOf)]
    })
    return body.length === 0 ? [] : [line, ...body]
  })
  return parts.length === 0 ? [EMPTY] : parts
}

export function createDraft(): Draft {
  const pieces = new Map<SectionName, Ordered<Piece, Uint8Array>>()
  let isFirst = true
  /** What stood where something was changed since somebody last asked; `undefined`: nothing. */
  const before = new Map<string, string | undefined>()
  const now = new Map<string, string>()
  let length = 0

  const sectionOf = (section: SectionName): Ordered<Piece, Uint8Array> => {
    const known = pieces.get(section) ?? createOrdered<Piece, Uint8Array>(byNetworkAndName)
    pieces.set(section, known)
    return known
  }

  return {
    change(network, gone, come) {
      for (const { section, name, path, text } of gone) {
        if (!before.has(path)) before.set(path, text)
        now.delete(path)
        if (sectionOf(section).delete({ network, name, text })) length -= text.length
      }
      for (const { section, name, path, text } of come) {
        if (!before.has(path)) before.set(path, undefined)
        now.set(path, text)
        sectionOf(section).add({ network, name, text })
        length += text.length
      }
    },
    revised() {
      const isOther = isFirst || [...before].some(([path, text]) => now.get(path) !== text)
      isFirst = false
      before.clear()
      now.clear()
      return isOther
    },
    rope() {
      const chunks = new Map([...pieces].map(([section, ordered]) => [section, ordered.snapshot()]))
      const lines = ORDER.flatMap(({ line, kinds }) => {
        const used = kinds.filter(({ section }) => (chunks.get(section)?.length ?? 0) > 0)
        return used.length === 0 ? [] : [line, ...used.map((kind) => kind.line)]
      })
      const total = length + lines.reduce((sum, line) => sum + line.length, 0)
      let known: readonly Uint8Array[] | undefined
      const parts = (): readonly Uint8Array[] => (known ??= assembled((section) => chunks.get(section) ?? []))
      return {
        length: total === 0 ? EMPTY.length : total,
        parts,
        bytes: () => Buffer.concat(parts()),
      }
    },
  }
}
