import { expect, test } from '@jest/globals'
import { containerLine, factsLine, readFirstListing, readListing } from './listing-file.ts'
import { containerOf, listingJournalOf, listingOf } from './testing/samples.ts'

const labelled = (labels: Readonly<Record<string, string>>) =>
  Object.assign(Object.create(null) as Record<string, string>, labels)

const bytes = (text: string): Buffer => Buffer.from(text)

const again = (...containers: Parameters<typeof listingOf>[0]) =>
  readListing(bytes(listingJournalOf(listingOf(containers))), 2816).listing

test('what routes are made of is read back', () => {
  const web = containerOf({
    health: 'unhealthy',
    healthLog: { since: 1, output: 'nö \u0000 \ud800' },
    exposedPorts: [
      { number: 80, protocol: 'tcp' },
      { number: 53, protocol: 'udp' },
    ],
    listeningPorts: [3000],
    labels: labelled({
      'rediacc.service_name': 'web',
      'Traefik.HTTP.routers.a.rule': 'Host(`a`)',
      'com.docker.compose.service': 'web',
    }),
  })
  expect(again(web)).toEqual(listingOf([web]))
})

test('a listing has a line for each container, and one more for whatever changes', () => {
  const web = containerOf({ id: 'a', created: 1 })
  const lines = [
    factsLine({ network: 2816, daemon: '/run/a.sock' }, '0.1.0'),
    containerLine('a', web),
    containerLine('b', { ...web, id: 'b' }),
    containerLine('a', undefined),
    containerLine('b', { ...web, id: 'b', state: 'exited' }),
    factsLine({ network: 2816, daemon: '/run/b.sock', outlived: true }, '0.1.0'),
  ]
  expect(lines.join('')).toBe(`{"format":2,"program":"0.1.0","network":2816,"daemon":"/run/a.sock"}
{"id":"a","name":"web","image":"nginx:1","created":1,"state":"running","health":"none","networkMode":"host","labels":{"rediacc.service_name":"web"}}
{"id":"b","name":"web","image":"nginx:1","created":1,"state":"running","health":"none","networkMode":"host","labels":{"rediacc.service_name":"web"}}
{"gone":"a"}
{"id":"b","name":"web","image":"nginx:1","created":1,"state":"exited","health":"none","networkMode":"host","labels":{"rediacc.service_name":"web"}}
{"format":2,"program":"0.1.0","network":2816,"daemon":"/run/b.sock","outlived":true}
`)
  const daemon = '/run/b.sock'
  expect(readListing(bytes(lines.join('')), 2816)).toEqual({
    listing: { network: 2816, daemon, outlived: true, containers: [{ ...web, id: 'b', state: 'exited', daemon }] },
    lines: 6,
    faults: [],
    isTorn: false,
  })
})

test('that its containers outlive a daemon is kept only where they do', () => {
  expect('outlived' in again(containerOf())).toBe(false)
})

test('the sentence that changes all the time is not kept', () => {
  expect(again(containerOf({ status: 'Up 3 seconds' })).containers[0]?.status).toBe('')
})

test('a listing is frozen throughout, and its labels have no prototype', () => {
  const listing = again(
    containerOf({
      exposedPorts: [{ number: 80, protocol: 'tcp' }],
      listeningPorts: [3000],
      healthLog: { since: 1, output: '' },
    }),
  )
  const [container] = listing.containers
  const parts = [
    listing,
    listing.containers,
    container,
    container?.labels,
    container?.exposedPorts,
    container?.listeningPorts,
    container?.healthLog,
  ]
  for (const part of [...parts, container?.exposedPorts?.[0]]) {
    expect(part).toBeDefined()
    expect(Object.isFrozen(part)).toBe(true)
  }
  expect(Object.getPrototypeOf(container?.labels)).toBe(null)
})

test('a label may be called __proto__', () => {
  const text = listingJournalOf(listingOf([containerOf()])).replace('"rediacc.service_name"', '"__proto__"')
  expect(Object.entries(readListing(bytes(text), 2816).listing.containers[0]?.labels ?? {})).toEqual([
    ['__proto__', 'web'],
  ])
  expect(containerLine('a', readListing(bytes(text), 2816).listing.containers[0])).toContain('{"__proto__":"web"}')
})

test.each([
  ['another network', { network: 2880 }, 'it is about network 2880'],
  ['no containers', { containers: undefined }, 'containers: expected array, received undefined'],
  [
    'a container without labels',
    { containers: [{ ...containerOf(), labels: undefined }] },
    "containers.0.labels: isn't an object",
  ],
  [
    'a label that is no text',
    { containers: [{ ...containerOf(), labels: { a: 1 } }] },
    'containers.0.labels.0.1: expected string, received number',
  ],
  ['a state that nobody knows', { containers: [{ ...containerOf(), state: 'asleep' }] }, 'containers.0.state: '],
  [
    'a port that is none',
    { containers: [{ ...containerOf(), exposedPorts: [{ number: 0, protocol: 'tcp' }] }] },
    'containers.0.exposedPorts.0.number: ',
  ],
])('%s is damage', (_, change, why) => {
  const text = JSON.stringify({ format: 1, network: 2816, daemon: '/run/a.sock', containers: [], ...change })
  expect(() => readFirstListing(bytes(text), 2816)).toThrow(why)
})

test.each([
  ['a container without labels', { ...containerOf(), labels: undefined }, "labels: isn't an object"],
  ['a label that is no text', { ...containerOf(), labels: { a: 1 } }, 'labels.0.1: expected string, received number'],
  ['a state that nobody knows', { ...containerOf(), state: 'asleep' }, 'state: '],
  ['what went without saying which', { gone: 7 }, 'gone: '],
  ['a daemon without a name', { format: 2, network: 2816, daemon: '' }, 'daemon: '],
])('%s costs its line alone', (_, line, why) => {
  const text = `${listingJournalOf(listingOf([containerOf({ id: 'one' })]))}${JSON.stringify(line)}\n`
  const { listing, faults, lines } = readListing(
    bytes(`${text}${containerLine('two', containerOf({ id: 'two' }))}`),
    2816,
  )
  expect(listing.containers.map(({ id }) => id)).toEqual(['one', 'two'])
  expect([faults, lines]).toEqual([[expect.stringContaining(`line 3: ${why}`)], undefined])
})

test('a journal that names no daemon is damage', () => {
  const [, ...containers] = listingJournalOf(listingOf([containerOf()])).split('\n')
  expect(() => readListing(bytes(containers.join('\n')), 2816)).toThrow("it doesn't say of which daemon")
})
