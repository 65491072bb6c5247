import { expect, test } from '@jest/globals'
import { addressOf, oneOffAddressOf } from './addresses.ts'
import { findNetwork } from './find-network.ts'
import { isNameable, variableOf, variablesOf } from './variables.ts'

test('addresses follow from the network and the slot', () => {
  expect(addressOf(2816, 0)).toBe('127.0.11.2')
  expect(addressOf(2816, 60)).toBe('127.0.11.62')
  expect(addressOf(2880, 0)).toBe('127.0.11.66')
  expect(addressOf(16777152, 60)).toBe('127.255.255.254')
  expect(oneOffAddressOf(2816)).toBe('127.0.11.1')
})

test('the flag counts first, then the environment, then the file', () => {
  const file = { path: '/srv/app/.rediacc.json', networkId: 2816 }
  expect(findNetwork({ file })).toBe(2816)
  expect(findNetwork({ flag: '2816', environment: '2816', file })).toBe(2816)
  expect(findNetwork({ environment: '2880', file: { path: '/srv/app/.rediacc.json' } })).toBe(2880)
  expect(findNetwork({ flag: '64', environment: '' })).toBe(64)
})

test('two that disagree are both named', () => {
  expect(() => findNetwork({ flag: '2816', environment: '2880' })).toThrow(
    'Two network IDs disagree: --network-id says 2816, REDIACC_NETWORK_ID says 2880.',
  )
  expect(() => findNetwork({ environment: '2880', file: { path: '/a/.rediacc.json', networkId: 2816 } })).toThrow(
    'Two network IDs disagree: REDIACC_NETWORK_ID says 2880, /a/.rediacc.json says 2816.',
  )
})

test('none, and one that is none, are said', () => {
  expect(() => findNetwork({})).toThrow(/^Which network\? .*--network-id N/)
  expect(() => findNetwork({ flag: '2815' })).toThrow(
    '--network-id "2815": expected a multiple of 64 from 64 to 16777152.',
  )
})

test('variables', () => {
  expect(variableOf('postgres')).toBe('POSTGRES_IP')
  expect(variableOf('my-api.v2')).toBe('MY_API_V2_IP')
  expect(isNameable(variableOf('2fa'))).toBe(false)
  expect(() => variablesOf(['my-api', 'web', 'my.api'])).toThrow(
    'The services `my-api` and `my.api` would share the variable MY_API_IP.',
  )
})
