import { expect, test } from '@jest/globals'
import { lowered, split } from './sentences.ts'

test.each<readonly [string, string, string]>([
  ['It has no label a.b, so it is lost. Start it.', 'It has no label a.b, so it is lost', 'Start it.'],
  ['It said "No. Never. Stop", and went. Look.', 'It said "No. Never. Stop", and went', 'Look.'],
  ['The rule Host(`A. B`) is none. Did you mean X?', 'The rule Host(`A. B`) is none', 'Did you mean X?'],
  ['One sentence alone.', 'One sentence alone', ''],
  ['', '', ''],
])('%s', (message, first, rest) => {
  expect(split(message)).toEqual([first, rest])
})

test('a name keeps its capital', () => {
  expect([lowered('It runs'), lowered('Traefik runs')]).toEqual(['it runs', 'Traefik runs'])
})
