import { beforeEach, expect, test } from '@jest/globals'
import { createKernel } from '@route-server/kernel'
import type { Kernel, Resident } from '@route-server/kernel'
import { sampleContainer } from '@route-server/kernel/testing'
import type { Container } from '@route-server/plugin-api'
import { httpPlugin } from '@route-server/plugin-http'
import { middlewarePlugin } from '@route-server/plugin-middleware'
import { createHistory } from './history.ts'
import type { Beginning, History } from './history.ts'
import type { KeptRevision } from './kept.ts'
import { concerns, difference, shownRevision } from './shown.ts'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const SETTINGS = { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] }
const PLUGINS = [
  { plugin: httpPlugin, options: {} },
  { plugin: middlewarePlugin, options: {} },
]

let kernel: Kernel
let kept: KeptRevision[]
let history: History
let revision: number
let now: number
beforeEach(() => {
  kernel = createKernel(PLUGINS, SETTINGS)
  kept = []
  revision = 0
  now = NOW
  history = createHistory({
    keeper: { history: kept, keepRevision: (one) => void kept.push(one) },
    mask: (text) => text.replaceAll('s3cret', '***'),
    now: () => now,
  })
})

const container = (id: string, labels: Readonly<Record<string, string>>, service = 'web'): Container =>
  sampleContainer({
    id,
    name: `${service}-1`,
    daemon: '/docker-2816.sock',
    labels: {
      'rediacc.service_name': service,
      'traefik.enable': 'true',
      [`traefik.http.services.${service}.loadbalancer.server.port`]: '80',
      ...labels,
    },
  })

const rule = (host: string) => ({ 'traefik.http.routers.web.rule': `Host(\`${host}\`)` })

/** Who is there from now on, by ID; nothing for who went. */
function change(residents: Readonly<Record<string, Container | undefined>>, because?: Beginning): void {
  const serving = Object.entries(residents).map(([id, one]): readonly [string, Resident | undefined] => [
    id,
    one && { container: one, presence: 'serving' },
  ])
  const { networks } = kernel.apply(new Map([[2816, new Map(serving)]]), NOW)
  const rope = kernel.document()
  revision += 1
  history.add({ document: { revision, changedAt: NOW, length: rope.length, parts: rope.parts() }, networks }, because)
}

const last = () => {
  const one = history.revisions().at(-1)
  if (!one) throw new Error('There is none.')
  return shownRevision(one)
}

test('a change tells what came, and which event brought it', () => {
  history.hear({ id: 'a', action: 'start' })
  change({ a: container('a', rule('a.org')) })
  expect(last()).toMatchObject({ revision: 1, at: '2026-01-02T03:04:05.000Z', more: 0 })
  expect(last().causes).toEqual([
    {
      text: 'start of container web-1 (service web of network 2816)',
      kind: 'event',
      network: 2816,
      daemon: '/docker-2816.sock',
      service: 'web',
      container: 'web-1',
      containerId: 'a',
      event: 'start',
      eventAt: '2026-01-02T03:04:05.000Z',
    },
  ])
  expect(last().entries).toEqual([
    {
      path: 'http.routers/web-2816',
      network: 2816,
      change: 'come',
      diff: [
        '+ entryPoints:',
        '+   - "websecure"',
        '+ middlewares:',
        '+   - "rediacc.hold-2816"',
        '+ rule: "Host(`a.org`)"',
        '+ service: "web-2816"',
      ],
    },
    expect.objectContaining({ path: 'http.services/web-2816', change: 'come' }),
  ])
})

test('a container that takes the place of another tells which labels are other, and each line that is', () => {
  change({ a: container('a', rule('a.org')) })
  history.hear({ id: 'b', action: 'start' })
  change({ a: undefined, b: container('b', { ...rule('b.org'), 'com.docker.compose.config-hash': 'x' }) })
  expect(last().causes.map(({ text }) => text)).toEqual([
    'start of container web-1 (service web of network 2816), which takes the place of another, other labels: traefik.http.routers.web.rule',
  ])
  expect(last().entries).toHaveLength(1)
  expect(last().entries[0]?.diff.filter((line) => !line.startsWith(' '))).toEqual([
    '- rule: "Host(`a.org`)"',
    '+ rule: "Host(`b.org`)"',
  ])
})

test('without an event, or long after it, the listing told', () => {
  history.hear({ id: 'a', action: 'start' })
  now += 3_600_000
  change({ a: container('a', rule('a.org')) })
  expect(last().causes.map(({ text }) => text)).toEqual([
    'container web-1 (service web of network 2816): found so when its daemon was listed',
  ])
})

test('a start counts what there is', () => {
  change({ a: container('a', rule('a.org')) }, 'start')
  expect(last()).toMatchObject({ causes: [{ text: 'the route server was started' }], entries: [], more: 2 })
  change({ a: container('a', rule('b.org')) })
  expect(last()).toMatchObject({ causes: [{ kind: 'listing' }] })
})

