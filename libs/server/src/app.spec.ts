import { describe, expect, test } from '@jest/globals'
import type { DaemonStatus, RouterView, RouteView } from '@route-server/kernel'
import type { Diagnostic } from '@route-server/plugin-api'
import { createApp, type AppOptions, type ErrorBody, type Health, type Index, type Routes } from './index.ts'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const bytes = new TextEncoder().encode('http:\n  routers: {}\n')
const webId = 'abc123'.padEnd(64, '0')

const web: RouterView = {
  protocol: 'http',
  name: 'web-2816',
  network: 2816,
  rule: 'Host(`app.example.com`)',
  entryPoints: ['websecure'],
  middlewares: [],
  tls: false,
  service: 'web-2816',
  servers: ['http://127.0.11.2:8080'],
  hosts: ['app.example.com'],
  origins: [{ plugin: 'http', container: 'web', containerId: webId, network: 2816, daemon: '/run/docker-2816.sock' }],
}
const wildcard: RouterView = {
  ...web,
  name: 'any-2880',
  network: 2880,
  hosts: ['*.example.com'],
  origins: [{ container: 'any' }],
}
const catchAll: RouterView = {
  ...web,
  protocol: 'tcp',
  name: 'smtp-2944',
  network: 2944,
  hosts: ['*'],
  origins: [{ container: 'mail' }],
}
const dns: RouterView = {
  ...web,
  protocol: 'udp',
  name: 'dns-2944',
  network: 2944,
  hosts: [],
  origins: [{ container: 'dns' }],
}

function diagnostic(message: string, origin: Diagnostic['origin']): Diagnostic {
  return { code: 'LABEL_UNKNOWN', level: 'warning', message, origin }
}

const diagnostics = [
  diagnostic('Unknown label.', { container: 'web', containerId: webId, network: 2816 }),
  diagnostic('The host app.example.com is taken.', {
    container: 'fork',
    containerId: 'def4'.padEnd(64, '1'),
    network: 2880,
  }),
  diagnostic('The host my-app.example.com.evil.org is odd.', { container: 'odd', network: 2880 }),
]

function daemon(network: number, state: DaemonStatus['state'], secondsAgo: number, reason?: string): DaemonStatus {
  return {
    daemon: `/run/docker-${network}.sock`,
    network,
    state,
    since: NOW - secondsAgo * 1000,
    containers: 1,
    ...(reason ? { reason } : {}),
  }
}

const ready: RouteView = {
  document: () => document,
  routers: () => [web, wildcard, catchAll, dns],
  networks: () =>
    [2816, 2880, 2944].map((network) => ({
      network,
      routers: () => [web, wildcard, catchAll, dns].filter((router) => router.network === network),
      diagnostics: () => diagnostics.filter(({ origin }) => origin.network === network),
    })),
  ports: () => ({
    rows: [
      {
        external: 10_000,
        protocol: 'tcp',
        entryPoint: 'tcp-10000',
        network: 2944,
        service: 'db',
        router: 'db-5432-2944',
        internal: ['127.0.11.130:5432'],
        since: NOW - 1000,
        kind: 'dynamic',
      },
      {
        protocol: 'udp',
        entryPoint: 'dns',
        network: 2944,
        service: 'dns',
        router: 'dns-2944',
        internal: [],
        kind: 'fixed',
      },
    ],
    free: { tcp: [{ first: 10_001, last: 10_010 }], udp: [] },
    waiting: [{ network: 2816, protocol: 'udp', service: 'dns', port: 53 }],
  }),
  diagnostics: () => diagnostics,
  daemons: () => [daemon(2816, 'live', 60), daemon(2880, 'live', 60)],
  counts: () => ({ routers: { http: 2, tcp: 1, udp: 1 }, services: { http: 2, tcp: 1, udp: 1 } }),
  autoRoutes: true,
}
const document = {
  revision: 7,
  parts: [bytes.subarray(0, 5), bytes.subarray(5)],
  length: bytes.length,
  changedAt: NOW - 90_000,
}
const starting: Partial<RouteView> = {
  document: () => ({ waitingFor: ['Daemon 2816 has not answered yet.', 'Daemon 2880 neither.'] }),
}

