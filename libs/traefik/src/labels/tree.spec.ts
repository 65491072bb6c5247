import { describe, expect, test } from '@jest/globals'
import { byBytes, labelTree, respelled, someLabel } from './tree.ts'
import type { LabelNode } from './tree.ts'

const tree = (labels: Readonly<Record<string, string>>): LabelNode => labelTree(labels, Object.keys(labels))

const at = (root: LabelNode, ...path: readonly string[]): LabelNode => {
  let node = root
  for (const name of path) {
    const child = node.children.get(name)
    if (!child) throw new Error(`no ${name}`)
    node = child
  }
  return node
}

const names = (node: LabelNode): string[] => [...node.children.values()].map(({ name }) => name)

test('keys are taken in the order of their bytes, where astral characters come last', () => {
  expect(['\u{1f600}', '\uffff', '\ue000', 'a', '\u00e9', 'Z', '', '\u{10000}', 'ab'].sort(byBytes)).toEqual([
    '',
    'Z',
    'a',
    'ab',
    '\u00e9',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{1f600}',
  ])
})

test('of spellings that differ by case, the one that sorts first names the node and the last value holds', () => {
  const root = tree({ 'r.foo.rule': 'B', 'r.Foo.rule': 'A', 'r.FOO.service': 's' })
  expect(names(at(root, 'r'))).toEqual(['FOO'])
  expect(at(root, 'r', 'foo', 'rule').value).toBe('B')
})

test('the order in which Docker gives labels means nothing', () => {
  const labels = { 'a.x': '1', 'a.X': '2', 'A.x': '3', 'b[0].c': '4', 'b[10].c': '5' }
  expect(tree(Object.fromEntries(Object.entries(labels).reverse()))).toEqual(tree(labels))
})

test('an index is a level of its own, and 10 sorts before 1', () => {
  const root = tree({ 'd[0].m': 'a', 'd[1].m': 'b', 'd[2].m': 'c', 'd[10].m': 'k' })
  expect(names(at(root, 'd'))).toEqual(['[0]', '[10]', '[1]', '[2]'])
})

test('brackets within a name are part of it', () => {
  expect(names(tree({ 'a[b]c': '1' }))).toEqual(['a[b]c'])
  expect(names(at(tree({ 'a[b][c]': '1' }), 'a'))).toEqual(['[b][c]'])
})

test('names of JavaScript are names like any other', () => {
  const root = tree({ '__proto__.constructor': '1', 'toString.x': '2' })
  expect(names(root)).toEqual(['__proto__', 'toString'])
  expect(at(root, '__proto__', 'constructor').value).toBe('1')
})

describe('a key that cannot be read is noted where it stops making sense', () => {
  test.each([
    ['r.x.', ['r', 'x']],
    ['r..rule', ['r']],
    ['.r', []],
    ['r.x].rule', ['r']],
    ['r.[0].rule', ['r']],
    ['r.[', ['r']],
    [`r${'.x'.repeat(100)}`, ['r', ...Array<string>(64).fill('x')]],
  ])('%.12s', (key, path) => {
    const node = at(tree({ [key]: 'v' }), ...path)
    expect(node.unreadable).toEqual([{ label: key, reason: expect.any(String) }])
    expect(node.value).toBeUndefined()
    expect(someLabel(node)).toBe(key)
  })
})

test('a better spelling replaces the segment itself, wherever its text occurs else', () => {
  const child = at(tree({ 't.prio.prio': '5' }), 't', 'prio', 'prio')
  expect(respelled(child, 'Priority')).toBe('t.prio.priority')
  const indexed = at(tree({ 't.domain[0].main': 'x' }), 't', 'domain')
  expect(respelled(indexed, 'domains')).toBe('t.domains[0].main')
})
