import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { testPlugin } from '@route-server/plugin-testkit'
import { plugin } from '../index.js'

testPlugin(plugin, {
  cases: new URL('../cases/', import.meta.url),
  options: { host: 'shop.example.com' },
  runner: { describe, test },
})

test('options that are wrong are told with their place', async () => {
  const refused = await plugin.options['~standard'].validate({ host: 'nowhere', prot: 80 })
  assert.deepEqual(
    refused.issues?.map(({ path }) => path),
    [['prot'], ['host']],
  )
})
