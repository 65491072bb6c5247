import { expect, test } from '@jest/globals'
import { frame, framesFrom } from './frames.ts'

const texts = ['', 'one', 'x'.repeat(300), 'last']
const bytes = Buffer.concat(texts.map((text) => frame(Buffer.from(text))))

/** What comes of the bytes when so many arrive at a time. */
function inPieces(size: number, most = 1_000): readonly string[] {
  const read: string[] = []
  const take = framesFrom(
    most,
    (message) => read.push(Buffer.from(message).toString()),
    () => read.push('too long'),
  )
  for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size))
  return read
}

test('messages come out as they went in, however they arrive', () => {
  for (const size of [1, 2, 3, 5, 7, 64, bytes.length]) expect(inPieces(size)).toEqual(texts)
})

test('one that is longer than it may be is refused before it has arrived', () => {
  expect(inPieces(bytes.length, 299)).toEqual(['', 'one', 'too long'])
})
