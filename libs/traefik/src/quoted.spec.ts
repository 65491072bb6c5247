import { expect, test } from '@jest/globals'
import { quoted, shortened } from './quoted.ts'

test('a short text is shown as it is', () => {
  expect(quoted('a "b" c')).toBe('"a "b" c"')
  expect(shortened('x'.repeat(100))).toBe('x'.repeat(100))
})

test('of a long one its beginning', () => {
  expect(quoted('x'.repeat(65_536))).toBe(`"${'x'.repeat(100)}…"`)
})

test('never the beginning of what ends at an @, by which it is known for a secret', () => {
  const address = `user:${'s'.repeat(200)}@db.example.org:80`
  expect(quoted(address)).toBe('"…@db.example.org:80"')
  expect(quoted(`${address}${'x'.repeat(200)}`)).not.toContain('sss')
})

test('no half of a character', () => {
  expect(shortened('😀'.repeat(80), 99)).toBe(`${'😀'.repeat(49)}…`)
})
