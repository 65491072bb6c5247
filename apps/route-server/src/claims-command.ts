import type { Command } from 'commander'
import { parseNetworkId } from '@route-server/plugin-api'
import type { Claims } from '@route-server/server'
import { plainJson } from '@route-server/server/plain-text'
import { claimsTable } from './claims-table.ts'
import { askServer, ControlError } from '@route-server/server/control-client'
import { stateDirOf, withPlace } from './place.ts'
import type { Place } from './place.ts'
import { visible } from '@route-server/terminal'

type Print = (text: string) => void

function networkOf(text: string): number {
  const network = parseNetworkId(text)
  if (network !== undefined) return network
  throw new ControlError(
    `"${visible(text)}" is no network ID: it has to be a multiple of 64 from 64 to 16777152, such as 2816.`,
  )
}

/** `route-server claims list|release|assign`: what networks have from one another, as the running server knows it. */
export function addClaims(program: Command, print: Print = (text) => void process.stdout.write(text)): void {
  const claims = program
    .command('claims')
    .description('list, release or assign the hosts, entry points and ports that networks have claimed')
  const say = ({ json }: Place, answer: object, sentence: string): void =>
    print(`${json === true ? plainJson(answer) : sentence}\n`)

  withPlace(claims.command('list'))
    .description('print every claim: its subject, its network, since when, and whether it is used')
    .action(async (given: Place) => {
      const answer = (await askServer(await stateDirOf(given), 'GET', '/claims')) as Claims
      const shown = given.json === true ? plainJson(answer.claims) : claimsTable(answer.claims)
      print(`${shown.trimEnd()}\n`)
    })
  withPlace(claims.command('release'))
    .description('make a claim free for whoever asks next, once its owner is away')
    .argument('<subject>', 'as claims list prints it: app.example.com, "*.shop.example.com", tcp-25')
    .action(async (subject: string, given: Place) => {
      const answer = (await askServer(await stateDirOf(given), 'POST', '/claims/release', { subject })) as object
      say(given, answer, `Released ${visible(subject)}.`)
    })
  withPlace(claims.command('assign'))
    .description('give a claim to a network, whoever has it')
    .argument('<subject>', 'as claims list prints it: app.example.com, "*.shop.example.com", tcp-25')
    .argument('<network>', 'the network ID: 2816')
    .action(async (subject: string, text: string, given: Place) => {
      const network = networkOf(text)
      const answer = (await askServer(await stateDirOf(given), 'POST', '/claims/assign', {
        subject,
        network,
      })) as object
      say(given, answer, `${visible(subject)} is network ${network}'s now.`)
    })
}
