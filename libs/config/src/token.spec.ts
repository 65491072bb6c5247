import { afterAll, describe, expect, test } from '@jest/globals'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readToken } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'token-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'token')

function save(text: string | Uint8Array, mode = 0o600): string {
  writeFileSync(file, text)
  chmodSync(file, mode)
  return file
}

const TOKEN = '0123456789abcdef'

describe('the token file', () => {
  test.each([TOKEN, `${TOKEN}\n`, `${TOKEN}\r\n`])('%j has a token', (text) => {
    expect(readToken(save(text))).toEqual({ token: TOKEN, warnings: [] })
  })

  test.each<[string | Uint8Array, string]>([
    ['', 'this token file is empty. Make one with: openssl rand -hex 32'],
    ['\n', 'this token file is empty. Make one with: openssl rand -hex 32'],
    [`${TOKEN}\n\n`, 'a token file has one line, and this one has several.'],
    [`${TOKEN}\n${TOKEN}\n`, 'a token file has one line, and this one has several.'],
    ['short', 'the token in it has 5 characters, and 16 are the least. Make one with: openssl rand -hex 32'],
    [
      ` ${TOKEN}`,
      "the token in it has a blank or a character that isn't ASCII, and no header could carry it. Make one with: openssl rand -hex 32",
    ],
    [
      Uint8Array.of(...Buffer.from(TOKEN), 0xff),
      "the token in it has a blank or a character that isn't ASCII, and no header could carry it. Make one with: openssl rand -hex 32",
    ],
  ])('%j is refused, and not quoted', (text, sentence) => {
    expect(() => readToken(save(text))).toThrow(new Error(`${file}: ${sentence}`))
  })

  test("that isn't there, or is a folder, is said in a sentence", () => {
    expect(() => readToken(join(folder, 'none'))).toThrow('none: there is no such file.')
    expect(() => readToken(folder)).toThrow(`${folder}: this is a folder; name the token file in it.`)
  })

  test.each([0o644, 0o640, 0o604])('that others may read is used, and that is said: %d', (mode) => {
    expect(readToken(save(TOKEN, mode)).warnings).toEqual([
      `${file}: other users may read the token (its mode is ${mode.toString(8)}); chmod 600 it, and make a new token.`,
    ])
  })
})
