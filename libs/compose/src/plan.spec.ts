import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { ComposeModel, ComposeService } from './model.ts'
import { planFor, type Plan } from './plan.ts'

type Services = Readonly<Record<string, ComposeService>>

function plan(
  services: Services,
  more: Partial<Parameters<typeof planFor>[0]> & { networks?: ComposeModel['networks'] } = {},
): Plan {
  const { networks, ...input } = more
  const slots = new Map(Object.keys(services).map((name, slot) => [name, slot]))
  return planFor({
    model: { name: 'p', services, ...(networks && { networks }) },
    network: 2816,
    slots,
    hostname: 'machine',
    ...input,
  })
}

/** The override as data; a tag is told by the key: `ports!reset`. */
function overrideOf({ override }: Plan): Record<string, Record<string, unknown>> {
  const marked = override.replace(/"(\w+)": (![a-z]+) /g, '"$1$2": ')
  return (parse(marked) as { services: Record<string, Record<string, unknown>> }).services
}

test('a service gets host networking, its labels, everybody’s addresses and names', () => {
  const { api, db } = overrideOf(plan({ api: { expose: ['8080'] }, db: { image: 'postgres' } }))
  expect(api).toEqual({
    network_mode: 'host',
    labels: {
      'rediacc.service_name': 'api',
      'rediacc.service_ip': '127.0.11.2',
      'rediacc.network_id': '2816',
      'rediacc.service_port': '8080',
    },
    environment: { API_IP: '127.0.11.2', DB_IP: '127.0.11.3' },
    extra_hosts: ['api=127.0.11.2', 'db=127.0.11.3', 'machine=127.0.11.2'],
  })
  expect(db?.['labels']).toEqual({
    'rediacc.service_name': 'db',
    'rediacc.service_ip': '127.0.11.3',
    'rediacc.network_id': '2816',
  })
})

test('what cannot stand beside host networking is taken away, and waiting for others stays', () => {
  const { web } = overrideOf(
    plan({
      web: {
        networks: { front: null },
        ports: [{ target: 80 }],
        links: ['db:database'],
        external_links: ['x'],
        mac_address: '02:42:ac:11:65:43',
        depends_on: { db: { condition: 'service_started' } },
      },
      db: {},
    }),
  )
  expect(web).toMatchObject({
    'networks!reset': null,
    'ports!reset': [],
    expose: ['80'],
    'links!reset': [],
    'external_links!reset': [],
    'mac_address!reset': null,
    depends_on: { db: { condition: 'service_started' } },
  })
  expect(web?.['extra_hosts']).toContain('database=127.0.11.3')
})

test('one that is kept from every network stays so, and one without a container is left alone', () => {
  const { rows, override } = plan({ safe: { network_mode: 'none' }, cloud: { provider: { type: 'x' } }, web: {} })
  expect(rows.map(({ service }) => service)).toEqual(['web'])
  expect(override).not.toContain('safe')
})

describe('names', () => {
  test('go from the surest to the least sure', () => {
    const { a } = overrideOf(
      plan({
        a: { hostname: 'b', container_name: 'box' },
        b: { networks: { n: { aliases: ['pool', 'box', 'a'] } } },
        c: { networks: { n: { aliases: ['pool'] } } },
      }),
    )
    expect(a?.['extra_hosts']).toEqual([
      'a=127.0.11.2',
      'b=127.0.11.3',
      'box=127.0.11.2',
      'c=127.0.11.4',
      'pool=127.0.11.3',
      'pool=127.0.11.4',
    ])
  })

  test('of the user’s own count first, and the host is this machine', () => {
    const { a } = overrideOf(plan({ a: { extra_hosts: ['b=10.0.0.1', 'host.docker.internal=host-gateway'] }, b: {} }))
    expect(a?.['extra_hosts!override']).toEqual([
      'b=10.0.0.1',
      'host.docker.internal=127.0.0.1',
      'a=127.0.11.2',
      'machine=127.0.11.2',
    ])
  })
})

describe('the port', () => {
  const portOf = (service: ComposeService): unknown =>
    (overrideOf(plan({ a: service }))['a']?.['labels'] as Record<string, string>)['rediacc.service_port']
  const label = (port: string, name = 'x'): Record<string, string> => ({
    [`traefik.http.services.${name}.loadbalancer.server.port`]: port,
  })
  test.each<[string, ComposeService, string | undefined]>([
    ['what the labels say', { labels: label('3000'), ports: [{ target: 80 }] }, '3000'],
    [
      'two that the labels say',
      { labels: { ...label('3000'), ...label('4000', 'y') }, ports: [{ target: 80 }] },
      undefined,
    ],
    ['the only published one', { ports: [{ target: 80, published: '8080' }], expose: ['90'] }, '80'],
    [
      'the only one that can be HTTP',
      { ports: [{ target: 5432 }, { target: 3000 }, { target: 53, protocol: 'udp' }] },
      '3000',
    ],
    ['several published ones', { ports: [{ target: 3000 }, { target: 3001 }] }, undefined],
    ['none but a database’s', { ports: [{ target: 5432 }] }, undefined],
    ['the only exposed one', { expose: ['8080/tcp', '5432'] }, '8080'],
    ['a range', { expose: ['8080-8081'] }, undefined],
    ['what the user says', { labels: { 'rediacc.service_port': '9' }, ports: [{ target: 80 }] }, undefined],
  ])('%s', (_, service, port) => {
    expect(portOf(service)).toBe(port)
  })
})

