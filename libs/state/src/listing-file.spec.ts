import { expect, test } from '@jest/globals'
import { readListing, writeListing } from './listing-file.ts'
import { containerOf, listingOf } from './testing/samples.ts'

const labelled = (labels: Readonly<Record<string, string>>) =>
  Object.assign(Object.create(null) as Record<string, string>, labels)

const again = (...containers: Parameters<typeof listingOf>[0]) =>
  readListing(writeListing(listingOf(containers), '0.1.0'), 2816)

test('what routes are made of is read back', () => {
  const web = containerOf({
    health: 'unhealthy',
    healthLog: { since: 1, output: 'nö \u0000 \ud800' },
    exposedPorts: [
      { number: 80, protocol: 'tcp' },
      { number: 53, protocol: 'udp' },
    ],
    labels: labelled({
      'rediacc.service_name': 'web',
      'Traefik.HTTP.routers.a.rule': 'Host(`a`)',
      'com.docker.compose.service': 'web',
    }),
  })
  expect(again(web)).toEqual(listingOf([web]))
})

test('a listing file has a line for each container', () => {
  const { labels } = containerOf()
  const [one, two] = ['a', 'b'].map((id) => containerOf({ id, name: id, labels, created: 1 }))
  expect(writeListing(listingOf([two, one].flatMap((each) => each ?? [])), '0.1.0')).toBe(`{
  "format": 1,
  "program": "0.1.0",
  "network": 2816,
  "daemon": "/run/docker-2816.sock",
  "containers": [
    {"id":"a","name":"a","image":"nginx:1","created":1,"state":"running","health":"none","networkMode":"host","labels":{"rediacc.service_name":"web"}},
    {"id":"b","name":"b","image":"nginx:1","created":1,"state":"running","health":"none","networkMode":"host","labels":{"rediacc.service_name":"web"}}
  ]
}
`)
})

test('that its containers outlive a daemon is kept', () => {
  const listing = { network: 2816, daemon: 'd', outlived: true as const, containers: [containerOf()] }
  expect(readListing(writeListing(listing, '1'), 2816).outlived).toBe(true)
  expect('outlived' in again(containerOf())).toBe(false)
})

test('the sentence that changes all the time is not kept', () => {
  expect(again(containerOf({ status: 'Up 3 seconds' })).containers[0]?.status).toBe('')
})

test('a listing is frozen throughout, and its labels have no prototype', () => {
  const listing = again(
    containerOf({ exposedPorts: [{ number: 80, protocol: 'tcp' }], healthLog: { since: 1, output: '' } }),
  )
  const [container] = listing.containers
  const parts = [
    listing,
    listing.containers,
    container,
    container?.labels,
    container?.exposedPorts,
    container?.healthLog,
  ]
  for (const part of [...parts, container?.exposedPorts?.[0]]) {
    expect(part).toBeDefined()
    expect(Object.isFrozen(part)).toBe(true)
  }
  expect(Object.getPrototypeOf(container?.labels)).toBe(null)
})

test('a label may be called __proto__', () => {
  const text = writeListing(listingOf([containerOf()]), '0.1.0').replace('"rediacc.service_name"', '"__proto__"')
  expect(Object.entries(readListing(text, 2816).containers[0]?.labels ?? {})).toEqual([['__proto__', 'web']])
})

test('the same containers make the same bytes, in whatever order they and their labels come', () => {
  const a = containerOf({ id: 'a', labels: { 'traefik.a': '1', 'traefik.b': '2' } })
  const b = containerOf({ id: 'b' })
  const turned = { ...a, status: 'Up 3 days', labels: { 'traefik.b': '2', 'traefik.a': '1' } }
  expect(writeListing(listingOf([b, turned]), '0.1.0')).toBe(writeListing(listingOf([a, b]), '0.1.0'))
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
  expect(() => readListing(text, 2816)).toThrow(why)
})
