import type { Answer, Question } from 'dns-packet'
import type { DnsRecord, Zone } from './zones.ts'

/** What a server of DNS knows: the zones it answers for, and names of elsewhere with their addresses. */
export interface Known {
  readonly zones: readonly Pick<Zone, 'name' | 'records'>[]
  readonly hosts: ReadonlyMap<string, readonly string[]>
  /** Of every zone. */
  readonly nameServers: readonly string[]
}

export type ResponseCode = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED'

/** The part of a response that depends on what is known. */
export interface Response {
  readonly code: ResponseCode
  readonly answers: readonly Answer[]
  readonly authorities: readonly Answer[]
}

/** Where DNS leads for a proxied record. */
export const PROXY_ADDRESSES = ['104.21.16.1', '2606:4700:3030::6815:1001'] as const

const LONGEST_CHAIN = 8

/** Answers one question as a zone's name server does; a resolver, which knows of elsewhere as well, does so too. */
export function answerTo({ name: asked, type }: Question, known: Known, resolver: boolean): Response {
  const answers: Answer[] = []
  let name = asked.toLowerCase()
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const zone = known.zones.find((zone) => name === zone.name || name.endsWith(`.${zone.name}`))
    if (zone === undefined) return elsewhere(name, type, known, resolver, answers)
    const found = lookUp(name, zone, known)
    if (found === undefined) return { code: 'NXDOMAIN', answers, authorities: [startOf(zone, known)] }
    const alias = found.find((record) => record.type === 'CNAME')
    const wanted = found.filter((record) => record.type === type)
    // The name is spelled as it was asked: some resolvers check.
    const spelled = name === asked.toLowerCase() ? asked : name
    answers.push(...(wanted.length > 0 || !alias ? wanted : [alias]).map((record) => ({ ...record, name: spelled })))
    if (wanted.length > 0) return { code: 'NOERROR', answers, authorities: [] }
    if (alias?.type !== 'CNAME') return { code: 'NOERROR', answers, authorities: [startOf(zone, known)] }
    name = alias.data.toLowerCase()
  }
  return { code: 'SERVFAIL', answers: [], authorities: [] }
}

function elsewhere(name: string, type: string, known: Known, resolver: boolean, answers: Answer[]): Response {
  const addresses = known.hosts.get(name)
  if (!resolver) return { code: answers.length > 0 ? 'NOERROR' : 'REFUSED', answers, authorities: [] }
  if (addresses === undefined) return { code: 'NXDOMAIN', answers, authorities: [] }
  const found = addresses.map((address) => addressRecord(name, address)).filter((record) => record.type === type)
  return { code: 'NOERROR', answers: [...answers, ...found], authorities: [] }
}

/** The records of a name, by a wildcard where it has none of its own; empty: it is there, without records; undefined: it isn't. */
function lookUp(name: string, zone: Known['zones'][number], known: Known): Answer[] | undefined {
  if (name === zone.name) return [startOf(zone, known), ...nameServersOf(zone, known), ...recordsOf(name, zone)]
  const exists = (owner: string): boolean =>
    owner === zone.name || zone.records.some((record) => record.name === owner || record.name.endsWith(`.${owner}`))
  if (exists(name)) return recordsOf(name, zone)
  let closest = name
  while (!exists(closest)) closest = closest.slice(closest.indexOf('.') + 1)
  const wildcard = recordsOf(`*.${closest}`, zone)
  return wildcard.length > 0 ? wildcard : undefined
}

const recordsOf = (owner: string, zone: Known['zones'][number]): Answer[] =>
  zone.records.filter(({ name }) => name === owner).flatMap(toAnswers)

const nameServersOf = (zone: { name: string }, known: Known): Answer[] =>
  known.nameServers.map((data) => ({ type: 'NS', name: zone.name, ttl: 300, data }))

function startOf(zone: { name: string }, { nameServers }: Known): Answer {
  const data = { mname: nameServers[0] ?? zone.name, rname: 'dns.cloudflare.com', serial: 1 }
  return { type: 'SOA', name: zone.name, ttl: 60, data: { ...data, refresh: 60, retry: 60, expire: 60, minimum: 60 } }
}

const addressRecord = (name: string, address: string): Answer => ({
  type: address.includes(':') ? 'AAAA' : 'A',
  name,
  ttl: 60,
  data: address,
})

const DATA: Readonly<Record<string, (record: DnsRecord) => unknown>> = {
  A: ({ content }) => content,
  AAAA: ({ content }) => content,
  CNAME: ({ content }) => content,
  NS: ({ content }) => content,
  TXT: ({ content }) => content.replace(/^"(.*)"$/s, '$1').split('" "'),
  MX: ({ content, priority = 10 }) => ({ exchange: content, preference: priority }),
  CAA: ({ content }) => {
    const [, flags, tag, value] = /^(\d+) (\w+) "?([^"]*)"?$/.exec(content) ?? []
    return { flags: Number(flags), tag, value, issuerCritical: Number(flags) >= 128 }
  },
}

/** As DNS has it; nothing of a type that isn't spoken here. */
function toAnswers(record: DnsRecord): Answer[] {
  const { type, name } = record
  const ttl = record.ttl === 1 ? 300 : record.ttl
  if (record.proxied && ['A', 'AAAA', 'CNAME'].includes(type))
    return PROXY_ADDRESSES.map((address) => addressRecord(name, address))
  const data = DATA[type]?.(record)
  return data === undefined ? [] : [{ type, name, ttl, data } as Answer]
}
