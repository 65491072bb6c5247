import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { askRouteServer } from './ask-route-server.ts'
import { StillStarting } from './renet-error.ts'
import { routeServerInPlace } from './testing/route-server-in-place.ts'

let place: ReturnType<typeof routeServerInPlace>
beforeEach(() => {
  place = routeServerInPlace()
})
afterEach(() => place.close())

test('the private socket is asked, where nobody else answers', async () => {
  await place.answerOnSocket(200, { by: 'socket' })
  expect(await askRouteServer('/routes.json', place.stateDir)).toEqual({ answer: { by: 'socket' }, isCertain: true })
})

test('what it refuses is said, and nobody else is asked', async () => {
  await place.answerOnSocket(400, { error: { code: 'X', message: 'There is no such thing.' } })
  await expect(askRouteServer('/routes.json', place.stateDir)).rejects.toThrow('There is no such thing.')
})

test('that it is still starting is known from what it refuses', async () => {
  await place.answerOnSocket(503, { error: { code: 'STARTING', message: 'The route server is still starting.' } })
  await expect(askRouteServer('/routes.json', place.stateDir)).rejects.toThrow(StillStarting)
})

test('a port that was named is asked alone, and anybody may have answered there', async () => {
  await place.answerOnSocket(200, { by: 'socket' })
  await place.answerOnPort(200, { by: 'port' })
  expect(await askRouteServer('/routes.json', place.stateDir)).toEqual({ answer: { by: 'port' }, isCertain: false })
})

test.each([
  [
    401,
    /answers who shows its token, and this user may not open its private socket. Run this as root; .*\/opt\/rediacc\/current\/secrets\/routes-token/,
  ],
  [404, /^No route server answers at http:\/\/127\.0\.0\.1:\d+\. Look at it with: systemctl status/],
])('a port that answers %i is no route server that tells', async (status, said) => {
  await place.answerOnPort(status, { by: 'port' })
  await expect(askRouteServer('/routes.json', place.stateDir)).rejects.toThrow(said)
})

test('that it still starts is an answer', async () => {
  await place.answerOnPort(503, { by: 'port' })
  expect(await askRouteServer('/health', place.stateDir)).toMatchObject({ answer: { by: 'port' } })
})
