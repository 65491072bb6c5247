import type { Change, Entry, NetworkChange } from '@route-server/kernel'
import { maskSecrets } from '@route-server/server'
import type { Log } from './log.ts'

const isRouter = ({ section }: Entry): boolean => section.endsWith('.routers')

/** `web-2816: Host(`web-2816.example.com`) on websecure (container web-1)`. */
function textOf({ section, name, value, origins }: Entry): string {
  const entryPoints = Array.isArray(value['entryPoints']) ? value['entryPoints'].join(', ') : ''
  const rule = typeof value['rule'] === 'string' ? value['rule'] : section.split('.')[0]
  return `${name}: ${maskSecrets(rule ?? '')} on ${entryPoints} (container ${origins[0]?.container ?? ''})`
}

/** What changed in each network; of one that is no longer there, everything is gone. */
function changesIn({ before, rendering }: Change): readonly NetworkChange[] {
  const known = new Set(before?.networks)
  const networks = new Set(rendering.networks.map(({ network }) => network))
  const forgotten = before?.networks.filter(({ network }) => !networks.has(network)) ?? []
  return [
    ...rendering.networks.filter((routes) => !known.has(routes)).map(({ change }) => change),
    ...forgotten.map(({ entries }) => ({ from: entries, gone: [...entries.values()], come: [] })),
  ]
}

const MOST = 12
const LONGEST = 300

/** A rule may be as long as its author likes; a line shows how it begins, and whose it is. */
const shortened = (line: string): string =>
  line.length > LONGEST ? `${line.slice(0, LONGEST - 100)} … ${line.slice(-97)}` : line

/** `+` for each router that came, `-` for each that went; one that was only made anew is neither. */
function linesOf({ gone, come }: NetworkChange): readonly string[] {
  const was = new Set(gone.filter(isRouter).map(textOf))
  const is = new Set(come.filter(isRouter).map(textOf))
  const kept = new Set(come.map(({ path }) => path))
  return [
    ...[...is].filter((text) => !was.has(text)).map((text) => `+ ${text}`),
    ...gone.filter((entry) => isRouter(entry) && !kept.has(entry.path)).map((entry) => `- ${textOf(entry)}`),
  ]
}

/** One line for each router that came or went with a change. */
export function narrate(change: Change, log: Log): void {
  const { document } = change
  const lines = changesIn(change).flatMap(linesOf)
  for (const line of lines.slice(0, MOST)) log.info({ revision: document.revision }, shortened(line))
  const more = lines.length > MOST ? `, ${lines.length - MOST} more routers came or went` : ''
  log.info(
    { revision: document.revision, bytes: document.bytes.length },
    `revision ${document.revision}: ${document.bytes.length} bytes${more}`,
  )
}
