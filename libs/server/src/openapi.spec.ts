import { expect, test } from '@jest/globals'
import type { KeptRevision } from '@route-server/history'
import type { RouterView, RouteView } from '@route-server/kernel'
import { sampleView } from '@route-server/kernel/testing'
import type { Origin } from '@route-server/plugin-api'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { createApp, type AppOptions } from './index.ts'

const origin: Origin = {
  plugin: 'http',
  container: 'web-1',
  containerId: 'a'.repeat(64),
  network: 2816,
  daemon: '/run/docker-2816.sock',
  compose: { project: 'shop', service: 'web', files: '/srv/shop/compose.yaml' },
}
const plain: RouterView = {
  protocol: 'udp',
  name: 'web-2816',
  network: 2816,
  entryPoints: ['websecure'],
  middlewares: ['auth-2816'],
  tls: false,
  service: 'web-2816',
  servers: ['http://127.0.11.2:80'],
  hosts: ['a.org'],
  origins: [origin],
}
const router: RouterView = {
  ...plain,
  protocol: 'http',
  rule: 'Host(`a.org`)',
  tls: { certResolver: 'letsencrypt', domains: [{ main: 'a.org' }] },
  priority: '7',
}
const counts = { http: 1, tcp: 0, udp: 1 }
const view = sampleView({
  document: () => ({ revision: 7, parts: [new Uint8Array(3)], length: 3, changedAt: 0 }),
  routers: () => [router, plain],
  ports: () => ({
    rows: [
      {
        external: 5432,
        protocol: 'tcp',
        entryPoint: 'tcp-5432',
        network: 2816,
        service: 'db',
        router: 'db-2816',
        internal: ['127.0.11.3:5432'],
        since: 1,
        kind: 'fixed',
      },
    ],
    free: { tcp: [{ first: 10_000, last: 10_010 }], udp: [] },
    waiting: [{ network: 2816, protocol: 'udp', service: 'dns', port: 53 }],
  }),
  diagnostics: () => [
    { code: 'LABEL_INVALID', level: 'error', message: 'No.', origin, label: 'a.b', suggestion: 'a.c' },
    { code: 'DAEMON_STALE', level: 'warning', message: 'No.', origin: {} },
  ],
  daemons: () => [{ daemon: '/d', network: 2816, state: 'stale', since: 0, reason: 'It is silent.', containers: 1 }],
  counts: () => ({ routers: counts, services: counts }),
})
const starting: RouteView = { ...view, document: () => ({ waitingFor: ['The daemon at /d.'] }) }

const kept: KeptRevision = {
  revision: 7,
  at: 0,
  causes: [
    { kind: 'start' },
    {
      kind: 'event',
      network: 2816,
      daemon: '/d',
      service: 'web',
      container: 'web-1',
      containerId: 'a',
      event: 'start',
      eventAt: 1,
      isRecreated: true,
      labels: ['a.b'],
    },
  ],
  entries: [{ path: 'http.routers/web-2816', network: 2816, before: 'a: 1\n', after: 'a: 2\n' }],
  more: 1,
}
const token = '0123456789abcdef'
const options: AppOptions = {
  explain: () => Promise.resolve({ body: { answer: 'It is reached.' }, page: ['It is reached.'] }),
  history: () => [kept],
  metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
  problems: () => ['The disk is full.'],
}

interface Description {
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly get: {
          readonly responses: Readonly<
            Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>
          >
          readonly parameters?: readonly { readonly name: string }[]
        }
      }
    >
  >
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const describing = async (): Promise<Description> =>
  (await (await createApp(view, options).request('/openapi.json')).json()) as Description

test('is a description by OpenAPI 3.1, and the same that the server was made with', async () => {
  const description = await describing()
  const { valid, errors } = await new Validator().validate({ ...structuredClone(description) })
  expect([valid, errors]).toEqual([true, undefined])
  const index = (await (await createApp(view, options).request('/')).json()) as {
    readonly endpoints: readonly { readonly path: string; readonly parameters?: object }[]
  }
  expect(Object.keys(description.paths)).toEqual(index.endpoints.map(({ path }) => path))
  for (const { path, parameters = {} } of index.endpoints)
    expect(description.paths[path]?.get.parameters?.map(({ name }) => name) ?? []).toEqual(Object.keys(parameters))
  expect(JSON.stringify(description)).not.toContain('***')
})

const asked: readonly (readonly [path: string, status: number, view: RouteView, options: AppOptions])[] = [
  ['/', 200, view, {}],
  ['/', 401, view, { token }],
  ['/openapi.json', 200, view, {}],
  ['/openapi.json', 401, view, { token }],
  ['/routes.yaml', 200, view, {}],
  ['/routes.yaml', 503, starting, {}],
  ['/routes.yaml', 401, view, { token }],
  ['/routes.yaml', 409, view, { publishedAs: '/run/routes.yaml' }],
  ['/health', 200, view, {}],
  ['/health', 503, starting, {}],
  ['/health', 200, view, { token }],
  ['/health', 503, starting, { token }],
  ['/routes.json', 200, view, {}],
  ['/routes.json', 401, view, { token }],
  ['/routes.json', 200, starting, {}],
  ['/routes.json?network=1', 400, view, {}],
  ['/explain?about=web', 200, view, {}],
  ['/explain', 400, view, {}],
  ['/explain?about=web', 401, view, { token }],
  ['/ports', 200, view, {}],
  ['/ports', 401, view, { token }],
  ['/history', 200, view, {}],
  ['/history?last=0', 400, view, {}],
  ['/history', 401, view, { token }],
  ['/diff', 200, view, {}],
  ['/diff?from=99', 404, view, {}],
  ['/diff?from=x', 400, view, {}],
  ['/diff', 401, view, { token }],
  ['/metrics', 200, view, {}],
  ['/metrics', 401, view, { token }],
  ['/metrics', 500, view, { metrics: () => Promise.reject(new Error('no')) }],
  ['/ports', 421, view, {}],
]

test.each(asked)('%s answers %i as it is described', async (path, status, of, more) => {
  const { paths, components } = await describing()
  const headers: Record<string, string> = status === 421 ? { host: 'evil.example.com' } : {}
  const response = await Promise.resolve(createApp(of, { ...options, ...more }).request(path, { headers }))
  expect(response.status).toBe(status)
  const described = paths[path.split('?')[0] ?? '']?.get.responses[String(status)]?.content ?? {}
  const [type = ''] = Object.keys(described)
  expect(response.headers.get('content-type')?.split(';')[0]).toBe(type)
  if (type !== 'application/json') return
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } })
  const check = ajv.compile({ ...described[type]?.schema, components })
  const body: unknown = await response.json()
  expect([check(body), check.errors]).toEqual([true, null])
  if (path === '/openapi.json' || path.startsWith('/explain')) return
  expect(check({ ...(body as object), unheardOf: 1 })).toBe(false)
})

test('every status that is described is asked for above, but for those that need more than a view', async () => {
  const { paths } = await describing()
  const described = Object.entries(paths).flatMap(([path, { get }]) =>
    Object.keys(get.responses).map((status) => `${path} ${status}`),
  )
  const seen = new Set(asked.map(([path, status]) => `${path.split('?')[0]} ${status}`))
  expect(described.filter((one) => !seen.has(one) && !/ (?:304|421|500)$|^\/explain 503$/.test(one))).toEqual([])
})
