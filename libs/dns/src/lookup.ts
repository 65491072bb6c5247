import { Resolver } from 'node:dns/promises'

/** Questions to one server, or to this computer's resolver. An answer that says "no such name" is an empty list. */
export interface Lookup {
  a(name: string): Promise<readonly string[]>
  aaaa(name: string): Promise<readonly string[]>
  ns(name: string): Promise<readonly string[]>
  caa(name: string): Promise<readonly string[]>
}

/** Of a name server: it doesn't answer, or refuses to. */
export class LookupError extends Error {
  override readonly name = 'LookupError'
}

const WITHOUT_ANSWER = new Set(['ENODATA', 'ENOTFOUND'])

/** @param servers addresses with or without a port; none: this computer's own resolver */
export function lookupAt(servers: readonly string[] = []): Lookup {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  const whom = servers.length === 0 ? "this computer's resolver" : servers.join(', ')
  const ask = async <T>(name: string, question: Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await question
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? ''
      if (WITHOUT_ANSWER.has(code)) return []
      throw new LookupError(`${whom} gives no answer for ${name} (${code.replace(/^E/, '').toLowerCase()})`, {
        cause: error,
      })
    }
  }
  return {
    a: (name) => ask(name, resolver.resolve4(name)),
    aaaa: (name) => ask(name, resolver.resolve6(name)),
    ns: (name) => ask(name, resolver.resolveNs(name)),
    caa: async (name) =>
      (await ask(name, resolver.resolveCaa(name))).flatMap(({ issue, issuewild }) => [
        ...(issue === undefined ? [] : [`issue ${issue}`]),
        ...(issuewild === undefined ? [] : [`issuewild ${issuewild}`]),
      ]),
  }
}

export interface ZoneServers {
  readonly zone: string
  /** Addresses of its name servers. */
  readonly addresses: readonly string[]
}

/** The zone that a name is in, and who answers for it. Nothing where nobody does. */
export async function zoneServers(name: string, lookup: Lookup): Promise<ZoneServers | undefined> {
  const labels = name.replace(/^\*\./, '').split('.')
  for (let from = 0; from < labels.length - 1; from += 1) {
    const zone = labels.slice(from).join('.')
    const names = await lookup.ns(zone)
    if (names.length === 0) continue
    const addresses = await Promise.all(names.map((server) => lookup.a(server)))
    return { zone, addresses: addresses.flat() }
  }
  return undefined
}
