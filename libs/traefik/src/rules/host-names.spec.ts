import { describe, expect, test } from '@jest/globals'
import { covers, normalHost } from './host-names.ts'

describe('a host has one spelling', () => {
  test.each([
    ['app.example.com', 'app.example.com'],
    ['APP.Example.COM.', 'app.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['XN--bcher-kva.example', 'xn--bcher-kva.example'],
    ['localhost', 'localhost'],
    ['_dmarc.my_app.example.com', '_dmarc.my_app.example.com'],
    ['1.example.com', '1.example.com'],
    ['a.1e3', 'a.1e3'],
    ['*.Example.com.', '*.example.com'],
    ['*.localhost', '*.localhost'],
    [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
  ])('%s is %s', (text, host) => {
    expect(normalHost(text)).toEqual({ host })
  })

  test.each([
    ['*', 'is every host'],
    ['127.0.11.2', 'is an IP address'],
    ['127.0.11.2.', 'is an IP address'],
    ['::1', 'is an IP address'],
    ['[::1]', 'is an IP address'],
    ['[::ffff:127.0.11.2]', 'is an IP address'],
    ['app.example.com:443', 'has a port, and hosts are compared without'],
    ['app.example.com:', 'has a port, and hosts are compared without'],
  ])('%s %s', (text, problem) => {
    expect(normalHost(text)).toEqual({ problem })
  })

  test.each([
    '',
    '.',
    '..',
    '*.',
    '*.*',
    '**.example.com',
    '*.*.example.com',
    '*.10.0.0.1',
    'a.*.com',
    '*ample.com',
    '.example.com',
    'a..example.com',
    'app.example.com..',
    ' app.example.com',
    'app.example.com ',
    'app.example.com\n',
    'app.example.com/x',
    'app%2eexample.com',
    'app.example.com\0',
    'b\u00fccher.example',
    '\u212aelvin.example',
    'a-.example.com',
    '-a.example.com',
    '127.1',
    '2130706433',
    '0x7f.0.0.0x1',
    'a.example.08',
    'user@app.example.com',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(126)}com`,
  ])('%j is no host name', (text) => {
    expect(normalHost(text)).toEqual({ problem: 'is no host name' })
  })
})

test.each([
  ['app.example.com', 'app.example.com', true],
  ['app.example.com', 'x.app.example.com', false],
  ['*.example.com', 'app.example.com', true],
  ['*.example.com', 'a.b.example.com', true],
  ['*.example.com', '*.b.example.com', true],
  ['*.example.com', '*.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'badexample.com', false],
  ['*.b.example.com', '*.example.com', false],
  ['app.example.com', '*.app.example.com', false],
])('whether %s covers %s is %s', (pattern, host, covered) => {
  expect(covers(pattern, host)).toBe(covered)
})
