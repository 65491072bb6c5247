import type { Readable, Writable } from 'node:stream'

/** Passes lines on as they come, each with something in front. What has no end of line yet follows at the end. */
export function prefixed(from: Readable, to: Writable, prefix: string): void {
  let begun = ''
  from.setEncoding('utf8')
  from.on('data', (text: string) => {
    const lines = (begun + text).split('\n')
    begun = lines.pop() ?? ''
    if (lines.length > 0) to.write(lines.map((line) => `${prefix}${line}\n`).join(''))
  })
  from.once('close', () => {
    if (begun !== '') to.write(`${prefix}${begun}\n`)
    begun = ''
  })
}
