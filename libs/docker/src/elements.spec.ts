import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { readElements } from './elements.ts'
import { Slices } from './slices.ts'

async function read(chunks: Iterable<Buffer>): Promise<readonly unknown[]> {
  const elements: unknown[] = []
  await readElements(Readable.from(chunks), new Slices(), (element) => elements.push(element))
  return elements
}

/** In chunks of so many bytes. */
function* cut(text: string, bytes: number): Generator<Buffer> {
  const whole = Buffer.from(text)
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes)
}

describe('a list is read as it is', () => {
  test.each([
    [],
    [1],
    [null, true, 'x', -1.5e3],
    [
      { Id: 'a', Labels: { a: '},{"Id":"x"},', b: ']', '{': '[' } },
      { Id: 'b', deep: [[[{ a: [] }]]] },
    ],
    [{ Id: '\\' }, { Id: '"' }, { Id: '\\"' }, { Id: ',"]' }, {}],
    [{ Id: 'ü' }, { Id: '🦊' }, { Id: '\u2028' }, { Id: '\u0000' }],
    [{ Id: 'a' }, {}, { Id: 'b' }, []],
  ])('wherever its chunks end: %j', async (...elements) => {
    for (const text of [JSON.stringify(elements), ` \r\n${JSON.stringify(elements, null, 2)}\t\n`]) {
      for (const bytes of [1, 2, 3, 5, 7, 1_000]) expect(await read(cut(text, bytes))).toEqual(elements)
    }
  })

  test.each([undefined, 2])(
    'of more than fits in one piece, whatever comes first in it, indented by %s',
    async (indent) => {
      const elements = Array.from({ length: 3_000 }, (_, n) => ({
        Names: [`/${n}`],
        Labels: { a: 'x'.repeat(1_000) },
        Id: String(n),
      }))
      expect(await read(cut(JSON.stringify(elements, null, indent), 65_536))).toEqual(elements)
    },
  )

  test('of thousands of containers', async () => {
    const elements = Array.from({ length: 5_000 }, (_, n) => ({ Id: String(n), Labels: { a: 'x'.repeat(n % 300) } }))
    expect(await read(cut(JSON.stringify(elements), 65_536))).toEqual(elements)
  })
})

/** The start of a list that is cut after its first container. */
const CUT = '[{"Id":"a"},{"Id":"b"}'

const BAD = [
  '',
  ' ',
  '[',
  '[1',
  '[1,',
  '[1,]',
  '[,1]',
  '[,]',
  '[1,,2]',
  '[1 2]',
  '[1}',
  '[{]}',
  '[{"a":1]',
  '["a]',
  '["a\\"]',
  '[1]]',
  '[1],[2]',
  '[1] x',
  '[1]\u00a0',
  '[nul]',
  '[01]',
  "['a']",
  '["\t"]',
  '\ufeff[]',
  CUT,
  `${CUT},`,
  `${CUT},]`,
  `${CUT},,{"Id":"c"}]`,
  `${CUT}},{"Id":"c"}]`,
  `${CUT}],{"Id":"c"}]`,
  `${CUT}]]`,
  `${CUT}] x`,
  '[[{"Id":"a"},{"Id":"b"}]',
  '[{"a":{},{"Id":"b"}}]',
  '["a},{"Id":"b"}]',
  '{"a":[{"Id":"a"},{"Id":"b"}]',
]

describe('what JSON.parse would refuse is refused', () => {
  test.each(BAD)('%j', async (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow()
    for (const bytes of [1, 2, 1_000]) await expect(read(cut(text, bytes))).rejects.toThrow(/isn't JSON|isn't a list/)
  })

  test('and so is what is no UTF-8', async () => {
    const [before, after] = [Buffer.from('[{"Id":"'), Buffer.from('"},{"Id":"b"}]')]
    await expect(read([before, Buffer.from([0xff]), after])).rejects.toThrow("isn't JSON")
  })
})

test.each(['{}', '"x"', 'null', '5'])('%s is no list', async (text) => {
  await expect(read(cut(text, 3))).rejects.toThrow("isn't a list")
})

test('a list in a list is refused where its containers are cut', async () => {
  await expect(read(cut('[[{"Id":"a"},{"Id":"b"}]]', 1_000))).rejects.toThrow("isn't JSON")
})

describe('what is too much is refused as soon as it is', () => {
  /** Counts how much of it was taken. */
  function* endless(first: string, then: string, taken: { bytes: number }): Generator<Buffer> {
    yield Buffer.from(first)
    for (const chunk = Buffer.from(then); ; taken.bytes += chunk.length) yield chunk
  }

  test('too many elements', async () => {
    const taken = { bytes: 0 }
    const chunk = ',{"Id":"b"}'.repeat(1_000)
    await expect(read(endless('[{"Id":"a"}', chunk, taken))).rejects.toThrow('more than 20000 containers')
    expect(taken.bytes).toBeLessThan(25 * chunk.length)
  })

  test.each(['x', '{', ' '])('an element without end, of %j', async (text) => {
    const taken = { bytes: 0 }
    await expect(read(endless('[0', text.repeat(30_000), taken))).rejects.toThrow('a container of more than 1 MiB')
    expect(taken.bytes).toBeLessThan(2 * 2 ** 20)
  })

  test('a list without end', async () => {
    const chunk = `,{"Id":"${'x'.repeat(65_000)}"}`
    await expect(read(endless('[{}', chunk, { bytes: 0 }))).rejects.toThrow('longer than 256 MiB')
  })
})

test('a long list lets everything else have its turn', async () => {
  const text = JSON.stringify(Array.from({ length: 10_000 }, (_, n) => ({ Id: String(n) })))
  let turns = 0
  const timer = setInterval(() => (turns += 1), 1)
  let taken = 0
  const slices = new Slices()
  await readElements(Readable.from(cut(text, 65_536)), slices, () => {
    taken += 1
    const until = performance.now() + 0.03
    while (performance.now() < until);
  })
  clearInterval(timer)
  expect(taken).toBe(10_000)
  expect(turns).toBeGreaterThan(10)
  expect(slices.take()).toBeGreaterThan(300)
  expect(slices.take()).toBe(0)
})
