import { fstatSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { visible } from '@route-server/terminal'
import { printsToJournal } from './journal.ts'
import { createLog } from './log.ts'
import type { Output } from './log.ts'

function listening(isJournal: boolean): Output & { readonly lines: () => readonly string[] } {
  let printed = ''
  return {
    isJournal,
    write: (text) => (printed += text),
    lines: () => printed.split('\n').slice(0, -1),
  }
}

const levels = ['debug', 'info', 'warn', 'error'] as const

test.each(['text', 'json'] as const)(
  "in the journal each line of %s says its priority, and the time is the journal's",
  (logFormat) => {
    const output = listening(true)
    const log = createLog({ logLevel: 'debug', logFormat }, output)
    for (const level of levels) log[level]({ network: 2816 }, `It is ${level}.`)
    expect(output.lines().map((line) => line.slice(0, 3))).toEqual(['<7>', '<6>', '<4>', '<3>'])
    if (logFormat === 'text') expect(output.lines()[2]).toBe('<4>WARN: It is warn.')
    else
      expect(JSON.parse(output.lines()[2]?.slice(3) ?? '')).toMatchObject({
        level: 40,
        network: 2816,
        msg: 'It is warn.',
      })
  },
)

test('elsewhere lines of text have the time, and none has a priority', () => {
  const [text, json] = [listening(false), listening(false)]
  createLog({ logLevel: 'info', logFormat: 'text' }, text).warn({}, 'It is so.')
  createLog({ logLevel: 'info', logFormat: 'json' }, json).warn({}, 'It is so.')
  expect(text.lines()).toEqual([expect.stringMatching(/^\[\d\d:\d\d:\d\d\] WARN: It is so\.$/)])
  expect(JSON.parse(json.lines()[0] ?? '')).toMatchObject({ level: 40, msg: 'It is so.' })
})

test('what is printed goes to the journal only where standard output is the stream that systemd names', () => {
  const { dev, ino } = fstatSync(0)
  expect(printsToJournal(undefined, 0)).toBe(false)
  expect(printsToJournal(`${dev}:${ino}`, 0)).toBe(true)
  expect(printsToJournal(`${dev}:${ino + 1}`, 0)).toBe(false)
})

test('a message is one line, whatever is in it, and secrets are masked however deep they lie', () => {
  const output = listening(true)
  createLog({ logLevel: 'info', logFormat: 'text' }, output).info({}, 'one\n<3>two')
  expect(output.lines()).toEqual(['<6>INFO: one\\u000a<3>two'])
  const json = listening(false)
  const err = new Error('http://ann:s3cret@a.org failed')
  createLog({ logLevel: 'info', logFormat: 'json' }, json).error(
    { err, compose: { files: ['http://ann:s3cret@a.org'] } },
    'See http://ann:s3cret@a.org.',
  )
  expect(json.lines().join()).not.toContain('s3cret')
  expect(json.lines().join()).toContain('http://***@a.org')
})

test('what could drive a terminal or turn its text around is written out', () => {
  expect(visible('a\u001b[31mred\u009b\u202eb\u2066\n')).toBe('a\\u001b[31mred\\u009b\\u202eb\\u2066\\u000a')
  expect(visible('plain – text, ümlaut')).toBe('plain – text, ümlaut')
})
