import { fold } from '../labels/fold.ts'

/** A label that Traefik 1 would have read. */
export interface LegacyLabel {
  readonly label: string
  readonly value: string
  /** The segment as written; empty for the labels of the whole container. */
  readonly segment: string
  /** Folded, without `traefik.` and the segment: `frontend.rule`. */
  readonly name: string
}

const ROOT = 'traefik.'

/** What may stand directly below `traefik.`, by whether more may follow. */
const OWN: ReadonlyMap<string, boolean> = new Map([
  ['frontend', true],
  ['backend', true],
  ['port', false],
  ['portname', false],
  ['portindex', false],
  ['protocol', false],
  ['weight', false],
  ['domain', false],
])

/** What Traefik 3 reads there, its providers included: never a segment's name. */
const TAKEN: ReadonlySet<string> = new Set([
  'http',
  'tcp',
  'udp',
  'tls',
  'enable',
  'docker',
  'swarm',
  'consul',
  'consulcatalog',
  'ecs',
  'nomad',
  'tags',
])

/** In labels of Traefik 3 with a slip in their second part, `frontend` may well be somebody's own name. */
const MODERN: ReadonlySet<string> = new Set(['routers', 'services', 'middlewares', 'serverstransports', 'loadbalancer'])

const segmentOf = (name: string): readonly [segment: string, rest: string] | undefined => {
  const dot = name.indexOf('.')
  if (MODERN.has(name.slice(0, dot))) return undefined
  const rest = name.slice(dot + 1)
  const next = rest.split('.', 1)[0] ?? ''
  const goesOn = OWN.get(next)
  if (goesOn !== undefined && (goesOn || next === rest)) return [name.slice(0, dot), rest]
  // A segment's name may have dots, as long as it is clear that it is one.
  const frontend = name.indexOf('.frontend.')
  const segment = name.slice(0, Math.max(frontend, 0))
  return segment === '' || segment.split('.').some((part) => MODERN.has(part))
    ? undefined
    : [segment, name.slice(frontend + 1)]
}

/** What a label's key says in Traefik 1's language; `undefined` where it says nothing there. */
function partsOf(key: string): Pick<LegacyLabel, 'segment' | 'name'> | undefined {
  if (key.length <= ROOT.length || !/^traefik\./i.test(key)) return undefined
  const dot = key.indexOf('.', ROOT.length)
  const first = fold(key.slice(ROOT.length, dot < 0 ? undefined : dot))
  if (dot < 0) return OWN.has(first) || first === 'tags' ? { segment: '', name: first } : undefined
  if (TAKEN.has(first)) return undefined
  const name = fold(key.slice(ROOT.length))
  if (OWN.get(first)) return { segment: '', name }
  const parted = segmentOf(name)
  return parted && { segment: key.slice(ROOT.length, ROOT.length + parted[0].length), name: parted[1] }
}

/** The labels of Traefik 1 among a container's. */
export function legacyLabels(labels: Readonly<Record<string, string>>): readonly LegacyLabel[] {
  const found: LegacyLabel[] = []
  for (const key of Object.keys(labels)) {
    const parts = partsOf(key)
    if (parts) found.push({ label: key, value: labels[key] ?? '', ...parts })
  }
  return found
}

/** Whether they say already whether Traefik is to look at the container. */
export const hasEnable = (labels: Readonly<Record<string, string>>): boolean =>
  Object.keys(labels).some((key) => fold(key) === 'traefik.enable')
