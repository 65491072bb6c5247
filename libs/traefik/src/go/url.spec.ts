import { describe, expect, test } from '@jest/globals'
import { goUrlError } from './url.ts'

describe("Go's URLs", () => {
  test.each([
    'http://127.0.11.2:80',
    'https://a.example.com/x?y#z',
    'h2c://[::1]:8080',
    'http://[fe80::1%25eth0]/',
    'http://user:p%40ss@host',
    'http://host:',
    'http://é/',
    'x://a:b:80',
    'localhost',
    '//x',
    '',
    '*',
    'mailto:a',
    'http:///',
    'http://a/%41?%zz',
  ])('%s is parsed', (url) => {
    expect(goUrlError(url)).toBeUndefined()
  })

  test.each([
    'http://a:abc',
    'http://a:80:80',
    'http://a b',
    'http://a\n',
    'http://[::1',
    'http://[1.2.3.4]',
    'http://a[b]',
    'http://[fe80::1%eth0]',
    'http://a%20b',
    'http://a/%zz',
    'http://a#%',
    'http://u ser@a',
    'http://%',
    '127.0.0.1:80',
    '://a',
    ':80',
    'http://a\\b',
  ])('%j is not', (url) => {
    expect(goUrlError(url)).toBeDefined()
  })

  test('the reason names the part', () => {
    expect(goUrlError('http://127.0.11.2:abc')).toBe("its port ':abc' is not a number")
    expect(goUrlError('127.0.0.1:80')).toContain('did you forget the scheme')
  })
})
