import { describe, expect, test } from '@jest/globals'
import type { Diagnostic, Level } from '@route-server/plugin-api'
import type { ClaimView, Health } from '@route-server/server'
import { createPage } from './page.ts'
import type { Claim } from './sections/claims.ts'
import { sampleRouter, sampleView, type Sample } from './sample-view.ts'
import type { TraefikStatusOf } from './traefik-status.ts'

const none = { http: 0, tcp: 0, udp: 0 }
const health: Health = {
  status: 'ok',
  tenancy: 'strict',
  daemons: { pending: 0, live: 1, stale: 0, gone: 0 },
  routers: { http: 2, tcp: 0, udp: 0 },
  services: none,
  autoRoutes: true,
  revision: 7,
}

interface Given extends Sample {
  readonly claims?: readonly ClaimView[]
  readonly traefik?: TraefikStatusOf
  readonly health?: Partial<Health>
}

async function shown(given: Given, query = ''): Promise<string> {
  const { claims = [], traefik } = given
  const page = createPage({
    view: sampleView(given),
    claims: () => claims.map((claim) => ({ ...claim, view: () => claim })),
    traefikStatus: traefik,
  })
  const pieces: string[] = []
  for await (const piece of page(new URLSearchParams(query), { ...health, ...given.health })) pieces.push(piece)
  return pieces.join('')
}

/** What a person reads: without tags, each run of blanks as one. */
const read = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

const partOf = (html: string, id: string): string =>
  new RegExp(`<section id="${id}".*?</section>`, 's').exec(html)?.[0] ?? ''

