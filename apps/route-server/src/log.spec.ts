import { expect, test } from '@jest/globals'
import { visible } from '@route-server/terminal'

test('what could drive a terminal or turn its text around is written out', () => {
  expect(visible('a\u001b[31mred\u009b\u202eb\u2066\n')).toBe('a\\u001b[31mred\\u009b\\u202eb\\u2066\\u000a')
  expect(visible('plain – text, ümlaut')).toBe('plain – text, ümlaut')
})
