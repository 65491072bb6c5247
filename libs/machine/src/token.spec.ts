import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { configFolder } from './config-folder.ts'
import { forgetToken, hasToken, keepToken, readToken, tokenFileOf, tokenIn } from './token.ts'

test.each([' abc_DEF-123 \n', '"abc_DEF-123"', "'abc_DEF-123'", 'Bearer abc_DEF-123', 'bearer  abc_DEF-123\r\n'])(
  'a token is taken out of what was pasted: %j',
  (text) => {
    expect(tokenIn(text, '--cf-dns-token')).toBe('abc_DEF-123')
  },
)

test.each([
  ['', 'there is no token in it'],
  ['Bearer ', 'there is no token'],
  ['abc DEF', 'a blank or a line break'],
  ['abc\nDEF', 'a blank or a line break'],
  ['abcé', 'no header can carry'],
  ['0123456789abcdef0123456789abcdef01234', 'a Global API Key'],
])('%j is no token, and the message does not have it', (text, problem) => {
  expect(() => tokenIn(text, '--cf-dns-token')).toThrow(problem)
  if (text.length > 10) expect(() => tokenIn(text, '--cf-dns-token')).not.toThrow(text)
})

test('is kept in a private file of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'))
  try {
    await expect(readToken(folder, 'server-1')).rejects.toThrow('no Cloudflare token is kept for `server-1`')
    await keepToken(folder, 'server-1', 'abc_DEF-123')
    expect([await readToken(folder, 'server-1'), hasToken(folder, 'server-1')]).toEqual(['abc_DEF-123', true])
    expect(statSync(tokenFileOf(folder, 'server-1')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700)
    writeFileSync(`${tokenFileOf(folder, 'server-1')}.0123456789ab.new`, 'abc')
    await forgetToken(folder, 'server-1')
    await forgetToken(folder, 'server-1')
    expect(readdirSync(join(folder, 'secrets'))).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test("the folder is the user's, or the one that is named", () => {
  expect(configFolder({}, '/home/me')).toBe('/home/me/.config/rediacc')
  expect(configFolder({ XDG_CONFIG_HOME: '/xdg' }, '/home/me')).toBe('/xdg/rediacc')
  expect(configFolder({ XDG_CONFIG_HOME: 'relative' }, '/home/me')).toBe('/home/me/.config/rediacc')
  expect(configFolder({ REDIACC_CONFIG_DIR: '/own', XDG_CONFIG_HOME: '/xdg' }, '/home/me')).toBe('/own')
})
