import { zoneLine } from '@route-server/dns'
import { print, printJson } from '@route-server/terminal'
import { recordsFor } from '../dns.ts'
import { machines } from '../machines.ts'

export async function run(name: string, { json }: { readonly json?: boolean }): Promise<undefined> {
  const records = await recordsFor(await machines().find(name))
  if (json === true) printJson(records)
  else print(records.map(zoneLine).join('\n'))
}
