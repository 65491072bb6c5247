import { basename } from 'node:path'
import { codeOf } from '@route-server/disk'
import type { NetworkId } from '@route-server/plugin-api'
import type { NewerFormat } from './format.ts'
import { reasonOf } from './reasons.ts'
import type { Failure } from './journal.ts'
import { StateError } from './state-error.ts'

/** How many faults are said one by one. */
const SAID = 5

export function claimsDamaged(file: string, aside: string, why: string): string {
  return (
    `The claims in ${file} can't be used: ${why}. The file was set aside as ${basename(aside)}, and hosts and ports belong to who asks ` +
    'for them first from now on. To have the claims back, stop the route server, mend that file and give it its name back.'
  )
}

export function claimsPartlyDamaged(file: string, aside: string, faults: readonly string[]): string {
  return (
    `Some claims in ${file} can't be used and were left out: ${some(faults)}. The others are in force; the file as it was is kept as ` +
    `${basename(aside)}.`
  )
}

function some(faults: readonly string[]): string {
  const said = faults.slice(0, SAID).join('; ')
  return faults.length > SAID ? `${said} and ${faults.length - SAID} more` : said
}

export function claimsTorn(file: string): string {
  return `The last line of ${file} was begun and not ended, as when the power fails or the disk is full. It was cut off; all claims before are in force.`
}

export function claimsTooNew(file: string, { format, newest, program }: NewerFormat): StateError {
  const writer = program === undefined ? 'a newer version of the route server' : `route-server ${program}`
  return new StateError(
    `The claims in ${file} were written by ${writer} in format ${format}; this version knows up to format ${newest}. ` +
      'Without them hosts and ports would go to strangers, so it does not start. Run that version or a newer one, or move the file ' +
      'away to begin without claims.',
  )
}

export function claimsUnreadable(file: string, cause: unknown): StateError {
  const denied = ['EACCES', 'EPERM'].includes(codeOf(cause))
  const why = denied ? "this user isn't allowed to" : reasonOf(cause).why
  const cure = denied
    ? 'Give the state directory, with what is in it, to the user that the route server runs as.'
    : reasonOf(cause).cure
  return new StateError(
    `The claims in ${file} can't be read: ${why}. Without them hosts and ports would go to strangers, so the route server does not start. ${cure}`,
    { cause },
  )
}

export function listingDamaged(file: string, network: NetworkId, why: string, aside: string): string {
  return (
    `The last listing of network ${network} in ${file} can't be used: ${why}. The file was set aside as ${aside}; the network's routes ` +
    'come back when its daemon answers.'
  )
}

export function listingPartlyDamaged(
  file: string,
  network: NetworkId,
  aside: string,
  faults: readonly string[],
): string {
  return (
    `Some of the last listing of network ${network} in ${file} can't be used and was left out: ${some(faults)}. The file as it was is ` +
    `kept as ${aside}; what is missing comes back when its daemon answers.`
  )
}

export function listingTorn(file: string, network: NetworkId): string {
  return (
    `The last line of ${file} was begun and not ended, as when the power fails or the disk is full. It was cut off; what it said comes ` +
    `back when the daemon of network ${network} answers.`
  )
}

export function listingIgnored(file: string, network: NetworkId, why: string): string {
  return (
    `The last listing of network ${network} in ${file} was ignored: ${why}. The network's routes come back when its daemon answers, ` +
    'and the file is replaced then.'
  )
}

export function historyPartlyDamaged(file: string, faults: readonly string[]): string {
  return `Some of the last changes in ${file} can't be used and were left out: ${some(faults)}. Nothing else depends on them.`
}

export function historyForgotten(file: string, why: string): string {
  return `The last changes in ${file} can't be used: ${why}. They are forgotten, and the file is written anew; nothing else depends on them.`
}

export function notOurs(file: string): string {
  return `The file ${file} was ignored: it isn't named after a network, such as 2816.jsonl. Move it away.`
}

export function claimsUnsaved(file: string, { error, since }: Failure): string {
  const { why, cure } = reasonOf(error)
  return (
    `Claims can't be saved in ${file}: ${why}. Those made or released since ${new Date(since).toISOString()} would be lost at a restart. ` +
    `${cure} It is tried again at least every half minute.`
  )
}

export function listingsUnsaved(folder: string, networks: readonly NetworkId[], { error, since }: Failure): string {
  const { why, cure } = reasonOf(error)
  const whose = networks.length === 1 ? `network ${networks[0]}` : `${networks.length} networks`
  return (
    `The last listing of ${whose} can't be saved in ${folder}: ${why}. After a restart they would be served as before ` +
    `${new Date(since).toISOString()}, until their daemons answer. ${cure} It is tried again at least every half minute.`
  )
}

export function historyUnsaved(file: string, { error }: Failure): string {
  const { why, cure } = reasonOf(error)
  return `What changed in the document can't be saved in ${file}: ${why}. After a restart nobody could ask for it. ${cure} It is tried again at least every half minute.`
}

export const savedAgain = (path: string): string => `Everything is saved in the state directory ${path} again.`
