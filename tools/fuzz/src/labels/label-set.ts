import { table } from '../model/table.ts'
import type { Fields, Shape } from '../model/table.ts'
import type { Random } from '@route-server/testbed/random'
import { hostileText } from './hostile-texts.ts'

export type LabelSet = Readonly<Record<string, string>>

/** How often each thing goes wrong; in most containers most is right, or nothing would come through. */
const MISTAKES = { value: 0.04, name: 0.05, key: 0.03, stray: 0.05, manyLabels: 0.0005 }

const NAMES = ['web', 'api', 'auth', 'db', 'Web', 'a-b', 'x_1'] as const

const VALUES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  text: ['x', 'web', '/path', 'http', 'a b', 'X-Header', '80', 'ü'],
  bool: ['true', 'false', '1', 'F'],
  int: ['0', '1', '80', '-1', '9223372036854775807', '+3'],
  duration: ['30s', '1m30s', '5', '100ms', '0'],
  texts: ['a', 'a,b', ' a , b,', 'auth', '10.0.0.0/8', ''],
}

/** What makes sense in the fields that decide whether anything is routed at all. */
const SENSIBLE: readonly (readonly [field: RegExp, values: readonly string[]])[] = [
  [
    /^http\.routers\.rule$/,
    ['Host(`a.example.com`)', 'Host(`b.example.com`) && PathPrefix(`/x`)', 'PathRegexp(`^/[0-9]+`)'],
  ],
  [/^tcp\.routers\.rule$/, ['HostSNI(`*`)', 'HostSNI(`db.example.com`)']],
  [/routers\.entryPoints$/, ['websecure', 'web,websecure', 'tcp-5432', 'udp-53', 'tcp-3306']],
  [/routers\.middlewares$|chain\.middlewares$/, ['auth', 'web', 'auth,web', 'api@docker']],
  [/routers\.service$|errors\.service$/, ['web', 'api', 'db']],
  [/server\.port$/, ['80', '8080', '5432', '53']],
  [/sourceRange$/, ['10.0.0.0/8', '10.0.0.1,::1', '127.0.0.1/32']],
  [/circuitBreaker\.expression$/, ['NetworkErrorRatio() > 0.5', 'LatencyAtQuantileMS(50.0) > 100']],
  [/retryExpression$/, ['IsNetworkError() && Attempts() < 2']],
  [/\.status$/, ['500-599', '404,500-503']],
  [/[rR]egex$/, ['^/(.*)', '[a-z]+']],
  [/strategy$/, ['wrr', 'p2c', 'hrw']],
  [/users$/, ['u:$apr1$x', 'u:realm:h', 'u:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=']],
  [/ruleSyntax$/, ['v2', 'v3']],
  [/server\.url$/, ['http://127.0.11.3:80']],
]

function valueOf(shape: string, path: string, random: Random): string {
  if (random.chance(MISTAKES.value)) return hostileText(random)
  const sensible = SENSIBLE.find(([field]) => field.test(path))
  if (sensible) return random.pick(sensible[1]) ?? ''
  return random.pick(VALUES[shape] ?? VALUES.text ?? ['x'])
}

const nameOf = (random: Random): string => (random.chance(MISTAKES.name) ? hostileText(random) : random.pick(NAMES))

type Add = (key: string, value: string) => void

/** Labels for one field and what is below it. */
function addField(shape: Shape, marks: string, key: string, path: string, random: Random, add: Add): void {
  if (marks.includes('?') && random.chance(0.3)) add(key, random.pick(['true', '', 'false', '1']))
  if (shape === 'raw') {
    for (let left = 1 + random.below(2); left > 0; left--) {
      const option = random.pick(['a', 'a.a', 'a.b', 'a[0]', 'a[1].k', 'l[0]', 'l[10]', 'c.d.e'])
      add(`${key}.${nameOf(random)}.${option}`, random.chance(0.3) ? hostileText(random) : 'x')
    }
  } else if (shape === 'text map') add(`${key}.${nameOf(random)}`, valueOf('text', path, random))
  else if (shape === 'int map') add(`${key}.${random.pick(['418', '500-599'])}`, valueOf('int', path, random))
  else if (typeof shape === 'string') add(key, valueOf(shape, path, random))
  else {
    const index = marks.includes('[]') && !key.endsWith('.server') ? `[${random.pick(['0', '1', '10', 'x', ''])}]` : ''
    addFields(shape, key + index, path, random, add)
  }
}

const parts = (field: string): readonly [name: string, marks: string] => {
  const [, name = '', marks = ''] = /^(\w+)(.*)$/.exec(field) ?? []
  return [marks.includes('[]') && name === 'servers' ? 'server' : name, marks]
}

