import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { loadConfig } from '@route-server/config'
import type { Container } from '@route-server/plugin-api'
import { parse } from 'yaml'
import { renderContainers } from './render-containers.ts'

const folder = mkdtempSync(join(tmpdir(), 'render-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Gives every container a middleware, and never comes back from the one that is called bad. */
const PLUGIN = `export const plugin = {
  apiVersion: 1, name: 'mine', labels: { 'acme.port': 'A port.' },
  options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
  contribute({ name }, { service }) {
    if (name === 'bad') for (;;);
    return { http: { middlewares: { [service]: { compress: {} } } } }
  },
}`

const containerOf = (name: string, slot: number): Container => ({
  id: name.padEnd(64, '0'),
  name,
  image: 'web',
  created: slot,
  state: 'running',
  health: 'none',
  status: 'Up',
  networkMode: 'host',
  network: 2816,
  daemon: '/docker-2816.sock',
  labels: {
    'rediacc.service_name': name,
    'rediacc.service_ip': `127.0.11.${2 + slot}`,
    'rediacc.network_id': '2816',
    'acme.port': '80',
  },
})

test('a container on which a plugin never returns costs the others nothing of it', async () => {
  const file = join(folder, 'plugin.mjs')
  writeFileSync(file, PLUGIN)
  const containers = ['first', 'bad', 'second', 'third'].map(containerOf)
  const { bytes, diagnostics } = await renderContainers(containers, loadConfig({ flags: { plugins: [file] } }), folder)
  const { http } = parse(new TextDecoder().decode(bytes)) as { readonly http: { readonly middlewares: object } }
  expect(Object.keys(http.middlewares)).toEqual(['first-2816', 'second-2816', 'third-2816'])
  expect(diagnostics.map(({ code, origin }) => [code, origin.container])).toEqual([['PLUGIN_SET_ASIDE', 'bad']])
})
