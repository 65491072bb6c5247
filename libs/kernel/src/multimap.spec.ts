import { expect, test } from '@jest/globals'
import { createMultimap } from './multimap.ts'

test('several values under one key, each once, in the order in which they came', () => {
  const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
  const map = createMultimap<string, { readonly name: string }>()
  for (const value of [a, b, a, c]) map.add('x', value)
  map.add('y', a)
  expect([...map.of('x')]).toEqual([a, b, c])
  expect([map.count('x'), map.count('y'), map.count('z'), [...map.of('z')]]).toEqual([3, 1, 0, []])
  map.delete('x', b)
  map.delete('x', b)
  expect([...map.of('x')]).toEqual([a, c])
  for (const value of [a, c]) map.delete('x', value)
  expect([...map.keys()]).toEqual(['y'])
})
