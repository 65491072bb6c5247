import { judge, lookAround, pageOf, probesOnMachine, readQuestion } from '@route-server/explain/asking'
import { plainJson, plainText } from '@route-server/server/plain-text'
import { print, STATUS, UsageError } from '@route-server/terminal'
import { askAbout } from '../ask-about.ts'
import { findHere, type WhereFlags } from '../here.ts'

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
  const question = readQuestion(what, network)
  if ('error' in question) throw new UsageError(question.error)
  const query = new URLSearchParams({ about: what, look: 'no', ...(network !== undefined && { network }) })
  const { facts, traefikApi: known, daemons } = await askAbout(`/explain?${query.toString()}`)
  const { traefikApi: api = known, resolver } = flags
  const probes = probesOnMachine({ api, resolver, machine: facts.machine, daemons })
  const explanation = judge(facts, await lookAround(facts, probes))
  print(flags.json === true ? plainJson(explanation) : pageOf(explanation).map(plainText).join('\n'))
  const isReached = explanation.verdict === 'reachable' || explanation.verdict === 'doubtful'
  process.exitCode = isReached ? STATUS.done : STATUS.changes
}
