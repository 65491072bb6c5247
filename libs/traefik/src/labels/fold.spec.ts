import { describe, expect, test } from '@jest/globals'
import { fold } from './fold.ts'

describe('two spellings are one where Go calls them equal', () => {
  test.each([
    ['rule', 'RULE'],
    ['s', '\u017f'], // long s
    ['k', '\u212a'], // Kelvin
    ['\u00e5', '\u212b'], // Angstrom
    ['\u03c3', '\u03c2'], // final sigma
    ['\u00df', '\u1e9e'], // sharp s, small and capital
    ['\u00b5', '\u03bc'], // micro sign, mu
    ['\u01c4', '\u01c5'], // upper and title case
    ['\u13a0', '\uab70'], // Cherokee, whose lower case came later
    ['\u1fb3', '\u1fbc'], // upper-cases to two letters
    ['\u{10400}', '\u{10428}'],
  ])('%s, %s', (a, b) => {
    expect(fold(a)).toBe(fold(b))
  })
})

describe('two spellings stay two where Go tells them apart', () => {
  test.each([
    ['i', '\u0131'], // dotless i
    ['i', '\u0130'], // capital I with a dot
    ['ss', '\u00df'],
    ['fi', '\ufb01'], // ligature
    ['e\u0301', '\u00e9'], // not normalised
    ['a', '\uff41'], // full width
  ])('%s, %s', (a, b) => {
    expect(fold(a)).not.toBe(fold(b))
  })
})

test('a fold is as long as what it folds, and its own fold', () => {
  for (let code = 0; code <= 0x1ffff; code++) {
    const character = String.fromCodePoint(code)
    const folded = fold(character)
    if (folded.length !== character.length || fold(folded) !== folded) throw new Error(`U+${code.toString(16)}`)
  }
})
