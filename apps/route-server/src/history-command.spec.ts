import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { KeptRevision } from '@route-server/history'
import { createControlServer } from '@route-server/server'
import type { Control } from '@route-server/server'
import { Command } from 'commander'
import { addHistory } from './history-command.ts'

const START: KeptRevision = { revision: 41, at: 0, causes: [{ kind: 'start' }], entries: [], more: 7 }
const CHANGE: KeptRevision = {
  revision: 42,
  at: 60_000,
  causes: [
    {
      kind: 'event',
      network: 2816,
      service: 'web',
      container: 'web-1\u001b[31m',
      containerId: 'a',
      event: 'start',
      labels: ['a.b'],
    },
  ],
  entries: [
    { path: 'http.routers/web-2816', network: 2816, before: 'a: 1\nb: 1\n', after: 'a: 1\nb: 2\n' },
    { path: 'http.services/web-2816', network: 2816, after: 'c: 1\n' },
  ],
  more: 3,
}

let folder: string
let server: Server
let kept: readonly KeptRevision[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'history-'))
  kept = [START, CHANGE]
  server = createControlServer({} as Control, { history: () => kept })
  await once(server.listen(join(folder, 'control.sock')), 'listening')
})
afterEach(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

/** What the command prints. */
async function run(...words: string[]): Promise<string> {
  let printed = ''
  const program = new Command().exitOverride()
  addHistory(program, (text) => (printed += text))
  await program.parseAsync([...words, '--state-dir', folder], { from: 'user' })
  return printed
}

const ENTRIES = `  ~ http.routers/web-2816
        a: 1
      - b: 1
      + b: 2
  + http.services/web-2816
      + c: 1
`

test('history prints the newest change last, with why and what, and nothing that drives a terminal', async () => {
  expect(await run('history')).toBe(`revision 41, 1970-01-01T00:00:00.000Z
  because: the route server was started
  7 more entries changed

revision 42, 1970-01-01T00:01:00.000Z
  because: start of container web-1\\u001b[31m (service web of network 2816), other labels: a.b
${ENTRIES}  3 more entries changed
`)
  expect(await run('history', '--last', '1')).toMatch(/^1 changes before these: see --last\n\nrevision 42, /)
  expect(await run('history', '--network', '2880')).not.toContain('web-2816')
})

test('diff prints what is other, and what is missing', async () => {
  expect(await run('diff', '41')).toBe(`Revision 42 changed 3 more entries, of which nothing was kept.
${ENTRIES}`)
  expect(await run('diff', '42', '42')).toBe('Nothing is other in revision 42 than in 42.\n')
  await expect(run('diff', '7')).rejects.toThrow("Revision 7 isn't known: known are 40 to 42.")
})

test('both print JSON for programs', async () => {
  expect(JSON.parse(await run('history', '--json'))).toMatchObject({ changes: [{ revision: 42 }, { revision: 41 }] })
  expect(JSON.parse(await run('diff', '41', '42', '--json'))).toMatchObject({ from: 41, to: 42 })
})

test('JSON has no characters that a terminal obeys', async () => {
  const container = 'web-1\u009b31m\u202e'
  kept = [
    {
      ...CHANGE,
      causes: [{ kind: 'event', network: 2816, service: 'web', container, containerId: 'a', event: 'start' }],
    },
  ]
  const printed = await run('history', '--json')
  expect(printed).toContain('web-1\\u009b31m\\u202e')
  expect(printed).not.toMatch(/[\u0080-\u009f\u202e]/)
})

test('before the first change, history says so', async () => {
  kept = []
  expect(await run('history')).toBe('No change of the document is known yet.\n')
})
