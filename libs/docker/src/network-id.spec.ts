import { expect, test } from '@jest/globals'
import { networkOf } from './network-id.ts'

test.each([
  ['/var/run/rediacc/docker-64.sock', 64],
  ['/var/run/rediacc/docker-2816.sock', 2816],
  ['docker-16777152.sock', 16777152],
])('%s belongs to network %i', (path, network) => {
  expect(networkOf(path)).toBe(network)
})

test.each([
  'docker.sock',
  'docker-0.sock',
  'docker-63.sock',
  'docker-2817.sock',
  'docker-16777216.sock',
  'docker-02816.sock',
  'docker--64.sock',
  'docker-64.0.sock',
  'docker-6.4e1.sock',
  'docker-64.sock.bak',
  'my-docker-64.sock',
  'docker-99999999999999999999.sock',
])('%s belongs to no network', (path) => {
  expect(networkOf(path)).toBeUndefined()
})
