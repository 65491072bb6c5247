import { expect, test } from '@jest/globals'
import { digestOf, gather } from './gather.ts'

test('a short content is one piece', async () => {
  const { pieces, digest } = await gather(['{', '}\n'])
  expect(pieces).toEqual(['{}\n'])
  expect(digest).toBe(digestOf('{}\n'))
})

test('no file has the digest of nothing, and an empty one another', async () => {
  expect(await gather(undefined)).toEqual({ digest: digestOf(undefined), spent: 0 })
  expect((await gather([])).digest).toBe(digestOf(''))
})

test('a long content is put together in pieces, with turns for everybody else in between', async () => {
  const parts = Array.from({ length: 400 }, (_, index) => `${index}: é\u{1F600}${'x'.repeat(1000)}\n`)
  let made = 0
  const wanted = gather(
    (function* () {
      for (const part of parts) {
        made += 1
        yield part
      }
    })(),
  )
  expect(made).toBeLessThan(200)
  const { pieces, digest } = await wanted
  expect(pieces?.length).toBeGreaterThan(2)
  expect(pieces?.join('')).toBe(parts.join(''))
  expect(digest).toBe(digestOf(parts.join('')))
})
