import { describe, expect, test } from '@jest/globals'
import type { Container } from '@route-server/plugin-api'
import { callsForEvent, isSame, parseContainer, parseInspect, parseInspected, restored, withKnown } from './listing.ts'

const SOURCE = { network: 2816, daemon: '/run/docker-2816.sock' }
const ID = 'a'.repeat(64)

const RAW = {
  Id: ID,
  Names: ['/web'],
  Image: 'nginx:1',
  Created: 1700000000,
  State: 'running',
  Status: 'Up 3 seconds (healthy)',
  Labels: { 'traefik.enable': 'true' },
  HostConfig: { NetworkMode: 'host' },
}

const one = (raw: object): Container => parseContainer(raw, SOURCE)

describe('a list', () => {
  test('becomes frozen containers', () => {
    const container = one(RAW)
    expect({ ...container, labels: { ...container.labels } }).toEqual({
      id: ID,
      name: 'web',
      image: 'nginx:1',
      created: 1700000000,
      state: 'running',
      health: 'healthy',
      status: 'Up 3 seconds (healthy)',
      labels: { 'traefik.enable': 'true' },
      networkMode: 'host',
      ...SOURCE,
    })
    expect(Object.isFrozen(container) && Object.isFrozen(container.labels)).toBe(true)
  })

  test.each([
    ['Up 3 seconds (health: starting)', 'starting'],
    ['Up 3 seconds (unhealthy)', 'unhealthy'],
    ['Up 3 seconds', 'none'],
    ['Up 3 seconds (Paused)', 'none'],
    ['Exited (1) 3 minutes ago', 'none'],
  ])('%s means health %s', (Status, health) => {
    expect(one({ ...RAW, Status }).health).toBe(health)
  })

  test('believes a field for health where there is one', () => {
    expect(one({ ...RAW, Status: 'Up 1 second', Health: { Status: 'unhealthy' } }).health).toBe('unhealthy')
  })

  test('takes the name that no link gave', () => {
    expect(one({ ...RAW, Names: ['/web/db', '/db', '/other/db'] }).name).toBe('db')
    expect(one({ ...RAW, Names: null }).name).toBe(ID.slice(0, 12))
  })

  test('keeps labels that are called like parts of every object', () => {
    const raw = JSON.parse('{"__proto__":"a","constructor":"b"}') as object
    const { labels } = one({ ...RAW, Labels: raw })
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
    expect(one(RAW).labels['constructor']).toBeUndefined()
  })

  test.each([
    { Id: ID },
    { Id: ID, Labels: null, Names: [1, null], State: 5, Status: {}, Created: 'x', HostConfig: 'host', Image: null },
    { Id: ID, Labels: { a: 1, b: null, c: ['x'] }, State: 'frobnicating', Names: 'web', Created: null },
  ])('with missing or odd fields is read as far as it goes: %j', (raw) => {
    expect(one(raw)).toMatchObject({ id: ID, state: 'exited', created: 0, image: '', networkMode: '' })
    expect(Object.keys(one(raw).labels)).toEqual([])
  })

  test.each([[null], ['x'], [{}], [{ Id: 5 }], [{ Id: '' }], [{ Id: '../x' }]])('of rubbish is refused: %j', (item) => {
    expect(() => parseContainer(item, SOURCE)).toThrow()
  })

  test('keeps only the labels that somebody reads, where that is known', () => {
    const Labels = { 'traefik.enable': 'true', 'org.opencontainers.image.title': 'x' }
    const ours = parseContainer({ ...RAW, Labels }, SOURCE, (key) => key.startsWith('traefik.'))
    expect({ ...ours.labels }).toEqual({ 'traefik.enable': 'true' })
  })
})

describe('a container is the same', () => {
  test('while only the sentence about it changes', () => {
    expect(isSame(one(RAW), one({ ...RAW, Status: 'Up 9 days (healthy)' }))).toBe(true)
  })

  test.each([
    { Names: ['/other'] },
    { State: 'paused' },
    { Status: 'Up 3 seconds (unhealthy)' },
    { Labels: {} },
    { Labels: { 'traefik.enable': 'false' } },
    { Labels: { 'traefik.enable': 'true', more: '' } },
    { Image: 'nginx:2' },
    { Created: 1 },
    { HostConfig: { NetworkMode: 'bridge' } },
  ])('unless something that matters changes: %j', (change) => {
    expect(isSame(one(RAW), one({ ...RAW, ...change }))).toBe(false)
  })

  test('unless its ports become known', () => {
    expect(isSame(one(RAW), withKnown(one(RAW), { exposedPorts: [] }))).toBe(false)
    expect(isSame(one(RAW), withKnown(one(RAW), { listeningPorts: [80] }))).toBe(false)
  })
})