describe('what can’t be is said', () => {
  test.each<[string, ComposeService, string]>([
    [
      'a label that contradicts',
      { labels: { 'rediacc.service_ip': '127.0.11.9' } },
      'service a: its label rediacc.service_ip says "127.0.11.9", and it is "127.0.11.2".',
    ],
    [
      'a variable of another meaning',
      { environment: { A_IP: '10.0.0.1' } },
      'service a: its environment sets A_IP to "10.0.0.1", and A_IP is the variable of a service\'s address (127.0.11.2).',
    ],
    [
      'replicas that listen',
      { deploy: { replicas: 2 }, expose: ['80'] },
      'service a: its 2 containers would share one address, where only one of them can listen on port 80. Write one service each instead (a-1, a-2)',
    ],
  ])('%s', (_, service, problem) => {
    expect(plan({ a: service }).problems).toEqual([expect.stringContaining(problem)])
  })

  test('replicas by --scale', () => {
    expect(plan({ a: { expose: ['80'] } }, { scales: new Map([['a', 3]]) }).problems).toHaveLength(1)
    expect(plan({ a: { expose: ['80'], scale: 3 } }, { scales: new Map([['a', 1]]) }).problems).toHaveLength(0)
  })

  test('what is the same as ours is no contradiction', () => {
    const own = {
      labels: { 'rediacc.service_name': 'a', 'rediacc.network_id': '2816' },
      environment: { A_IP: '127.0.11.2' },
    }
    expect(plan({ a: own }).problems).toEqual([])
  })
})

test('what means something else with host networking is remarked', () => {
  const { remarks } = plan(
    {
      web: {
        ports: [
          { target: 80, published: '8080' },
          { target: 3000, published: '3000' },
        ],
      },
      one: { ports: [{ target: 80, published: '80' }] },
      db: {
        ports: [
          { target: 5432, published: '5432' },
          { target: 53, protocol: 'udp', published: '53' },
        ],
      },
      near: { ports: [{ target: 80, published: '80', host_ip: '127.0.0.1' }] },
      side: { network_mode: 'service:web' },
      sick: { healthcheck: { test: ['CMD-SHELL', 'curl -f http://localhost:3000/healthz'] } },
      well: { healthcheck: { test: ['CMD', 'curl', 'http://127.0.11.8:3000', '-H', 'Host: localhost.example'] } },
      worker: { scale: 2 },
    },
    { networks: { inner: { internal: true } } },
  )
  expect(remarks.map(({ level, text }) => `${level}: ${text}`)).toEqual([
    'warning: service web: "8080:80" can\'t be published with host networking. It is at 127.0.11.2:80; write expose: ["80"] instead, or set the label rediacc.service_port: "80" if its routes are to lead there.',
    "note: service web: port 3000 isn't published on the host; it is at 127.0.11.2:3000.",
    "note: service one: port 80 isn't published on the host; it is at 127.0.11.3:80, where its routes lead to.",
    'note: service db: port 5432:5432 (PostgreSQL) isn\'t published. Services reach it at 127.0.11.4:5432; to open it to the outside, set the label rediacc.tcp_ports: "5432".',
    'note: service db: port 53:53/udp (UDP) isn\'t published. Services reach it at 127.0.11.4:53; to open it to the outside, set the label rediacc.udp_ports: "53".',
    'warning: service near: "127.0.0.1:80:80" can\'t be published with host networking. It is at 127.0.11.5:80, where its routes lead to; write expose: ["80"] instead.',
    'warning: service side: network_mode "service:web" becomes "host", with an address of its own; what it reached as localhost is at the other service\'s name.',
    'warning: service sick: its health check asks localhost:3000, and the service is to listen on 127.0.11.7; ask ${SICK_IP} there.',
    'warning: network inner: "internal" has no effect with host networking; nothing keeps its services from connecting to the outside.',
    'warning: service worker: its 2 containers share one address; that works as long as they listen on nothing. Write one service each instead (worker-1, worker-2), with a YAML anchor for what they have in common.',
  ])
})

test('a one-off has an address that isn’t the service’s, and everybody else theirs', () => {
  const web = { environment: { URL: '127.0.11.2' }, command: ['listen', '127.0.11.2'], labels: { where: '127.0.11.2' } }
  const alone = {
    environment: { URL: '127.0.11.1' },
    command: ['listen', '127.0.11.1'],
    labels: { where: '127.0.11.1' },
  }
  const db = { command: ['trust', '127.0.11.2'] }
  const usual = plan({ web, db })
  const made = overrideOf(
    plan(
      { web, db },
      {
        oneOff: {
          service: 'web',
          model: { name: 'p', services: { web: alone, db: { command: ['trust', '127.0.11.1'] } } },
        },
      },
    ),
  )
  expect(made['db']).toEqual(overrideOf(usual)['db'])
  expect(made['web']).toMatchObject({
    'command!override': ['listen', '127.0.11.1'],
    labels: { where: '127.0.11.1', 'rediacc.service_ip': '127.0.11.1' },
    environment: { URL: '127.0.11.1', WEB_IP: '127.0.11.1', DB_IP: '127.0.11.3' },
  })
})

test('the same project gives the same bytes', () => {
  const services = { b: { expose: ['80'] }, a: { networks: { x: { aliases: ['z', 'y'] } } } }
  expect(plan(services).override).toBe(plan(structuredClone(services)).override)
})
