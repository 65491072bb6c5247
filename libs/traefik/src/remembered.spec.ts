import { expect, test } from '@jest/globals'
import { remembered } from './remembered.ts'

function counted(most: number): { readonly f: (text: string) => string | undefined; readonly asked: () => number } {
  let asked = 0
  const f = remembered(most, (text) => {
    asked += 1
    return text === 'none' ? undefined : text.toUpperCase()
  })
  return { f, asked: () => asked }
}

test('what was asked before is answered from memory, nothing included', () => {
  const { f, asked } = counted(10)
  expect([f('a'), f('a'), f('none'), f('none')]).toEqual(['A', 'A', undefined, undefined])
  expect(asked()).toBe(2)
})

test('what is asked again and again is never forgotten, however much comes between', () => {
  const { f, asked } = counted(10)
  for (let i = 0; i < 1000; i++) expect([f(`key ${i}`), f('usual')]).toEqual([`KEY ${i}`, 'USUAL'])
  expect(asked()).toBe(1001)
})

test('at most so many answers are kept, and none to long texts', () => {
  const { f, asked } = counted(10)
  for (let round = 0; round < 2; round++) for (let i = 0; i < 11; i++) f(`key ${i}`)
  expect(asked()).toBe(22)
  f('x'.repeat(300))
  f('x'.repeat(300))
  expect(asked()).toBe(24)
})
