import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openMachines } from '@route-server/machine'
import { cliReference, MACHINES_EXAMPLE } from './cli.ts'

test('docs/cli.md is what the commands say; `npm run docs` writes it anew', () => {
  expect(readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')).toBe(cliReference())
})

test('its example of a file of machines is one, with every key', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'))
  try {
    writeFileSync(join(folder, 'machines.yaml'), MACHINES_EXAMPLE)
    const machine = await openMachines(folder).find('server-1')
    expect([Object.keys(machine.ssh).length, Object.keys(machine.infra).length]).toEqual([5, 14])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