function ask(
  path: string,
  view: Partial<RouteView> = {},
  init: RequestInit = {},
  options: AppOptions = {},
): Promise<Response> {
  const app = createApp({ ...ready, ...view }, { now: () => NOW, ...options })
  return Promise.resolve(app.request(path, init))
}

async function body<Body>(response: Response | Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body
}

describe('/routes.yaml', () => {
  test("answers the document's bytes with their length and a strong tag", async () => {
    const response = await ask('/routes.yaml')
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/yaml',
      'content-length': String(bytes.byteLength),
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[\w-]{36}-7"$/),
    })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
  })

  test('the tag is the same for the same revision, and another for others', async () => {
    const tag = async (revision: number): Promise<string | null> =>
      (
        await ask('/routes.yaml', {
          document: () => ({ revision, changedAt: 0, parts: [bytes], length: bytes.length }),
        })
      ).headers.get('etag')
    expect(await tag(1)).toBe(await tag(1))
    expect(await tag(2)).not.toBe(await tag(1))
  })

  test('answers 304 only to a client that names the tag', async () => {
    const tag = (await ask('/routes.yaml')).headers.get('etag') ?? ''
    const status = async (sent: string): Promise<number> =>
      (await ask('/routes.yaml', {}, { headers: { 'If-None-Match': sent } })).status
    expect(await status(tag)).toBe(304)
    expect(await status(`"other", W/${tag}`)).toBe(304)
    expect(await status('*')).toBe(304)
    expect(await status('"other"')).toBe(200)
    expect(await status(tag.replaceAll('"', ''))).toBe(200)
  })

  test('answers 503 and one line while it waits, never an empty document', async () => {
    const response = await ask('/routes.yaml', starting)
    expect([response.status, response.headers.get('content-type'), response.headers.get('retry-after')]).toEqual([
      503,
      'text/plain; charset=utf-8',
      '1',
    ])
    expect(await response.text()).toBe('No routes yet. Daemon 2816 has not answered yet. And 1 more: see /health.\n')
  })

  test('answers 409 where the document is published, and says who asked; strangers learn nothing of it', async () => {
    let asked = 0
    const options = { publishedAs: '/live/routes.yaml', token: '0123456789abcdef', onPoll: () => (asked += 1) }
    const stranger = await ask('/routes.yaml', {}, {}, options)
    expect([stranger.status, asked]).toEqual([401, 0])
    const headers = { Authorization: 'Bearer 0123456789abcdef' }
    for (const view of [{}, starting]) {
      const answer = await ask('/routes.yaml', view, { headers }, options)
      expect([answer.status, await answer.text()]).toEqual([
        409,
        "The route document is published as the file /live/routes.yaml, and isn't given here as well: Traefik would have every router twice. Take providers.http out of its static configuration, or publish out of the route server's.\n",
      ])
    }
    expect(asked).toBe(2)
  })

  test('serves an empty document that is truly known', async () => {
    const response = await ask('/routes.yaml', {
      document: () => ({ revision: 1, changedAt: 0, parts: [], length: 0 }),
    })
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '0'])
  })
})

