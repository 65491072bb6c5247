import { createTwoFilesPatch } from 'diff'

/** What has to change in `expected`, line by line with some lines around it; empty where both are the same. */
export function difference(expected: string, actual: string): string {
  if (expected === actual) return ''
  const [, , , ...lines] = createTwoFilesPatch('', '', expected, actual, undefined, undefined, { context: 4 }).split(
    '\n',
  )
  return lines.join('\n').trimEnd()
}