function addFields(fields: Fields, key: string, path: string, random: Random, add: Add): void {
  const keys = Object.keys(fields)
  for (let left = 1 + random.below(3); left > 0; left--) {
    const field = random.pick(keys)
    if (field === undefined) continue
    const [name, marks] = parts(field)
    if (marks.includes('-') && random.chance(0.8)) continue
    addField(fields[field] ?? 'text', marks, `${key}.${name}`, `${path}.${name}`, random, add)
  }
}

/** One entry with what it needs, and some more of its fields. */
function addEntry(part: string, kind: string, random: Random, add: Add): void {
  const fields = (table[part] as Fields | undefined)?.[`${kind}{}`] as Fields | undefined
  if (!fields) return
  const key = `traefik.${part}.${kind}.${nameOf(random)}`
  const path = `${part}.${kind}`
  const say = (field: string, shape = 'text'): void => {
    add(`${key}.${field}`, valueOf(shape, `${path}.${field}`, random))
  }
  if (kind === 'routers') {
    if (part !== 'udp' && random.chance(0.9)) say('rule')
    if (random.chance(part === 'http' ? 0.5 : 0.95)) say('entryPoints', 'texts')
    if (random.chance(0.5)) say('service')
    if (random.chance(0.3)) say('middlewares', 'texts')
    if (part !== 'udp' && random.chance(0.3)) add(`${key}.tls`, random.pick(['true', '', 'TRUE', 'false']))
  }
  if (kind === 'services') {
    if (random.chance(0.9)) add(`${key}.loadbalancer.server.port`, valueOf('text', 'server.port', random))
    if (random.chance(0.5)) return
  }
  if (kind !== 'middlewares' && random.chance(0.4)) return
  addFields(fields, key, path, random, add)
}

const PLACES = [
  ...(Array(6).fill('http.routers') as string[]),
  ...(Array(5).fill('http.services') as string[]),
  ...(Array(6).fill('http.middlewares') as string[]),
  ...['tcp.routers', 'tcp.routers', 'tcp.services', 'tcp.services', 'tcp.middlewares', 'udp.routers', 'udp.services'],
  ...['http.models', 'http.serversTransports', 'tcp.serversTransports', 'tls.options', 'tls.stores'],
]

const randomCase = (text: string, random: Random): string =>
  Array.from(text)
    .map((letter) => (random.chance(0.3) ? letter.toUpperCase() : letter))
    .join('')

const KEY_MISTAKES: readonly ((key: string, random: Random) => string)[] = [
  (key, random) => key.replace(/[^.]+$/, () => hostileText(random)),
  (key, random) => key.replace(/\.[^.]+/, () => `.${hostileText(random)}`),
  (key) => `${key}.`,
  (key) => key.replace('.', '..'),
  (key, random) => `${key}${random.pick(['[0]', '[', ']', '[]', '[0].x', '.x', '.x.y', '[a]b'])}`,
  (key) => key.slice(0, -1),
  (key) => `${key}x`,
  (key) => key.replace('traefik', 'Traefik'),
  (key) => key.replace(/^traefik\.(\w+)/, 'traefik.$1d'),
  (key) => `${key}${'.a'.repeat(70)}`,
  (key) => key.replace(/^(traefik\.\w+\.\w+)\..*/, '$1'),
  (key) => key.toUpperCase(),
]

const STRAY = [
  ...[
    'traefik.enable',
    'traefik.docker.network',
    'traefik.docker.lbswarm',
    'traefik.port',
    'traefik',
    'traefik.',
    'traefik.http',
    'traefik.tcp.routers',
  ],
  ...[
    'rediacc.service_name',
    'rediacc.service_ip',
    'rediacc.service_port',
    'rediacc.tcp_ports',
    'rediacc.udp_ports',
    'rediacc.hold',
    '__proto__',
    'constructor',
    '',
  ],
] as const

/** The labels of one container: coherent for the most part, with mistakes and worse in between. */
export function labelSet(random: Random): LabelSet {
  const labels = new Map<string, string>()
  const add: Add = (key, value) => {
    let written = random.chance(0.3) ? randomCase(key.slice('traefik.'.length), random) : key.slice('traefik.'.length)
    written = `traefik.${written}`
    if (random.chance(MISTAKES.key)) written = (random.pick(KEY_MISTAKES) ?? String)(written, random)
    labels.set(written, value)
  }
  if (random.chance(0.97)) labels.set('traefik.enable', random.chance(0.97) ? 'true' : hostileText(random))
  const entries = random.chance(MISTAKES.manyLabels) ? 2_500 : 1 + random.below(4)
  for (let left = entries; left > 0; left--) {
    const [part = '', kind = ''] = (random.pick(PLACES) ?? '').split('.')
    addEntry(part, kind, random, add)
  }
  if (random.chance(MISTAKES.stray)) labels.set(random.pick(STRAY), hostileText(random))
  return Object.fromEntries(labels)
}
