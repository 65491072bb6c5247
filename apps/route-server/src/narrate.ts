import { isRouter } from '@route-server/kernel'
import type { Change, Entry, NetworkChange } from '@route-server/kernel'
import { maskSecrets } from '@route-server/server'
import type { Log } from './log.ts'

/** What a line tells of a router, beside its name. */
interface Told {
  readonly rule: string
  readonly entryPoints: string
  readonly container: string
}

function toldOf({ section, value, origins }: Entry): Told {
  const entryPoints = Array.isArray(value['entryPoints']) ? value['entryPoints'].join(', ') : ''
  const rule = typeof value['rule'] === 'string' ? value['rule'] : (section.split('.')[0] ?? '')
  return { rule, entryPoints, container: origins[0]?.container ?? '' }
}

function isSame(a: Told, b: Told): boolean {
  return a.rule === b.rule && a.entryPoints === b.entryPoints && a.container === b.container
}

/** `web-2816: Host(`web-2816.example.com`) on websecure (container web-1)`. */
function textOf(entry: Entry): string {
  const { rule, entryPoints, container } = toldOf(entry)
  return `${entry.name}: ${maskSecrets(rule)} on ${entryPoints} (container ${container})`
}

const MOST = 12
const LONGEST = 300

/** A rule may be as long as its author likes; a line shows how it begins, and whose it is. */
const shortened = (line: string): string =>
  line.length > LONGEST ? `${line.slice(0, LONGEST - 100)} … ${line.slice(-97)}` : line

export interface RouterNews {
  readonly sign: '+' | '-'
  readonly router: Entry
}

/** `+` for each router that came, `-` for each that went; one that was only made anew is neither. */
export function newsOf({ gone, come }: NetworkChange): readonly RouterNews[] {
  const before = new Map(gone.filter(isRouter).map((router) => [router.path, toldOf(router)]))
  const after = new Set(come.map(({ path }) => path))
  const isNew = (router: Entry): boolean => {
    const was = before.get(router.path)
    return !was || !isSame(was, toldOf(router))
  }
  return [
    ...come.filter((entry) => isRouter(entry) && isNew(entry)).map((router): RouterNews => ({ sign: '+', router })),
    ...gone
      .filter((entry) => isRouter(entry) && !after.has(entry.path))
      .map((router): RouterNews => ({ sign: '-', router })),
  ]
}

/** One line for each router that came or went with a change. */
export function narrate({ document, networks }: Change, log: Log): void {
  const news = networks.flatMap(newsOf)
  for (const { sign, router } of news.slice(0, MOST))
    log.info({ revision: document.revision }, shortened(`${sign} ${textOf(router)}`))
  const more = news.length > MOST ? `, ${news.length - MOST} more routers came or went` : ''
  log.info(
    { revision: document.revision, bytes: document.length },
    `revision ${document.revision}: ${document.length} bytes${more}`,
  )
}