describe('/health', () => {
  test('is ok when every daemon is live', async () => {
    const response = await ask('/health')
    expect(response.status).toBe(200)
    expect(await body<Health>(response)).toEqual({
      status: 'ok',
      daemons: { pending: 0, live: 2, stale: 0, gone: 0 },
      routers: { http: 2, tcp: 1, udp: 1 },
      services: { http: 2, tcp: 1, udp: 1 },
      autoRoutes: true,
      tenancy: 'strict',
      revision: 7,
      lastChange: { at: '2026-01-02T03:02:35.000Z', ageSeconds: 90 },
      warnings: [expect.stringContaining('set --token-file')],
    })
  })

  test('is degraded, with 200 and a sentence per daemon, when one is stale or pending for too long', async () => {
    const daemons = [
      daemon(2816, 'stale', 10, 'It does not answer.'),
      daemon(2880, 'pending', 31),
      daemon(2944, 'pending', 29),
      daemon(3008, 'gone', 99),
    ]
    const response = await ask('/health', { daemons: () => daemons })
    expect(response.status).toBe(200)
    expect(await body<Health>(response)).toMatchObject({
      status: 'degraded',
      message: "2 of 4 daemons aren't heard; everybody else's routes are up to date.",
      problems: [
        'Network 2816 (/run/docker-2816.sock) has been stale since 2026-01-02T03:03:55.000Z; its last known routes are served. It does not answer.',
        'Network 2880 (/run/docker-2880.sock) has been pending since 2026-01-02T03:03:34.000Z; it has no routes yet.',
      ],
      daemons: { pending: 2, live: 0, stale: 1, gone: 1 },
    })
  })

  test('is starting, with 503, while /routes.yaml is not served', async () => {
    const response = await ask('/health', starting)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    const health = await body<Health>(response)
    expect(health).toMatchObject({
      status: 'starting',
      revision: 0,
      problems: ['Daemon 2816 has not answered yet.', 'Daemon 2880 neither.'],
    })
    expect(health).not.toHaveProperty('lastChange')
  })

  test("tells the operator's warnings without being degraded", async () => {
    const options = { publishedAs: '/live/routes.yaml', warnings: () => ['No base domain.'] }
    expect(await body(ask('/health', {}, {}, options))).toMatchObject({ status: 'ok', warnings: ['No base domain.'] })
  })

  test('warns that everybody reads the document, unless a token is set', async () => {
    expect((await body<Health>(ask('/health'))).warnings).toEqual([
      "Every container on this machine can read /routes.yaml, with the secrets that labels have in it; set --token-file, and Traefik's providers.http.headers.",
    ])
    const token = 'x'.repeat(16)
    const shown = { headers: { Authorization: `Bearer ${token}` } }
    const health = await body<Health>(ask('/health', {}, shown, { token }))
    expect([health.tenancy, health.warnings]).toEqual(['strict', undefined])
  })

  test('tells the tenancy', async () => {
    expect(await body(ask('/health', {}, {}, { tenancy: 'trusted' }))).toMatchObject({ tenancy: 'trusted' })
  })

  test('is degraded, with 200, for problems of other kinds', async () => {
    const problems = ["The claims can't be saved: the disk is full.", 'Two.', 'Three.']
    const response = await ask('/health', {}, {}, { problems: () => problems })
    expect(response.status).toBe(200)
    expect(await body(response)).toMatchObject({
      status: 'degraded',
      message: "The claims can't be saved: the disk is full. And 2 more: see problems.",
      problems,
    })
    const both = ask('/health', { daemons: () => [daemon(2816, 'stale', 1)] }, {}, { problems: () => ['Two.'] })
    expect(await body(both)).toMatchObject({
      message: "1 of 1 daemons isn't heard; everybody else's routes are up to date. Two.",
      problems: [expect.stringContaining('Network 2816'), 'Two.'],
    })
  })
})