test('a configuration that is read again comes first, and then who became other at the same time', () => {
  change({ a: container('a', rule('a.org')) })
  history.hear({ id: 'b', action: 'start' })
  change({ a: undefined, b: container('b', rule('b.org')), c: container('c', {}, 'old') }, 'settings')
  expect(last().causes.map(({ text }) => text)).toEqual([
    'the configuration was read again',
    'start of container web-1 (service web of network 2816), which takes the place of another, other labels: traefik.http.routers.web.rule',
  ])
  expect(last().entries).toContainEqual(expect.objectContaining({ path: 'http.routers/web-2816', change: 'changed' }))
})

const MIDDLEWARE = 'traefik.http.middlewares.m'
const secrets: readonly (readonly [string, (secret: string) => Readonly<Record<string, string>>])[] = [
  ['users of basicAuth', (secret) => ({ [`${MIDDLEWARE}.basicauth.users`]: `ann:${secret}` })],
  ['users of digestAuth', (secret) => ({ [`${MIDDLEWARE}.digestauth.users`]: `ann:realm:${secret}` })],
  ['headers', (secret) => ({ [`${MIDDLEWARE}.headers.customrequestheaders.X-Any`]: secret })],
  ['headers of answers', (secret) => ({ [`${MIDDLEWARE}.headers.customresponseheaders.X-Any`]: secret })],
  [
    'headers of a health check',
    (secret) => ({
      'traefik.http.services.web.loadbalancer.healthcheck.path': '/',
      'traefik.http.services.web.loadbalancer.healthcheck.headers.X-Any': secret,
    }),
  ],
]

test.each(secrets)('%s are never kept, but that they are other is told', (_, labels) => {
  change({ a: container('a', { ...rule('a.org'), ...labels('hidden0ne') }) })
  change({ a: undefined, b: container('b', { ...rule('a.org'), ...labels('hiddentw0') }) })
  const text = JSON.stringify(history.revisions())
  expect(text).toContain('***')
  expect(text).not.toMatch(/hidden0ne|hiddentw0/)
  expect(
    last()
      .entries.flatMap(({ diff }) => diff)
      .at(-1),
  ).toMatch(/^~ something in it is other that is not shown/)
  expect(difference(kept, 1, 2)).toMatchObject({ entries: [{ change: 'changed' }] })
})

test('other texts are masked as everywhere', () => {
  change({ a: container('a', rule('s3cret.org')) })
  expect(JSON.stringify(kept)).not.toContain('s3cret')
  expect(JSON.stringify(history.revisions())).toContain('Host(`***.org`)')
})

test('of a change of thousands of entries a hundred are kept, and the others counted', () => {
  const many = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`traefik.http.routers.r${index}.rule`, `Host(\`${index}.org\`)`]),
  )
  change({ a: container('a', many) })
  const [one] = history.revisions()
  expect(one?.entries).toHaveLength(100)
  expect(one?.more).toBe(201)
})

test('a flood of events is forgotten, the oldest first', () => {
  history.hear({ id: 'a', action: 'start' })
  for (let id = 0; id < 5_000; id += 1) history.hear({ id: String(id), action: 'start' })
  change({ a: container('a', rule('a.org')) })
  expect(last().causes).toMatchObject([{ kind: 'listing' }])
})

test('the difference between two revisions is what is other in the end, either way round', () => {
  for (const host of ['a.org', 'b.org', 'c.org']) change({ a: container('a', rule(host)) })
  change({
    a: container('a', rule('c.org')),
    b: container('b', { 'traefik.http.routers.x.rule': 'Host(`x.org`)' }, 'x'),
  })
  change({ b: undefined })
  history.close()
  const between = (from: number, to: number) => {
    const found = difference(kept, from, to)
    if (typeof found === 'string') return found
    const lines = found.entries.flatMap(({ path, diff }) => [path, ...diff.filter((line) => /^[-+]/.test(line))])
    return [...lines, ...found.gaps]
  }
  expect(between(1, 5)).toEqual(['http.routers/web-2816', '- rule: "Host(`a.org`)"', '+ rule: "Host(`c.org`)"'])
  expect(between(5, 1)).toEqual(['http.routers/web-2816', '- rule: "Host(`c.org`)"', '+ rule: "Host(`a.org`)"'])
  expect(between(3, 3)).toEqual([])
  expect(between(3, 5)).toEqual([])
  expect(between(0, 9)).toBe("Revision 9 isn't known: known are 0 to 5.")
  expect(difference([], 0, 1)).toBe('No change of the document is known yet.')
  expect(difference(kept.slice(2), 1, 3)).toBe("Revision 1 isn't known: known are 2 to 5.")
})

test('what happened in between that nobody knows is said', () => {
  change({ a: container('a', rule('a.org')) })
  change({ a: container('a', rule('b.org')) }, 'start')
  history.close()
  expect(difference(kept, 0, 2)).toMatchObject({
    gaps: ["The route server was started with revision 2; what changed while it was down isn't known."],
  })
})

test('of one network is shown what is about it, and what is about all', () => {
  change({ a: container('a', rule('a.org')) })
  change({ a: container('a', rule('b.org')) }, 'start')
  const [first, start] = history.revisions()
  if (!first || !start) throw new Error('There are two.')
  expect([concerns(first, 2816), concerns(first, 2880), concerns(start, 2880)]).toEqual([true, false, true])
  expect(shownRevision(first, 2880)).toMatchObject({ causes: [], entries: [] })
})
