import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { goUrlError } from '../go/url.ts'
import { destinationOf, staysOnServer, withHost } from './destination.ts'
import type { Destination } from './destination.ts'

describe('where a URL leads', () => {
  test.each<readonly [url: string, destination: Destination]>([
    ['http://127.0.11.2:8080', { host: '127.0.11.2', port: 8080 }],
    ['http://127.0.11.2', { host: '127.0.11.2' }],
    ['HTTPS://Authelia:9091/api?x=1#y', { host: 'authelia', port: 9091 }],
    ['h2c://my_app.internal/', { host: 'my_app.internal' }],
    ['http://[::1]:80/', { host: '::1', port: 80 }],
    ['http://[::FFFF:127.0.11.2]/', { host: '::ffff:127.0.11.2' }],
    ['http://user:p%40ss@127.0.11.2:80/', { host: '127.0.11.2', port: 80 }],
    // What is before the last @ is a user, and what is behind one of /?# is no host.
    ['http://127.0.11.2@evil/', { host: 'evil' }],
    ['http://127.0.11.2:80@evil:81/', { host: 'evil', port: 81 }],
    ['http://a@127.0.11.2@evil', { host: 'evil' }],
    ['http://evil#@127.0.11.2/', { host: 'evil' }],
    ['http://evil?@127.0.11.2/', { host: 'evil' }],
    ['http://evil/@127.0.11.2/', { host: 'evil' }],
    ['http://127.0.11.2.', { host: '127.0.11.2.' }],
    ['http://127.1/', { host: '127.1' }],
  ])('%s', (url, destination) => {
    expect(destinationOf('url', url)).toEqual(destination)
  })

  test.each([
    '',
    'localhost',
    '127.0.11.2:80',
    '//127.0.11.2/',
    '/path',
    'http:127.0.11.2',
    'http:/127.0.11.2',
    'http://',
    'http:///127.0.11.2',
    'http://:80/',
    'http://127.0.11.2:/',
    'http://127.0.11.2:0/',
    'http://127.0.11.2:080/',
    'http://127.0.11.2:65536/',
    'http://127.0.11.2:http/',
    'http://127.0.11.2:80:81/',
    'http://127.0.11.2\\@evil/',
    'http://evil\\@127.0.11.2/',
    'http://127.0.11.2\t/',
    'http://127.0.11.2\n@evil/',
    '\thttp://127.0.11.2/',
    ' http://127.0.11.2/',
    'http://127.0.11.2 /',
    'http://127.0.11.2%2e/',
    'http://127.0.11.2%00/',
    'http://127.0.11.2%25/',
    'http://%31%32%37.0.11.2/',
    'http://\u0661.0.11.2/',
    'http://127\u30020.11.2/',
    'http://b\u00fccher/',
    'http://[::1/',
    'http://[::1]x/',
    'http://x[::1]/',
    'http://[127.0.11.2]/',
    'http://[fe80::1%25eth0]/',
    'http://[::1]]/',
    'http://a,b/',
    'http://127.0.11.2;evil/',
    'http://us er@127.0.11.2/',
    'http://127.0.11.2/%zz',
    'unix:/var/run/docker.sock',
    'unix:///var/run/docker.sock',
    'ftp://127.0.11.2/',
    'file:///etc/passwd',
    '*',
  ])('%j leads nowhere for certain', (url) => {
    expect(destinationOf('url', url)).toBeUndefined()
    expect(withHost('url', url, '127.0.11.2')).toBeUndefined()
  })
})

describe('where an address leads', () => {
  test.each<readonly [address: string, destination: Destination]>([
    ['127.0.11.2:80', { host: '127.0.11.2', port: 80 }],
    ['[::1]:6379', { host: '::1', port: 6379 }],
    ['Redis:6379', { host: 'redis', port: 6379 }],
  ])('%s', (address, destination) => {
    expect(destinationOf('address', address)).toEqual(destination)
  })

  test.each([
    '',
    ':80',
    '127.0.11.2',
    '127.0.11.2:',
    '127.0.11.2:http',
    '127.0.11.2:99999',
    '127.0.11.2:80:81',
    '::1:80',
    '[::1]',
    '[::1',
    '/var/run/redis.sock',
    'unix:/var/run/redis.sock',
    'a@127.0.11.2:80',
    'http://127.0.11.2:80',
    '127.0.11.2:80/',
    '127.0.11.2:80\n',
    ' 127.0.11.2:80',
    '127.0.11.2 :80',
    '127.0.11.2%00:80',
    '[fe80::1%eth0]:80',
  ])('%j leads nowhere for certain', (address) => {
    expect(destinationOf('address', address)).toBeUndefined()
  })
})

describe('another host', () => {
  test.each([
    ['url', 'http://authelia:9091/a?b#c', '127.0.11.3', 'http://127.0.11.3:9091/a?b#c'],
    ['url', 'http://authelia', '127.0.11.3', 'http://127.0.11.3'],
    ['url', 'http://a:a@a/a', '127.0.11.3', 'http://a:a@127.0.11.3/a'],
    ['url', 'https://[::1]:1/', '127.0.11.3', 'https://127.0.11.3:1/'],
    ['url', 'http://a', '::1', 'http://[::1]'],
    ['address', 'redis:6379', '127.0.11.3', '127.0.11.3:6379'],
    ['address', 'redis:6379', '::1', '[::1]:6379'],
  ] as const)('%s %s, %s', (kind, text, host, result) => {
    expect(withHost(kind, text, host)).toBe(result)
  })
})

const piece = fc.constantFrom(
  ...[
    'http',
    '://',
    ':',
    '/',
    '@',
    '#',
    '?',
    '\\',
    '[',
    ']',
    '::1',
    '127.0.11.2',
    'evil',
    '80',
    '%2e',
    '%',
    '.',
    '\t',
    ' ',
  ],
)
const text = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 8 }).map((pieces) => `http://${pieces.join('')}`),
)

test('whatever stands in a text, a host that was put there is the one that it leads to, for browsers too', () => {
  fc.assert(
    fc.property(text, (url) => {
      const pinned = withHost('url', url, '127.0.11.9')
      if (pinned === undefined) return
      expect(goUrlError(pinned)).toBeUndefined()
      expect(destinationOf('url', pinned)).toEqual({ ...destinationOf('url', url), host: '127.0.11.9' })
      expect(new URL(pinned).hostname).toBe('127.0.11.9')
    }),
    { numRuns: 3000 },
  )
})

describe('a health check stays on its server', () => {
  test.each([
    '',
    '/',
    '/health?x=//y',
    '/a//b',
    'health',
    'health/x',
    '?x=http://y',
    '#x',
    '/a:b',
    '/..//evil',
    '/%2f/evil',
  ])('with the path %j', (path) => {
    expect(staysOnServer('url-path', path)).toBe(true)
  })

  test.each([
    '//evil/',
    '///evil/',
    'http://evil/',
    'HTTP:evil',
    'a:b',
    ':x',
    '/\\evil/',
    '\\\\evil/',
    '/\t/evil/',
    '/\n',
    '/x\0',
    ' //evil',
    '\t//evil',
  ])('not for certain with %j', (path) => {
    expect(staysOnServer('url-path', path)).toBe(false)
  })

  test.each([
    ['', true],
    ['http', true],
    ['HTTPS', true],
    ['h2c', true],
    ['http://evil/?', false],
    ['http:', false],
    ['unix', false],
    ['http\n', false],
  ])('the scheme %j: %s', (scheme, stays) => {
    expect(staysOnServer('url-scheme', scheme)).toBe(stays)
  })
})
