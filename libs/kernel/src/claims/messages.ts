import type { Diagnostic, Level, Origin } from '@route-server/plugin-api'
import { localName } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import { labelAt } from '../evaluate/place.ts'
import { entryName } from '../messages.ts'
import type { PortRange } from '../policy.ts'
import type { Finding } from './findings.ts'

export const nameOf = (entry: Pick<Entry, 'section' | 'name'>): string => entryName(entry.section, localName(entry))

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The label that says it, for the container that the entry comes from. */
function labelFor(entry: Entry, origin: Origin, path: string): string | undefined {
  const container = entry.by?.container
  if (!container || container.id !== origin.containerId) return undefined
  return labelAt({ section: entry.section, name: localName(entry), origin, labels: container.labels }, path)
}

/** The same for everybody who contributed the entry. `what`: a clause about it, `is left out: …`. */
const about = (entry: Entry, code: string, level: Level, what: string, path = ''): readonly Diagnostic[] =>
  entry.origins.map((origin) => {
    const label = path === '' ? undefined : labelFor(entry, origin, path)
    const message = `${capital(nameOf(entry))} ${what}`
    return { code, level, message, origin, ...(label !== undefined && { label }) }
  })

const tell = (
  entry: Entry,
  level: Level,
  done: string,
  { code, path, problem, cure }: Finding,
): readonly Diagnostic[] => about(entry, code, level, `${done}: ${problem}. ${cure}`, path)

export const refused = (entry: Entry, finding: Finding): readonly Diagnostic[] =>
  tell(entry, 'error', 'is left out', finding)

/** The guard is off. */
export const letPass = (entry: Entry, finding: Finding): readonly Diagnostic[] =>
  tell(entry, 'info', 'is served all the same, and with tenancy strict would not be', finding)

/** `host`: where it is served. */
export const servedElsewhere = (entry: Entry, finding: Finding, host: string): readonly Diagnostic[] =>
  tell(
    entry,
    'warning',
    finding.path === 'rule' ? `is served at ${host} instead` : 'is served without its tls.domains',
    finding,
  )

/** `holder` already answers where it would be served instead. */
export const nowhereElse = (entry: Entry, finding: Finding, host: string, holder: Entry): readonly Diagnostic[] =>
  tell(entry, 'error', `is left out, and isn't served at ${host} instead, where ${nameOf(holder)} already is`, finding)

export const ruleTakenByOwn = (entry: Entry, holder: Entry): readonly Diagnostic[] =>
  about(
    entry,
    'RULE_TAKEN',
    'error',
    `is left out: it may answer only what no other router answers, and ${nameOf(holder)} with the same rule already does. Change its rule.`,
    'rule',
  )

export const catchesAll = (entry: Entry): readonly Diagnostic[] =>
  about(
    entry,
    'RULE_UNBOUND',
    'info',
    'is bound to no host, which the operator allows this network (catchAll), so it answers what no other router answers.',
    'rule',
  )

export const portAllocated = (entry: Entry, external: number): readonly Diagnostic[] => {
  const { protocol = 'tcp', port = 0 } = entry.asks ?? {}
  return about(
    entry,
    'PORT_ALLOCATED',
    'info',
    external === port
      ? `is reached on its own ${protocol.toUpperCase()} port, ${port}.`
      : `is reached on ${protocol.toUpperCase()} port ${external}, which was found for ${port} and stays with it: ${port} is another's, or not registered.`,
  )
}

const rangeOf = ({ first, last }: PortRange): string => (last < first ? 'empty' : `${first} to ${last}`)

/** `waiting`: how many ask for a port of that protocol and have none, this one included. */
export const portWaiting = (entry: Entry, range: PortRange, waiting: number): readonly Diagnostic[] => {
  const { protocol = 'tcp', port = 0 } = entry.asks ?? {}
  return about(
    entry,
    'PORT_WAITING',
    'error',
    `is left out: ${protocol.toUpperCase()} port ${port} is another's or not registered, and none of the dynamic range (${rangeOf(range)}) is free; ${waiting} ${waiting === 1 ? 'is' : 'are'} waiting. Ask the operator for more ports (dynamicPorts), or to release one: route-server claims list.`,
  )
}
