import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { RenetError } from './renet-error.ts'
import { awaitRoutes } from './routes.ts'
import { routeServerInPlace } from './testing/route-server-in-place.ts'

let place: ReturnType<typeof routeServerInPlace>
beforeEach(() => {
  place = routeServerInPlace()
})
afterEach(() => place.close())

const NONE = { routers: { http: [], tcp: [], udp: [] }, diagnostics: [] }
const WEB = {
  ...NONE,
  routers: { ...NONE.routers, http: [{ name: 'web-2816', origins: [{ compose: { service: 'web' } }] }] },
}

test('a route server that has just started is asked again until it serves', async () => {
  const answers = [{ ...NONE, waitingFor: ['A daemon.'] }, { ...WEB, waitingFor: ['A daemon.'] }, NONE]
  await place.answerOnPort(200, () => answers.shift() ?? WEB)
  expect(await awaitRoutes(2816, ['web'])).toEqual(WEB)
})

test('one that does not answer is not waited for', async () => {
  await place.answerOnPort(404, {})
  expect(await awaitRoutes(2816, ['web'])).toBeInstanceOf(RenetError)
})