describe('/routes.json', () => {
  const found = async (query: string): Promise<unknown[]> => {
    const { routers, diagnostics } = await body<Routes>(ask(`/routes.json${query}`))
    return [
      [...routers.http, ...routers.tcp, ...routers.udp].map(({ name }) => name),
      diagnostics.map(({ origin }) => origin.container),
    ]
  }

  test('has every router by protocol, and every diagnostic', async () => {
    expect(await body<Routes>(ask('/routes.json'))).toEqual({
      revision: 7,
      routers: { http: [web, wildcard], tcp: [catchAll], udp: [dns] },
      diagnostics,
    })
  })

  test('says what it waits for', async () => {
    expect(await body(ask('/routes.json', starting))).toMatchObject({
      revision: 0,
      waitingFor: [expect.any(String), expect.any(String)],
    })
  })

  test.each<[string, string[], string[]]>([
    ['?network=2816', ['web-2816'], ['web']],
    ['?network=2880', ['any-2880'], ['fork', 'odd']],
    ['?network=64', [], []],
    ['?host=app.example.com', ['web-2816', 'any-2880', 'smtp-2944'], ['web', 'fork']],
    ['?host=APP.example.com.', ['web-2816', 'any-2880', 'smtp-2944'], ['web', 'fork']],
    ['?host=other.example.com', ['any-2880', 'smtp-2944'], []],
    ['?host=a.b.example.com', ['smtp-2944'], []],
    ['?container=web', ['web-2816'], ['web']],
    ['?container=abc1', ['web-2816'], ['web']],
    ['?container=abc', [], []],
    [`?container=${webId}`, ['web-2816'], ['web']],
    ['?network=2816&host=app.example.com&container=ABC123', ['web-2816'], ['web']],
    ['?network=2880&container=web', [], []],
  ])('%s', async (query, routers, containers) => {
    expect(await found(query)).toEqual([routers, containers])
  })

  test.each([
    ['?network=100', 'The parameter network must be a network ID: a multiple of 64 from 64 to 16777152; it is "100".'],
    ['?network=', 'The parameter network must be a network ID: a multiple of 64 from 64 to 16777152; it is "".'],
    [
      '?network=0064',
      'The parameter network must be a network ID: a multiple of 64 from 64 to 16777152; it is "0064".',
    ],
    [
      '?network=16777216',
      'The parameter network must be a network ID: a multiple of 64 from 64 to 16777152; it is "16777216".',
    ],
    ['?host=http://a', 'The parameter host must be a host name such as app.example.com; it is "http://a".'],
    ['?container=', 'The parameter container must be a container\'s name, or at least 4 digits of its ID; it is "".'],
    ['?hots=a', 'There is no parameter "hots"; known are network, host, container.'],
    ['?constructor=a', 'There is no parameter "constructor"; known are network, host, container.'],
    ['?network=64&network=128', 'The parameter network is given 2 times; give it once.'],
  ])('%s is refused', async (query, message) => {
    const response = await ask(`/routes.json${query}`)
    expect(response.status).toBe(400)
    expect(await body<ErrorBody>(response)).toEqual({ error: { code: 'PARAMETER_INVALID', message } })
  })
})

test('/ports has the ports in use, what is free, and who waits', async () => {
  const { rows, free, waiting } = ready.ports()
  expect(await body(ask('/ports?anything=ignored'))).toEqual({
    ports: [{ ...rows[0], since: '2026-01-02T03:04:04.000Z' }, rows[1]],
    free,
    waiting,
  })
})

test('/ lists every endpoint with a line, and its parameters', async () => {
  const { endpoints } = await body<Index>(ask('/'))
  expect(endpoints.map(({ path }) => path)).toEqual([
    '/',
    '/routes.yaml',
    '/health',
    '/routes.json',
    '/ports',
    '/openapi.json',
  ])
  expect(endpoints.every(({ about }) => about.endsWith('.'))).toBe(true)
  expect(Object.keys(endpoints[3]?.parameters ?? {})).toEqual(['network', 'host', 'container'])
})

