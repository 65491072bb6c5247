import { sections } from '@route-server/traefik'
import type { Node, SectionName } from '@route-server/traefik'
import type { Case, Service } from './case.ts'
import type { Random } from '@route-server/testbed/random'
import { wordFor } from './words.ts'

type MapNode = Extract<Node, { kind: 'map' }>
type StructNode = Extract<Node, { kind: 'struct' }>

/** What the sections that labels can fill are called, and how many entries of each a container has at most. */
const MOST: Partial<Readonly<Record<SectionName, number>>> = {
  'http.routers': 2,
  'http.services': 2,
  'http.middlewares': 3,
  'tcp.routers': 2,
  'tcp.services': 1,
  'tcp.middlewares': 1,
  'udp.routers': 1,
  'udp.services': 1,
}

type Lines = [label: string, value: string][]

const namesOf = (section: SectionName, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${section.split('.')[1]?.slice(0, 1) ?? ''}${index}`)

/** Some labels for a value of the schema. */
function labelsFor(node: Node, path: string, field: string, random: Random): Lines {
  if (node.kind === 'internal' || node.marks.label === 'ignored') return []
  switch (node.kind) {
    case 'struct':
      if (node.marks.allowEmpty && random.oneIn(4)) return [[path, random.pick(['true', '', 'TRUE'])]]
      return fieldsFor(node, path, random)
    case 'list':
      return node.marks.labelName === undefined
        ? [0, 1].slice(random.below(2)).flatMap((index) => fieldsFor(node.element, `${path}[${index}]`, random))
        : fieldsFor(node.element, path, random)
    case 'map':
      return random
        .pick([['one'], ['one', 'two']])
        .flatMap((key) => labelsFor(node.value, `${path}.X-${key}`, key, random))
    case 'raw':
      return [[`${path}.key`, 'value']]
    default:
      return [[path, wordFor(node, field, random)]]
  }
}

/** One to three of a struct's fields. */
function fieldsFor(struct: StructNode, path: string, random: Random): Lines {
  const fields = Object.entries(struct.fields).filter(
    ([, node]) => node.kind !== 'internal' && node.marks.label !== 'ignored',
  )
  const chosen = new Map(Array.from({ length: 1 + random.below(3) }, () => random.pick(fields) ?? ['', undefined]))
  return [...chosen].flatMap(([name, node]) =>
    node ? labelsFor(node, `${path}.${(node.marks.labelName ?? name).toLowerCase()}`, name, random) : [],
  )
}

/** A router needs a rule and mostly has one; a middleware is of one type, a service mostly has a port. */
function entryFor(section: SectionName, map: MapNode, path: string, random: Random): Lines {
  if (map.value.kind !== 'struct') return []
  const lines = section.endsWith('middlewares')
    ? middlewareFor(map.value, path, random)
    : fieldsFor(map.value, path, random)
  const [protocol, kind] = section.split('.')
  if (kind === 'services' && !random.oneIn(4))
    lines.push([`${path}.loadbalancer.server.port`, String(8000 + random.below(10))])
  if (kind !== 'routers') return lines
  if (protocol !== 'udp' && !random.oneIn(6))
    lines.push([`${path}.rule`, wordFor({ kind: 'string', marks: {} }, `${protocol ?? ''}Rule`, random)])
  if (protocol !== 'http' && !random.oneIn(8))
    lines.push([`${path}.entrypoints`, protocol === 'tcp' ? 'tcp-5432' : 'udp-53'])
  return lines
}

function middlewareFor(struct: StructNode, path: string, random: Random): Lines {
  const [name, node] = random.pick(Object.entries(struct.fields).filter(([, node]) => node.kind !== 'internal')) ?? []
  return node && name !== undefined ? labelsFor(node, `${path}.${name.toLowerCase()}`, name, random) : []
}

function randomService(random: Random): Service {
  const lines: Lines = [['traefik.enable', 'true']]
  for (const [section, map] of sections) {
    const count = random.oneIn(section.startsWith('http') ? 3 : 5)
      ? random.below((MOST[section] ?? 0) + 1)
      : Number(section === 'http.routers')
    for (const name of namesOf(section, count))
      lines.push(...entryFor(section, map, `traefik.${section}.${name}`, random))
  }
  return { labels: Object.fromEntries(lines), expose: random.oneIn(8) ? [] : ['8080'] }
}

/** A container whose labels are grammatical, and mean something about half of the time. */
export function randomCase(name: string, random: Random): Case {
  return { name, services: { app: randomService(random) } }
}
