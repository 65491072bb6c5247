import { describe, expect, test } from '@jest/globals'
import { checkVersion } from './version.ts'

describe('an older Traefik', () => {
  const service = { middlewares: ['a'], loadBalancer: { servers: [{ url: 'http://x' }], strategy: 'p2c' } }

  test.each([
    ['3.7', []],
    ['3.6', ['middlewares']],
    ['3.4', ['middlewares']],
    ['3.3', ['middlewares', 'loadBalancer.strategy']],
  ] as const)('%s has something to refuse about what came after it: %j', (version, paths) => {
    expect(checkVersion('http.services', service, version).map(({ path }) => path)).toEqual(paths)
  })

  test('is told which release the field needs', () => {
    expect(checkVersion('http.middlewares', { retry: { attempts: 1, timeout: '1s' } }, '3.6')).toEqual([
      { path: 'retry.timeout', reason: "needs Traefik 3.7, and this machine's is 3.6" },
    ])
  })

  test('has nothing to refuse in what all know', () => {
    expect(
      checkVersion('http.routers', { rule: 'Host(`a`)', service: 's', tls: { domains: [{ main: 'a' }] } }, '3.3'),
    ).toEqual([])
  })
})
