import { visible } from '@route-server/terminal'
import { colours } from './colours.ts'

const COLOURS: readonly (readonly [begins: string, colour: (text: string) => string])[] = [
  ['---', colours.bold],
  ['+++', colours.bold],
  ['@@', colours.cyan],
  ['+', colours.green],
  ['-', colours.red],
]

/** A unified diff as people know it from elsewhere. */
export function showDiff(diff: string): string {
  const lines = diff.replace(/\n$/, '').split('\n')
  return lines
    .map((line) => {
      const text = visible(line.replaceAll('\t', '    '))
      return COLOURS.find(([begins]) => line.startsWith(begins))?.[1](text) ?? text
    })
    .join('\n')
}
