import type { Command } from 'commander'
import type { Explanation } from '@route-server/explain/asking'
import { plainJson, plainText } from '@route-server/server/plain-text'
import { print, STATUS, UsageError } from '@route-server/terminal'
import { askServer } from '@route-server/server/control-client'
import { stateDirOf, withPlace } from './place.ts'
import type { Place } from './place.ts'
import { TRAEFIK_API } from './traefik-api-flag.ts'

interface Given extends Place {
  readonly networkId?: string
  readonly traefikApi?: string
  readonly resolver?: string
}

/** `route-server explain`: why something is routed, or isn't, as the running server knows it and as it is seen from here. */
export function addExplain(program: Command): void {
  withPlace(program.command('explain'))
    .description(
      'say why a container, service, host, URL, router or entry point is reached, or is not, and what to do. The first line is the answer, the last one what to do. Exit status 0: nothing is in its way; 1: it could not be found out; 2: wrong usage; 3: it cannot be reached',
    )
    .argument('<what>', 'web-1, web-2816, app.example.com, https://app.example.com/api, tcp-25')
    .option('--network-id <id>', 'of this network only')
    .option(...TRAEFIK_API)
    .option('--resolver <address>', "the name server to ask, 192.0.2.1:53 (default: this machine's own)")
    .action(async (what: string, given: Given) => {
      const { judge, lookAround, pageOf, probesOnMachine, readQuestion, socketsOf } =
        await import('@route-server/explain/asking')
      const question = readQuestion(what, given.networkId)
      if ('error' in question) throw new UsageError(question.error)
      const query = new URLSearchParams({
        about: what,
        look: 'no',
        ...(given.networkId !== undefined && { network: given.networkId }),
      })
      const { facts } = (await askServer(await stateDirOf(given), 'GET', `/explain?${query.toString()}`)) as Explanation
      const { traefikApi: api = facts.traefikApi, resolver, json } = given
      const probes = probesOnMachine({ api, resolver, machine: facts.machine, daemons: socketsOf(facts) })
      const explanation = judge(facts, await lookAround(facts, probes))
      print(json === true ? plainJson(explanation) : pageOf(explanation).map(plainText).join('\n'))
      process.exitCode = statusOf(explanation)
    })
}

const statusOf = ({ verdict }: Explanation): number =>
  verdict === 'reachable' || verdict === 'doubtful' ? STATUS.done : STATUS.changes
