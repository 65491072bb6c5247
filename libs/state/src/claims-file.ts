import {
  LEDGER_PARTS,
  type Allocation,
  type Certificate,
  type Claim,
  type EntryPointClaim,
  type Ledger,
} from '@route-server/kernel'
import { z } from 'zod'
import { Damage, FORMAT, readFormat, readLines, type Json, type Reading } from './format.ts'
import { entries, firstIssue, networkId, portNumber, printable } from './schema.ts'

/** The first line of a journal of claims. */
export const claimsHead = (program: string): string => `${JSON.stringify({ format: FORMAT, program })}\n`

/** The line of one claim: `{"hosts":{"app.example.com":{"network":2816,…}}}`, or with `null` where it has ended. */
export const claimLine = (section: keyof Ledger, key: string, value: unknown): string =>
  `{"${section}":{${JSON.stringify(key)}:${JSON.stringify(value ?? null)}}}\n`

/** What a file of claims says. */
export interface Claims extends Reading {
  readonly ledger: Ledger
}

/** Reads what can be used of a journal. Throws {@link Damage} if nothing can, and NewerFormat. */
export function readClaims(bytes: Buffer): Claims {
  const ledger = emptyLedger()
  const reading = readLines(bytes, (line) => take(line, ledger))
  return usable({ ledger, ...reading })
}

/** Reads claims.json of the first format; nothing where its claims are in a journal. Throws likewise. */
export const readFirstClaims = (bytes: Uint8Array): Claims | undefined =>
  readFormat(bytes, { 1: readFirst, 2: () => undefined })

function readFirst(file: Json): Claims {
  const ledger = emptyLedger()
  const missing = FIRST_SECTIONS.filter((section) => !(section in file)).map((section) => `${section}: isn't an object`)
  return usable({ ledger, lines: undefined, faults: [...missing, ...take(file, ledger)], isTorn: false })
}

function usable(claims: Claims): Claims {
  if (LEDGER_PARTS.every((part) => claims.ledger[part].size === 0) && claims.faults.length > 0)
    throw new Damage(claims.faults.slice(0, 3).join('; '))
  return claims
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

const certificate = claim.omit({ away: true }) satisfies z.ZodType<Certificate>

/** Of the first format. */
const FIRST_SECTIONS = ['hosts', 'entryPoints', 'ports'] as const

const emptyLedger = () => ({
  hosts: new Map<string, Claim>(),
  entryPoints: new Map<string, readonly EntryPointClaim[]>(),
  ports: new Map<string, Allocation>(),
  certificates: new Map<string, Certificate>(),
})

/** Takes what an object with any of the sections says into a ledger. Returns what makes no sense. */
function take(file: Json, ledger: ReturnType<typeof emptyLedger>): readonly string[] {
  const faults: string[] = []

  const read = <T>(
    section: keyof Ledger,
    known: Map<string, T>,
    value: z.ZodType<T>,
    fits: (key: string, value: T) => boolean,
  ): void => {
    if (!(section in file)) return
    const listed = entries.safeParse(file[section])
    if (!listed.success) faults.push(`${section}: isn't an object`)
    for (const [key, raw] of listed.data ?? []) {
      const { success, data, error } = value.safeParse(raw)
      if (raw === null) known.delete(key)
      else if (success && fits(key, data)) known.set(key, data)
      else faults.push(`${section} "${printable(key)}": ${error ? firstIssue(error) : "its key doesn't fit"}`)
    }
  }

  const { hosts, entryPoints, ports, certificates } = ledger
  read('hosts', hosts, claim, (host) => host !== '' && host === host.toLowerCase() && !host.endsWith('.'))
  read('entryPoints', entryPoints, z.array(entryPointClaim).min(1), (key) => /^(tcp|udp) ./.test(key))
  read(
    'ports',
    ports,
    allocation,
    (key, { network, protocol, service, port }) => key === `${network} ${protocol} ${service} ${port}`,
  )
  read('certificates', certificates, certificate, (key, { network }) => key.startsWith(`${network} `))
  return faults
}
