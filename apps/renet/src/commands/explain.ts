import { judge, lookAround, pageOf, probesOnMachine } from '@route-server/explain'
import type { Explanation } from '@route-server/explain'
import { plainJson, plainText } from '@route-server/server/plain-text'
import { print, STATUS } from '@route-server/terminal'
import { findHere, type WhereFlags } from '../here.ts'
import { RenetError } from '../renet-error.ts'
import { askRouteServer, routeServer } from '../routes.ts'

export interface ExplainFlags extends WhereFlags {
  readonly traefikApi?: string
  readonly resolver?: string
  readonly json?: boolean
}

/** Names are the repository's own; hosts are everybody's. */
function networkFor(what: string, { networkId, dir }: ExplainFlags): string | undefined {
  if (networkId !== undefined || what.includes('.')) return networkId
  try {
    return String(findHere(dir === undefined ? {} : { dir }).network)
  } catch {
    return undefined
  }
}

export async function run(what: string, flags: ExplainFlags): Promise<void> {
  const network = networkFor(what, flags)
  const query = new URLSearchParams({ about: what, look: 'no', ...(network !== undefined && { network }) })
  const answer = await askRouteServer(`/explain?${query.toString()}`).catch((cause: unknown) => {
    throw new RenetError(
      `No route server explains anything at ${routeServer()}. Look at it with: systemctl status rediacc-router.service`,
      { cause },
    )
  })
  const { facts } = JSON.parse(answer) as Explanation
  const probes = probesOnMachine({ api: flags.traefikApi, resolver: flags.resolver, machine: facts.machine })
  const explanation = judge(facts, await lookAround(facts, probes))
  print(flags.json === true ? plainJson(explanation) : pageOf(explanation).map(plainText).join('\n'))
  const isReached = explanation.verdict === 'reachable' || explanation.verdict === 'doubtful'
  process.exitCode = isReached ? STATUS.done : STATUS.changes
}
