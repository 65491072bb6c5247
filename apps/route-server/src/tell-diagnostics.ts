import type { News } from '@route-server/kernel'
import type { Diagnostic } from '@route-server/plugin-api'
import { diagnosticLines } from './diagnostic-line.ts'
import type { Log } from './log.ts'

/** In one go; whoever deploys looks at the first. All are among the routes. */
const MOST = 12
/** What was said is remembered so long as there is no more of it than this. */
const MOST_REMEMBERED = 20_000

const keyOf = ({ code, label, message, origin }: Diagnostic): string =>
  [origin.containerId ?? origin.network ?? origin.daemon ?? '', code, label ?? message].join('\0')

/** Logs what isn't served, or probably not as meant, once for each container: where its owner looks first. */
export function tellDiagnostics(log: Log): (news: News) => void {
  const told = new Set<string>()
  return ({ networks }) => {
    const fresh = networks
      .flatMap(({ said }) => said())
      .filter((diagnostic) => diagnostic.level !== 'info' && !told.has(keyOf(diagnostic)))
    if (fresh.length === 0) return
    if (told.size + fresh.length > MOST_REMEMBERED) told.clear()
    for (const diagnostic of fresh) told.add(keyOf(diagnostic))
    for (const diagnostic of fresh.slice(0, MOST)) {
      const { code, label, origin } = diagnostic
      for (const line of diagnosticLines(diagnostic)) log.warn({ code, label, ...origin }, line)
    }
    if (fresh.length > MOST)
      log.warn({}, `${fresh.length - MOST} more diagnostics: see /routes.json, with ?network=… or ?container=…`)
  }
}