test('Docker must announce what starts, ends, is renamed or changes health, but not what it only created', () => {
  const running = one(RAW)
  const created = one({ ...RAW, State: 'created', Status: 'Created' })
  expect(callsForEvent(undefined, running)).toBe(true)
  expect(callsForEvent(running, undefined)).toBe(true)
  expect(callsForEvent(running, one({ ...RAW, Names: ['/x'] }))).toBe(true)
  expect(callsForEvent(running, one({ ...RAW, Status: 'Up 3 seconds (unhealthy)' }))).toBe(true)
  expect(callsForEvent(running, one({ ...RAW, Image: 'sha256:abc' }))).toBe(false)
  expect(callsForEvent(undefined, created)).toBe(false)
})

test('a container of an earlier run is frozen, and of the daemon as it is found now', () => {
  const labels = { 'traefik.enable': 'true', foreign: '' }
  const earlier = { ...one(RAW), labels, exposedPorts: [{ number: 80, protocol: 'tcp' as const }] }
  const now = { network: 2816, daemon: '/elsewhere/docker-2816.sock' }
  const container = restored(earlier, now, (key) => key !== 'foreign')
  expect(container).toMatchObject({ id: ID, ...now, exposedPorts: [{ number: 80 }] })
  expect({ ...container.labels }).toEqual({ 'traefik.enable': 'true' })
  expect([container, container.labels, container.exposedPorts].every(Object.isFrozen)).toBe(true)
})

describe('an inspect', () => {
  const INSPECTED = {
    Id: ID,
    Name: '/api',
    Created: '2024-01-02T03:04:05.678901234Z',
    State: { Status: 'running', Health: { Status: 'starting' } },
    Config: {
      Image: 'api:1',
      Labels: { 'rediacc.network_id': '2816' },
      ExposedPorts: {
        '9000/udp': {},
        '8080/tcp': {},
        '22': {},
        '0/tcp': {},
        '99999/tcp': {},
        '80/quic': {},
        '8080/sctp': {},
      },
    },
    HostConfig: { NetworkMode: 'host' },
  }

  test('tells the ports, lowest number first, and drops what is no port', () => {
    expect(parseInspected(INSPECTED).ports).toEqual([
      { number: 22, protocol: 'tcp' },
      { number: 8080, protocol: 'sctp' },
      { number: 8080, protocol: 'tcp' },
      { number: 9000, protocol: 'udp' },
    ])
    expect(parseInspected({ Id: ID }).ports).toEqual([])
    expect(() => parseInspected('x')).toThrow()
  })

  const check = (minute: number, ExitCode: number, Output = ''): object => ({
    Start: `2024-01-02T03:0${minute}:00Z`,
    End: `2024-01-02T03:0${minute}:01.5Z`,
    ExitCode,
    Output,
  })
  const healthLogOf = (...Log: unknown[]) => parseInspected({ Id: ID, State: { Health: { Log } } }).healthLog

  test('tells since when health checks fail, and what the last one printed', () => {
    const log = healthLogOf(
      check(1, 1, 'early'),
      check(2, 0, 'fine'),
      check(3, 1, 'no'),
      check(4, 2, '\u001b[31mstill no\n'),
    )
    expect(log).toEqual({ since: Date.parse('2024-01-02T03:03:01.500Z'), output: '\u001b[31mstill no\n' })
    expect(Object.isFrozen(log)).toBe(true)
  })

  test('tells no more than 200 characters of a health check, and cuts none in two', () => {
    expect(healthLogOf(check(1, 1, '🦊'.repeat(300)))?.output).toBe('🦊'.repeat(200))
    expect(healthLogOf(check(1, 1, 'x'.repeat(5_000)))?.output).toHaveLength(200)
  })

  test.each([
    [[]],
    [[check(1, 0)]],
    [[null]],
    [['x']],
    [[{ ExitCode: 1 }]],
    [[{ ExitCode: 1, End: 'never', Output: 5 }]],
  ])('tells nothing of checks that did not fail or are rubbish: %j', (log) => {
    expect(healthLogOf(...log)).toBeUndefined()
    expect(parseInspected({ Id: ID, State: { Health: { Log: 'x' } } }).healthLog).toBeUndefined()
  })

  test('that was saved becomes a container of the network that its label names', () => {
    expect(parseInspect([INSPECTED], { daemon: 'saved.json' })).toMatchObject([
      {
        id: ID,
        name: 'api',
        image: 'api:1',
        created: 1704164645,
        state: 'running',
        health: 'starting',
        network: 2816,
        daemon: 'saved.json',
      },
    ])
  })

  test('that was saved needs a network, by label or from outside', () => {
    const unlabelled = { ...INSPECTED, Config: { Labels: null } }
    expect(() => parseInspect([unlabelled], { daemon: 'x' })).toThrow(
      'Container "api" has no valid label rediacc.network_id',
    )
    expect(parseInspect([unlabelled], { daemon: 'x', network: 64 })).toMatchObject([{ network: 64 }])
    expect(() => parseInspect({}, { daemon: 'x' })).toThrow('docker inspect')
  })
})
