import { expect, test } from '@jest/globals'
import { diagnosticLines } from './diagnostic-line.ts'

const SAID = { code: 'LABEL_INVALID', level: 'error', message: 'It is wrong.' } as const

test.each([
  [{ container: 'web-1' }, 'error LABEL_INVALID (container web-1): '],
  [
    { container: 'web-1', compose: { project: 'shop', service: 'web', files: '/srv/compose.yaml' } },
    'error LABEL_INVALID (container web-1, service web of /srv/compose.yaml): ',
  ],
  [
    { container: 'web-1', compose: { project: 'shop', service: 'web' } },
    'error LABEL_INVALID (container web-1, service web of the project shop): ',
  ],
  [{ network: 2816 }, 'error LABEL_INVALID (network 2816): '],
  [{ daemon: '/docker-64.sock' }, 'error LABEL_INVALID (/docker-64.sock): '],
  [{}, 'error LABEL_INVALID: '],
])('%j: whose it is', (origin, expected) => {
  expect(diagnosticLines({ ...SAID, origin })).toEqual([
    `${expected}It is wrong. More: docs/diagnostics.md#label_invalid`,
  ])
})

test('labels to paste follow, as a compose file has them', () => {
  const suggestion = "traefik.enable=true\ntraefik.http.middlewares.a.basicauth.users=ada:$apr1$it's"
  expect(diagnosticLines({ ...SAID, origin: {}, suggestion })).toEqual([
    'error LABEL_INVALID: More: docs/diagnostics.md#label_invalid. It is wrong.',
    "    - 'traefik.enable=true'",
    "    - 'traefik.http.middlewares.a.basicauth.users=ada:$$apr1$$it''s'",
  ])
})