/** Hosts of the routes that are shown, in their order. */
const hosts = (html: string): readonly (string | undefined)[] =>
  [...html.matchAll(/<a href="\/\?route=[^"]*">([^<]*)<\/a>/g)].map(([, host]) => host)

const diagnostic = (level: Level, message: string, network = 2816): Diagnostic => ({
  code: 'LABEL_INVALID',
  level,
  message,
  origin: { container: 'web-1', containerId: 'id of web', network },
})

const shop = [sampleRouter('web', 2816), sampleRouter('api', 2816), sampleRouter('mail', 2880)]

describe('routes', () => {
  test('stand by network, with where they lead', async () => {
    const text = read(partOf(await shown({ routers: shop }), 'routes'))
    expect(text).toContain('Routes 3 routes')
    expect(text).toMatch(
      /Network 2816 web\.example\.com http websecure http:\/\/127\.0\.11\.2:8080 web-1 .* Network 2880 mail/,
    )
  })

  test.each([
    ['q=api', ['api.example.com']],
    ['q=API.EXAMPLE', ['api.example.com']],
    ['q=2880', ['mail.example.com']],
    ['q=example 2816', ['web.example.com', 'api.example.com']],
    ['network=2816', ['web.example.com', 'api.example.com']],
    ['network=2816&q=web-1', ['web.example.com']],
    ['q=nowhere', []],
    ['network=12&from=x&show=nothing&route=web', ['web.example.com', 'api.example.com', 'mail.example.com']],
  ])('are found by %s', async (query, found) => {
    expect(hosts(partOf(await shown({ routers: shop }, query), 'routes'))).toEqual(found)
  })

  test('that are many come in pages, each with the way to the next', async () => {
    const routers = Array.from({ length: 230 }, (_, index) => sampleRouter(`web${index}`, 64))
    const overview = await shown({ routers })
    expect(hosts(partOf(overview, 'routes'))).toHaveLength(50)
    expect(overview).toContain('<a href="/?show=routes">Show all 230</a>')
    const second = await shown({ routers }, 'show=routes&from=100')
    expect(hosts(second)).toHaveLength(100)
    expect(read(second)).toContain('Before 101 to 200 of 230 Show more')
    expect(second).toContain('href="/?show=routes&amp;from=200"')
    expect(hosts(await shown({ routers }, 'show=routes&from=9999'))).toEqual(['web229.example.com'])
  })

  test('of any host, with a rule that says more, and of UDP are called so that people know them', async () => {
    const routers = [
      sampleRouter('smtp', 64, { protocol: 'tcp', rule: 'HostSNI(`*`)', hosts: ['*'] }),
      sampleRouter('app', 64, { rule: 'Host(`app.example.com`) && PathPrefix(`/v1`)', tls: {} }),
      sampleRouter('dns', 64, { protocol: 'udp', hosts: [] }),
    ]
    const html = await shown({ routers })
    expect(hosts(html)).toEqual(['any host', 'app.example.com', 'dns-64'])
    expect(read(html)).toContain('Host(`app.example.com`) &amp;&amp; PathPrefix(`/v1`) http · TLS')
  })

  test.each([
    ['enabled', 'accepted'],
    ['warning', 'with a warning'],
    ['disabled', 'refused'],
    ['absent', 'not there yet'],
    ['unknown', 'unknown'],
  ] as const)('that Traefik calls %s are said to be: %s', async (status, word) => {
    const traefik = () => ({ status, errors: ['the service "x" does not exist'] })
    const html = await shown({ routers: shop.slice(0, 1), traefik })
    expect(read(partOf(html, 'routes'))).toContain(`web-1 ${word} the service &quot;x&quot; does not exist`)
  })
})

test('Traefik is not spoken of where it cannot be asked', async () => {
  for (const query of ['', 'route=http/web-2816'])
    expect(await shown({ routers: shop }, query)).not.toContain('Traefik')
})

describe('one route', () => {
  const router = sampleRouter('web', 2816, { middlewares: ['hsts-2816', 'rediacc.hold-2816'], priority: 12 })

  test('is shown with its way, as a list in the order of a request', async () => {
    const html = await shown({ routers: [router] }, 'route=http/web-2816')
    const way = /<ol\s+class="way".*?<\/ol>/s.exec(html)?.[0] ?? ''
    expect([...way.matchAll(/<li[^>]*>(.*?)<\/li>/gs)].map(([, stage = '']) => read(stage))).toEqual([
      'Entry points websecure',
      'Router web-2816',
      'Middlewares hsts rediacc.hold',
      'Service web-2816 http://127.0.11.2:8080',
      'Containers web-1',
    ])
    expect(read(html)).toMatch(/Rule Host\(`web\.example\.com`\) TLS none Priority 12/)
  })

  test('is shown with what is said about its containers alone', async () => {
    const diagnostics = [diagnostic('error', 'Ours.'), { ...diagnostic('error', 'Theirs.'), origin: { network: 2816 } }]
    const text = read(await shown({ routers: [router], diagnostics }, 'route=http/web-2816'))
    expect(text).toContain('Said about its containers error LABEL_INVALID Ours.')
    expect(text).not.toContain('Theirs.')
  })

  test('that is not there is no error', async () => {
    expect(read(await shown({}, 'route=tcp/gone-64'))).toContain('There is no such TCP router now.')
  })
})

test('diagnostics say what is worst first, and what was probably meant', async () => {
  const diagnostics = [
    diagnostic('info', 'Third.'),
    diagnostic('warning', 'Second.'),
    { ...diagnostic('error', 'First.'), label: 'traefik.enabel', suggestion: 'traefik.enable' },
  ]
  const text = read(partOf(await shown({ diagnostics }), 'diagnostics'))
  expect(text).toMatch(/1 error, 1 warning, 1 for information .*First\. .*Second\. .*Third\./)
  expect(text).toContain('Label traefik.enabel Meant, probably traefik.enable')
})

test('daemons that are not heard come first, with why', async () => {
  const status = { daemon: '/run/docker-64.sock', network: 64, state: 'live', since: 0, containers: 2 } as const
  const daemons = [status, { ...status, network: 128, state: 'stale', reason: 'It hangs.' }] as const
  const text = read(partOf(await shown({ daemons }), 'daemons'))
  expect(text).toContain('1 of 2 not live')
  expect(text).toMatch(/128 stale It hangs\. 1970-01-01 00:00:00 2 .* 64 live/)
})

test('ports say where they lead, what is free and who waits; claims say whose they are', async () => {
  const ports = {
    rows: [
      {
        external: 10_000,
        protocol: 'tcp',
        entryPoint: 'tcp-10000',
        network: 64,
        service: 'db',
        router: 'db-5432-64',
        internal: ['127.0.0.66:5432'],
        since: 0,
        kind: 'dynamic',
      },
    ],
    free: { tcp: [{ first: 10_001, last: 10_010 }], udp: [{ first: 53, last: 53 }] },
    waiting: [{ network: 128, protocol: 'tcp', service: 'mail', port: 25 }],
  } as const
  const claim = { kind: 'host', network: 64, inUse: true, awaySeconds: 0 } as const
  const claims: readonly ClaimView[] = [
    { ...claim, subject: 'given.example.com', reservedBy: 'operator' },
    { ...claim, subject: 'a.example.com', since: '2026-01-02T03:04:05.000Z' },
    { ...claim, subject: 'b.example.com', inUse: false, awaySeconds: 90_000, lapsesInSeconds: 7_200 },
  ]
  const html = await shown({ ports, claims })
  expect(read(partOf(html, 'ports'))).toMatch(
    /10000 tcp db 64 127\.0\.0\.66:5432 found for it .*mail of network 128 waits for a TCP port \(25\) Free: TCP 10001–10010 UDP 53/,
  )
  expect(read(partOf(html, 'claims'))).toMatch(
    /given\.example\.com host 64 given by the operator a\.example\.com host 64 in use 2026-01-02 03:04:05 b\.example\.com host 64 away for 1 day, lapses after 2 hours more/,
  )
})

test('what is wrong with the route server is said on top', async () => {
  const text = read(await shown({ health: { status: 'degraded', problems: ['The disk is full.'] } }))
  expect(text).toMatch(/Degraded revision 7, 2 routers The disk is full\. Overview/)
})

describe("strangers' text", () => {
  const HOSTILE = `</a><script src=//evil>"'><img onerror=x>\u202e\u0000\u001b[31m&amp;`
  const SECRET = 'zQsecretzQ1'

  test.each(['', 'show=routes', 'show=diagnostics', 'show=claims', 'show=ports', 'show=daemons', 'route=http/evil-64'])(
    'is text, wherever it stands: %s',
    async (query) => {
      const router = sampleRouter('evil', 64, {
        rule: HOSTILE,
        entryPoints: [HOSTILE],
        middlewares: [HOSTILE],
        service: HOSTILE,
        servers: [HOSTILE],
        hosts: [HOSTILE],
        tls: { certResolver: HOSTILE },
        origins: [
          {
            plugin: HOSTILE,
            container: HOSTILE,
            containerId: 'id of web',
            daemon: HOSTILE,
            network: 64,
            compose: { project: HOSTILE, service: HOSTILE, files: HOSTILE },
          },
        ],
      })
      const problem = {
        ...diagnostic('error', HOSTILE, 64),
        label: HOSTILE,
        suggestion: HOSTILE,
        origin: router.origins[0] ?? {},
      }
      const row = {
        protocol: 'tcp',
        entryPoint: HOSTILE,
        network: 64,
        service: HOSTILE,
        router: HOSTILE,
        internal: [HOSTILE],
        kind: 'fixed',
      } as const
      const html = await shown(
        {
          routers: [router],
          diagnostics: [problem],
          daemons: [{ daemon: HOSTILE, network: 64, state: 'stale', since: 0, reason: HOSTILE, containers: 0 }],
          ports: { rows: [row], waiting: [{ network: 64, protocol: 'tcp', service: HOSTILE, port: 1 }] },
          claims: [{ subject: HOSTILE, kind: 'host', network: 64, awaySeconds: 0, inUse: true }],
          traefik: () => ({ status: 'disabled', errors: [HOSTILE] }),
          health: { problems: [HOSTILE], warnings: [HOSTILE] },
        },
        query,
      )
      expect(html.match(/<script|<img/g)).toEqual(['<script', '<img'])
      expect(html).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
      const attributes = (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
      expect(attributes.filter((tag) => /[\s"'](?:on\w+|style)=/.test(tag))).toEqual([])
    },
  )

  test('in a query is text, too', async () => {
    const html = await shown({}, new URLSearchParams({ q: '"><script>alert(1)</script>' }).toString())
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
  })

  test('has no secrets, and nobody can guess one by searching', async () => {
    const rule = `Host(\`a.example.com\`) && Header(\`X-Api-Key\`, \`${SECRET}\`)`
    const routers = [sampleRouter('a', 64, { rule, servers: [`http://ann:${SECRET}@127.0.0.66`] })]
    const diagnostics = [diagnostic('error', `basicauth.users=ann:${SECRET}`, 64)]
    for (const query of ['', 'route=http/a-64', 'q=a.example.com'])
      expect(await shown({ routers, diagnostics }, query)).not.toContain(SECRET)
    for (const words of [SECRET, SECRET.slice(0, 4), 'zq'])
      expect(read(await shown({ routers, diagnostics }, `q=${words}`))).toContain('0 routes found')
  })
})

test('of thousands of claims those that are shown are put into words', async () => {
  const viewed: string[] = []
  const claims = Array.from({ length: 5_000 }, (_, index): Claim => {
    const key = { subject: `host${index}.example.com`, kind: 'host', network: 64 } as const
    return {
      ...key,
      view() {
        viewed.push(key.subject)
        return { ...key, awaySeconds: 0, inUse: true }
      },
    }
  })
  const page = createPage({ view: sampleView({ routers: shop }), claims: () => claims })
  const look = async (query: string): Promise<void> => {
    for await (const piece of page(new URLSearchParams(query), health)) expect(piece).toBeDefined()
  }
  await look('')
  expect(viewed.splice(0)).toHaveLength(10)
  await look('q=host4999')
  expect(viewed).toEqual(['host4999.example.com'])
})

test('a network that stays as it is is gone through once', async () => {
  const view = sampleView({ routers: shop })
  const page = createPage({ view, claims: () => [] })
  const look = async (): Promise<number> => {
    for await (const piece of page(new URLSearchParams('show=claims'), health)) expect(piece).toBeDefined()
    return view.looks.splice(0).length
  }
  expect(await look()).toBeGreaterThan(0)
  await new Promise(setImmediate)
  view.looks.splice(0)
  expect(await look()).toBe(0)
})

test('the beginning is there before anything has to be worked out', async () => {
  const view = sampleView({ routers: shop })
  const pieces = createPage({ view, claims: () => [] })(new URLSearchParams(), health)
  const first = await pieces.next()
  expect(read(String(first.value))).toContain('Everything is well revision 7')
  expect(view.looks).toEqual([])
  await pieces.return(undefined)
})
