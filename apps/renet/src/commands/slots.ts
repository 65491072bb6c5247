import { addressOf, variableOf } from '@route-server/repository'
import { print, printJson } from '@route-server/terminal'
import { findHere, type WhereFlags } from '../here.ts'
import { table } from '../terminal/table.ts'

export interface SlotsFlags extends WhereFlags {
  readonly json?: boolean
}

export function run(flags: SlotsFlags): void {
  const { slots, network, file } = findHere(flags)
  const kept = [...slots]
    .sort(([, a], [, b]) => a - b)
    .map(([service, slot]) => ({ service, slot, address: addressOf(network, slot), variable: variableOf(service) }))
  if (flags.json) return printJson(kept)
  if (kept.length === 0)
    return print(`${file} keeps no slots yet; services get them when renet compose sees them first.`)
  print(
    table([
      ['SLOT', 'SERVICE', 'IP', 'VARIABLE'],
      ...kept.map(({ service, slot, address, variable }) => [String(slot), service, address, variable]),
    ]),
  )
}
