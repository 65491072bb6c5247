import { describe, expect, test } from '@jest/globals'
import type { Container, Fragment, Settings } from '@route-server/plugin-api'
import { createKernel } from '../kernel.ts'
import { render } from '../render.ts'
import { follow } from '../sample-follower.ts'
import { residentsOf } from '../life/presence.ts'
import { sampleContainer } from '../sample-container.ts'
import type { Listing } from '../snapshot.ts'
import { told } from './sample-told.ts'

const settings: Settings = { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] }

const container = (name: string, created: number, fragment: Fragment): Container =>
  sampleContainer({ name, created, labels: { told: JSON.stringify(fragment), 'rediacc.service_name': 'web' } })

interface Outcome {
  readonly paths: string[]
  readonly said: string[]
}

const listingOf = (containers: readonly Container[]): Listing => ({
  network: 2816,
  daemon: 'docker-2816.sock',
  containers,
})

/** What the document has of them, and what was said; the same whether they come together or one by one. */
function outcome(...containers: readonly Container[]): Outcome {
  const newKernel = () => createKernel([{ plugin: told, options: undefined }], settings)
  const [together] = render(newKernel(), residentsOf([listingOf(containers)])).networks
  const lead = follow(newKernel())
  const oneByOne = [...containers]
    .reverse()
    .map((_, i, all) => lead([listingOf(all.slice(0, i + 1))]).networks[0])
    .at(-1)
  const paths = [...(together?.entries.keys() ?? [])].sort()
  expect([...(oneByOne?.entries.keys() ?? [])].sort()).toEqual(paths)
  return {
    paths: paths.map((path) => path.replace('-2816', '')),
    said: (together?.diagnostics ?? []).map(({ code, origin }) => `${code} ${origin.container ?? ''}`),
  }
}

const service = { loadBalancer: { servers: [{ url: 'http://127.0.11.2:80' }] } }
const web = (rule: string, more: object = {}): object => ({ rule, entryPoints: ['websecure'], service: 's', ...more })
const http = (routers: Record<string, object>, more: object = {}): Fragment => ({
  http: { routers, services: { s: service }, ...more },
})

describe('routers that want the same', () => {
  const rule = 'Host(`a.example.com`)'

  test('the older one stays, whatever the order', () => {
    const older = container('older', 1, http({ a: web(rule) }))
    const newer = container('newer', 2, http({ b: web(rule) }))
    const expected = { paths: ['http.routers/a', 'http.services/s'], said: ['RULE_TAKEN newer'] }
    expect(outcome(older, newer)).toEqual(expected)
    expect(outcome(newer, older)).toEqual(expected)
  })

  test.each([
    ['another priority', { priority: 7 }, 2],
    ['the priority that the rule has anyhow', { priority: rule.length }, 1],
    ['no TLS', { tls: undefined }, 2],
    ['another entry point', { entryPoints: ['web'] }, 2],
    ['one entry point in common', { entryPoints: ['web', 'websecure'] }, 1],
    ['another rule', { rule: `${rule} && Path(\`/\`)` }, 2],
  ])('%s', (_, more, count) => {
    const { paths } = outcome(
      container('older', 1, http({ a: web(rule, { tls: {} }) })),
      container('newer', 2, http({ b: web(rule, { tls: {}, ...more }) })),
    )
    expect(paths.filter((path) => path.startsWith('http.routers/'))).toHaveLength(count)
  })

  test('one that is left out for another reason takes nothing from anybody', () => {
    expect(
      outcome(
        container('older', 1, http({ a: web(rule, { middlewares: ['missing'] }) })),
        container('newer', 2, http({ b: web(rule) })),
      ),
    ).toEqual({ paths: ['http.routers/b', 'http.services/s'], said: ['REFERENCE_MISSING older'] })
  })

  test('over UDP the entry point is enough', () => {
    const udp = (name: string): Fragment => ({
      udp: {
        routers: { [name]: { entryPoints: ['udp-53'], service: 's' } },
        services: { s: { loadBalancer: { servers: [{ address: '127.0.11.2:53' }] } } },
      },
    })
    expect(outcome(container('older', 1, udp('a')), container('newer', 2, udp('b')))).toEqual({
      paths: ['udp.routers/a', 'udp.services/s'],
      said: ['ENTRY_POINT_TAKEN newer'],
    })
  })

  test('a TCP router for all is one, whatever its priority is called', () => {
    const tcp = (name: string, more: object): Fragment => ({
      tcp: {
        routers: { [name]: { rule: 'HostSNI(`*`)', entryPoints: ['tcp-25'], service: 's', ...more } },
        services: { s: { loadBalancer: { servers: [{ address: '127.0.11.2:25' }] } } },
      },
    })
    expect(
      outcome(container('older', 1, tcp('a', {})), container('newer', 2, tcp('b', { priority: -1 }))).said,
    ).toEqual(['RULE_TAKEN newer'])
  })
})

