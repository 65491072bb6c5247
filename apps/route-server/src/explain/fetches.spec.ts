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
})

const traefik = { agent: 'Go-http-client/1.1' }

test('a refusal says nothing of Traefik while it gets the document', () => {
  let now = 0
  const { note, facts } = rememberFetches(() => now)
  note({ status: 200, revision: 1, ...traefik })
  now = 4_000
  note({ status: 401, ...traefik })
  expect(facts()).toEqual({ traefik: { secondsAgo: 4, status: 200, revision: 1 } })
  now = 30_000
  expect(facts().traefik?.status).toBe(200)
  now = 31_000
  expect(facts()).toEqual({ traefik: { secondsAgo: 27, status: 401 } })
  note({ status: 200, revision: 2, ...traefik })
  expect(facts()).toEqual({ traefik: { secondsAgo: 0, status: 200, revision: 2 } })
})

test('who never got anything but a refusal is refused', () => {
  const { note, facts } = rememberFetches(() => 0)
  note({ status: 401, ...traefik })
  expect(facts()).toEqual({ traefik: { secondsAgo: 0, status: 401 } })
})
