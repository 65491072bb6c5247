import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import { TRAEFIK_VERSIONS } from '../schema/nodes.ts'
import type { Node, TraefikVersion } from '../schema/nodes.ts'
import type { Refusal } from './check.ts'

/** The newest release that the schema knows. */
export const NEWEST_TRAEFIK: TraefikVersion = '3.7'

const isNewer = (field: TraefikVersion, version: TraefikVersion): boolean =>
  TRAEFIK_VERSIONS.indexOf(field) > TRAEFIK_VERSIONS.indexOf(version)

function* newerFields(node: Node, value: unknown, path: string, version: TraefikVersion): Iterable<Refusal> {
  const { since } = node.marks
  if (since !== undefined && isNewer(since, version)) {
    yield { path, reason: `needs Traefik ${since}, and this machine's is ${version}` }
  } else if (node.kind === 'list') {
    for (const [i, item] of (value as readonly unknown[]).entries())
      yield* newerFields(node.element, item, `${path}[${i}]`, version)
  } else if (node.kind === 'map' || node.kind === 'struct') {
    for (const [name, item] of Object.entries(value as object) as [string, unknown][]) {
      const below = node.kind === 'map' ? node.value : node.fields[name]
      if (below && item !== undefined) yield* newerFields(below, item, path === '' ? name : `${path}.${name}`, version)
    }
  }
}

/** What an older Traefik would refuse about an entry that the newest accepts. The value must have passed the check. */
export function checkVersion(section: SectionName, value: unknown, version: TraefikVersion): readonly Refusal[] {
  const node = sections.get(section)
  return node && version !== NEWEST_TRAEFIK ? [...newerFields(node.value, value, '', version)] : []
}
