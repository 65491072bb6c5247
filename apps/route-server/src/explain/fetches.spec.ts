import { expect, test } from '@jest/globals'
import { rememberFetches } from './fetches.ts'

test('what Traefik got last is remembered, whoever else asks', () => {
  let now = 0
  const { note, facts } = rememberFetches(() => now)
  note({ status: 200, revision: 1, agent: 'curl/8.0' })
  expect(facts()).toEqual({})
  note({ status: 200, revision: 1, agent: 'Go-http-client/1.1' })
  now = 4_000
  note({ status: 401 })
  expect(facts()).toEqual({ traefik: { secondsAgo: 4, status: 200, revision: 1 } })
  note({ status: 401, agent: 'Go-http-client/1.1' })
  expect(facts()).toEqual({ traefik: { secondsAgo: 0, status: 401 } })
})