describe('what Traefik could never finish building', () => {
  const chain = (...middlewares: string[]): object => ({ chain: { middlewares } })
  const sound = { addPrefix: { prefix: '/a' } }

  test('chains that lead back to themselves, with what uses them', () => {
    expect(
      outcome(
        container(
          'web',
          1,
          http(
            { a: web('Host(`a`)', { middlewares: ['one'] }), b: web('Host(`b`)', { middlewares: ['sound'] }) },
            { middlewares: { one: chain('two'), two: chain('sound', 'one'), self: chain('self'), sound } },
          ),
        ),
      ),
    ).toEqual({
      paths: ['http.middlewares/sound', 'http.routers/b', 'http.services/s'],
      said: Array(4).fill('REFERENCES_ENDLESS web'),
    })
  })

  test('services over TCP, which would end Traefik itself', () => {
    const tcp = { services: { w: { weighted: { services: [{ name: 'w' }] } } } }
    expect(outcome(container('web', 1, { tcp }))).toEqual({ paths: [], said: ['REFERENCES_ENDLESS web'] })
  })

  test('a circle across containers', () => {
    const part = (name: string, to: string): Fragment => ({ http: { middlewares: { [name]: chain(to) } } })
    expect(outcome(container('a', 1, part('a', 'b')), container('b', 2, part('b', 'a')))).toEqual({
      paths: [],
      said: ['REFERENCES_ENDLESS a', 'REFERENCES_ENDLESS b'],
    })
  })

  test('chains of chains that unfold without end', () => {
    const levels = Array.from({ length: 30 }, (_, i) => [`m${i}`, i === 29 ? sound : chain(`m${i + 1}`, `m${i + 1}`)])
    const middlewares = Object.fromEntries(levels) as Record<string, object>
    const { paths, said } = outcome(
      container('web', 1, http({ a: web('Host(`a`)', { middlewares: ['m0'] }), b: web('Host(`b`)') }, { middlewares })),
    )
    expect(paths).toContain('http.routers/b')
    expect(paths).not.toContain('http.routers/a')
    expect(paths).toContain('http.middlewares/m22')
    expect(paths).not.toContain('http.middlewares/m21')
    expect(said).toHaveLength(23)
    expect(new Set(said)).toEqual(new Set(['REFERENCES_TOO_MANY web']))
  })
})

describe('what was refused', () => {
  const guard = { basicAuth: { users: ['a:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M='] } }

  test("is not replaced by another container's of the same name", () => {
    expect(
      outcome(
        container('older', 1, { http: { middlewares: { auth: guard } } }),
        container(
          'newer',
          2,
          http(
            { a: web('Host(`a`)', { middlewares: ['auth'] }) },
            { middlewares: { auth: { basicAuth: { users: ['a'] } } } },
          ),
        ),
      ),
    ).toEqual({
      paths: ['http.middlewares/auth', 'http.services/s'],
      said: ['ENTRY_REFUSED newer', 'REFERENCE_MISSING newer'],
    })
  })

  test('costs nobody else anything', () => {
    expect(
      outcome(
        container(
          'older',
          1,
          http({ a: web('Host(`a`)', { middlewares: ['auth'] }) }, { middlewares: { auth: guard } }),
        ),
        container('newer', 2, { http: { middlewares: { auth: { basicAuth: { users: ['a'] } } } } }),
      ).paths,
    ).toEqual(['http.middlewares/auth', 'http.routers/a', 'http.services/s'])
  })

  test('secrets are not in the message', () => {
    const kernel = createKernel([{ plugin: told, options: undefined }], settings)
    const one = container('web', 1, {
      http: {
        middlewares: { auth: { basicAuth: { users: ['hunter2'] } }, digest: { digestAuth: { users: ['hunter2'] } } },
      },
    })
    const [network] = render(kernel, residentsOf([listingOf([one])])).networks
    expect(network?.diagnostics).toHaveLength(2)
    expect(JSON.stringify(network?.diagnostics)).not.toContain('hunter2')
  })
})
