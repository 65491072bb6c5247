import { Command } from 'commander'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createControlServer } from '@route-server/server'
import type { ClaimView, Control } from '@route-server/server'
import { addClaims } from './claims-command.ts'

let folder: string
let servers: Server[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claims-'))
  servers = []
})
afterEach(() => {
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true })
})

const host: ClaimView = {
  subject: 'app.example.com',
  kind: 'host',
  network: 2816,
  since: '2026-01-02T03:04:05.000Z',
  awaySeconds: 0,
  lapsesInSeconds: 604_800,
  inUse: true,
}
const CLAIMS: readonly ClaimView[] = [
  host,
  { ...host, subject: '*.shop.example.com', network: 64, inUse: false, awaySeconds: 0, reservedBy: 'operator' },
  {
    ...host,
    subject: 'tcp-25',
    kind: 'entry-point',
    inUse: false,
    awaySeconds: 7_300,
    lapsesInSeconds: 597_500,
    services: ['mail 25'],
  },
  { ...host, subject: 'evil\u009b[31m', inUse: false, awaySeconds: 59, lapsesInSeconds: 60 },
]

async function serve(server: Server): Promise<void> {
  servers.push(server)
  await once(server.listen(join(folder, 'control.sock')), 'listening')
}

function control(asked: unknown[] = [], claims = CLAIMS): Control {
  const knows = (subject: string): string | undefined =>
    claims.some((claim) => claim.subject === subject) ? undefined : `Nobody has claimed ${subject}.`
  return {
    plugins: () => [],
    list: () => claims,
    release: (subject) => (asked.push(['release', subject]), knows(subject)),
    assign: (subject, network) => (asked.push(['assign', subject, network]), knows(subject)),
  }
}

/** What the command prints. */
async function run(...words: string[]): Promise<string> {
  let printed = ''
  const program = new Command().exitOverride()
  addClaims(program, (text) => (printed += text))
  await program.parseAsync(['claims', ...words, '--state-dir', folder], { from: 'user' })
  return printed
}

describe('claims list', () => {
  test('prints a table for people', async () => {
    await serve(createControlServer(control()))
    expect(await run('list')).toBe(
      [
        'KIND         SUBJECT             NETWORK  SINCE                     STATE',
        'host         app.example.com     2816     2026-01-02T03:04:05.000Z  in use',
        'host         *.shop.example.com  64       2026-01-02T03:04:05.000Z  away 0s, reserved by the operator, lapses in 7d',
        'entry-point  tcp-25              2816     2026-01-02T03:04:05.000Z  away 2h, for mail 25, lapses in 6d',
        'host         evil\\u009b[31m      2816     2026-01-02T03:04:05.000Z  away 59s, lapses in 1m',
        '',
      ].join('\n'),
    )
  })

  test('prints JSON for programs', async () => {
    await serve(createControlServer(control()))
    const json = await run('list', '--json')
    expect(JSON.parse(json)).toEqual(CLAIMS)
    expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  })

  test('says so where there are none', async () => {
    await serve(createControlServer(control([], [])))
    expect(await run('list')).toBe('No network has claimed anything.\n')
    expect(await run('list', '--json')).toBe('[]\n')
  })
})

describe('claims release and assign', () => {
  test('do what they say, once', async () => {
    const asked: unknown[] = []
    await serve(createControlServer(control(asked)))
    expect(await run('release', 'app.example.com')).toBe('Released app.example.com.\n')
    expect(await run('assign', 'tcp-25', '2880')).toBe("tcp-25 is network 2880's now.\n")
    expect(JSON.parse(await run('release', 'app.example.com', '--json'))).toEqual({ done: true })
    expect(asked).toEqual([
      ['release', 'app.example.com'],
      ['assign', 'tcp-25', 2880],
      ['release', 'app.example.com'],
    ])
  })

  test("tell the server's refusal", async () => {
    await serve(createControlServer(control()))
    await expect(run('release', 'b.com')).rejects.toThrow('Nobody has claimed b.com.')
    await expect(run('release', ' ')).rejects.toThrow('The body must have a subject: a text such as app.example.com.')
  })

  test.each(['100', '0', '16777216', '0064', '64.0', 'web', ''])('refuse the network %j', async (network) => {
    await expect(run('assign', 'app.example.com', network)).rejects.toThrow(
      `"${network}" is no network ID: it has to be a multiple of 64 from 64 to 16777152, such as 2816.`,
    )
  })
})

describe('without a server to ask', () => {
  const noServer = (): string =>
    `No route server runs on ${folder}: start it, or name the state directory of the one that runs with --state-dir.`

  test('that is said', async () => {
    await expect(run('list')).rejects.toThrow(noServer())
  })

  test('whose rights this user has, that is said', async () => {
    await serve(createControlServer(control()))
    chmodSync(join(folder, 'control.sock'), 0o000)
    const asked = run('list')
    // Nothing is forbidden to root.
    if (process.getuid?.() === 0) expect(await asked).toContain('app.example.com')
    else await expect(asked).rejects.toThrow(`This user may not talk to the route server on ${folder}`)
  })

  test('but one that hangs up, that is said', async () => {
    await serve(createServer((socket) => socket.destroy()))
    await expect(run('list')).rejects.toThrow(`The route server on ${folder} can't be asked: `)
  })

  test('but one that talks something else, that is said', async () => {
    await serve(createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello')))
    await expect(run('list')).rejects.toThrow(`The route server on ${folder} can't be asked: `)
  })
})