describe('every endpoint', () => {
  test.each(['/', '/routes.yaml', '/health', '/routes.json', '/ports'])(
    '%s answers HEAD, and refuses to be written',
    async (path) => {
      const head = await ask(path, {}, { method: 'HEAD' })
      expect([head.status, await head.text()]).toEqual([200, ''])
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        const response = await ask(path, {}, { method })
        expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
        expect(await body(response)).toEqual({
          error: { code: 'METHOD_NOT_ALLOWED', message: `${path} can only be read: use GET or HEAD, not ${method}.` },
        })
      }
    },
  )

  test.each(['/nothing', '/routes.yaml/', '/Health', '/constructor'])('%s is not there', async (path) => {
    const response = await ask(path)
    expect([response.status, response.headers.get('x-content-type-options')]).toEqual([404, 'nosniff'])
    expect(await body<ErrorBody>(response)).toMatchObject({ error: { code: 'PATH_UNKNOWN' } })
  })

  test('is laid out for people, and permits no other origin', async () => {
    const response = await ask('/ports')
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
    expect(await response.text()).toMatch(/^\{\n {2}"ports": \[\n[^]*\n\}\n$/)
  })

  test('writes control, ANSI, bidi and invisible characters as escapes, and means the same', async () => {
    const hostile = '\u001b[31m\u009b\u007f\u202e\u2066\u200f\u061c\u2028\ufeff\u{e0041}é'
    const response = await ask('/routes.json', { routers: () => [{ ...web, rule: hostile }] })
    const text = await response.clone().text()
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text).toContain('\\u202e')
    expect((await body<Routes>(response)).routers.http[0]?.rule).toBe(hostile)
  })

  test('masks credentials', async () => {
    const routers = [
      { ...web, servers: ['http://user:pa@ss@127.0.11.2:80/x?y=@', 'http://token@127.0.11.2', 'http://127.0.11.2/@'] },
    ]
    const secret = [diagnostic('The label is "admin:$apr1$abc$def/.,bob:$2y$05$xyz", or \'eve:{SHA}abc=\'.', {})]
    const { routers: shown, diagnostics } = await body<Routes>(
      ask('/routes.json', { routers: () => routers, diagnostics: () => secret }),
    )
    expect(shown.http[0]?.servers).toEqual([
      'http://***@127.0.11.2:80/x?y=@',
      'http://***@127.0.11.2',
      'http://127.0.11.2/@',
    ])
    expect(diagnostics[0]?.message).toBe('The label is "admin:***,bob:***", or \'eve:***\'.')
  })

  test('a view that throws costs a 500 without its words, and is reported', async () => {
    const seen: string[] = []
    const fail = (): never => {
      throw new Error('inside')
    }
    const response = await ask(
      '/ports',
      { ports: fail },
      {},
      { onError: (error, path) => seen.push(`${path} ${error.message}`) },
    )
    expect([response.status, seen]).toEqual([500, ['/ports inside']])
    expect(JSON.stringify(await body(response))).not.toContain('inside')
  })
})

describe('/metrics', () => {
  const metrics: AppOptions['metrics'] = (format) => Promise.resolve({ contentType: `text/${format}`, body: 'up 1\n' })
  const PROMETHEUS =
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'

  test.each<[string, string | undefined, string]>([
    ['who names nothing', undefined, 'prometheus'],
    ['a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
    ['Prometheus', PROMETHEUS, 'openmetrics'],
    ['who likes plain text better', 'application/openmetrics-text;q=0.5,text/plain', 'prometheus'],
  ])('gives %s the format that it asks for', async (_, accept, format) => {
    const response = await ask('/metrics', {}, { headers: accept === undefined ? {} : { accept } }, { metrics })
    expect(response.headers.get('content-type')).toBe(`text/${format}`)
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(await response.text()).toBe('up 1\n')
  })

  test('that fails is told, and answered with 500', async () => {
    const told: string[] = []
    const options: AppOptions = {
      metrics: () => Promise.reject(new Error('no')),
      onError: (error, path) => told.push(`${path}: ${error.message}`),
    }
    expect((await ask('/metrics', {}, {}, options)).status).toBe(500)
    expect(told).toEqual(['/metrics: no'])
  })

  test('is told of every answer to who asks for the document', async () => {
    const statuses: number[] = []
    const options: AppOptions = { token: '0123456789abcdef', onFetch: ({ status }) => statuses.push(status) }
    const headers = { authorization: 'Bearer 0123456789abcdef' }
    await ask('/routes.yaml', {}, {}, options)
    await ask('/routes.yaml', {}, { headers }, options)
    await ask('/routes.yaml', starting, { headers }, options)
    await ask('/routes.yaml', {}, { headers: { ...headers, host: 'evil.example.com' } }, options)
    await ask('/health', {}, {}, options)
    expect(statuses).toEqual([401, 200, 503, 421])
  })
})
