import type { Allocation, Claim, EntryPointClaim, Ledger } from '@route-server/kernel'
import { z } from 'zod'
import { Damage, readFormat, type Json, type Readers } from './format.ts'
import { entries, firstIssue, networkId, portNumber, printable } from './schema.ts'

/** What a claims file says. */
export interface Claims {
  readonly ledger: Ledger
  /** What in it can't be used, each as `hosts "app.example.com": …`. */
  readonly faults: readonly string[]
}

export function writeClaims({ hosts, entryPoints, ports }: Ledger, program: string): string {
  const file = {
    format: 1,
    program,
    hosts: sorted(hosts),
    entryPoints: sorted(entryPoints),
    ports: sorted(ports),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

function sorted<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Reads what can be used. Throws {@link Damage} if nothing can, and NewerFormat. */
export function readClaims(text: string): Claims {
  return readFormat(text, READERS)
}

/** Of what a date can say. */
const LAST_MOMENT = 8.64e15

const claim = z.object({
  network: networkId,
  since: z.number().min(0).max(LAST_MOMENT),
  away: z.number().min(0),
}) satisfies z.ZodType<Claim>
const entryPointClaim = claim.extend({ use: z.enum(['alone', 'shared']) }) satisfies z.ZodType<EntryPointClaim>
const allocation = claim.extend({
  protocol: z.enum(['tcp', 'udp']),
  service: z.string().min(1),
  port: portNumber,
  external: portNumber,
}) satisfies z.ZodType<Allocation>

const READERS: Readers<Claims> = { 1: readFirst }

function readFirst(file: Json): Claims {
  const faults: string[] = []

  const read = <T>(section: string, value: z.ZodType<T>, fits: (key: string, value: T) => boolean): Map<string, T> => {
    const listed = entries.safeParse(file[section])
    const found = new Map<string, T>()
    if (!listed.success) faults.push(`${section}: isn't an object`)
    for (const [key, raw] of listed.data ?? []) {
      const { success, data, error } = value.safeParse(raw)
      if (success && fits(key, data)) found.set(key, data)
      else faults.push(`${section} "${printable(key)}": ${error ? firstIssue(error) : "its key doesn't fit"}`)
    }
    return found
  }

  const ledger: Ledger = {
    hosts: read('hosts', claim, (host) => host !== '' && host === host.toLowerCase() && !host.endsWith('.')),
    entryPoints: read('entryPoints', z.array(entryPointClaim).min(1), (key) => /^(tcp|udp) ./.test(key)),
    ports: read(
      'ports',
      allocation,
      (key, { network, protocol, service, port }) => key === `${network} ${protocol} ${service} ${port}`,
    ),
  }
  const empty = ledger.hosts.size + ledger.entryPoints.size + ledger.ports.size === 0
  if (empty && faults.length > 0) throw new Damage(faults.slice(0, 3).join('; '))
  return { ledger, faults }
}
