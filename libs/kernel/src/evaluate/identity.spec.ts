import { describe, expect, test } from '@jest/globals'
import { identify, serviceLabel } from './identity.ts'
import { sampleContainer } from '../sample-container.ts'

const codeOf = (labels: Readonly<Record<string, string>>, networkMode = 'host', network = 2816): string => {
  const identity = identify(sampleContainer({ network, networkMode, labels }), {})
  return 'code' in identity ? identity.code : identity.service
}

test('a container is the service that its labels and its socket agree on', () => {
  expect(identify(sampleContainer({ labels: { 'rediacc.service_name': 'My_App.v2' } }), {})).toEqual({
    serviceName: 'My_App.v2',
    service: 'my-app-v2',
    address: '127.0.11.2',
  })
})

test.each(['rediacc.service_name', 'rediacc.service_ip', 'rediacc.network_id'])('without %s it is none', (label) => {
  const labels = Object.fromEntries(Object.entries(sampleContainer().labels).filter(([name]) => name !== label))
  const identity = identify({ ...sampleContainer(), labels }, {})
  expect(identity).toMatchObject({ code: 'IDENTITY_MISSING', message: expect.stringContaining(label) })
})

describe('the network has to be that of the socket, letter for letter', () => {
  test.each(['2880', '02816', '2816 ', '+2816', '0xb00', '2816.0', ''])('%j', (id) => {
    expect(codeOf({ 'rediacc.network_id': id })).toBe('IDENTITY_FALSE')
  })
})

describe('the address has to be one of the 61 that the network has', () => {
  test.each(['127.0.11.2', '127.0.11.62'])('%s is one', (address) => {
    expect(codeOf({ 'rediacc.service_ip': address })).toBe('web')
  })
  test.each([
    '127.0.11.0',
    '127.0.11.1',
    '127.0.11.63',
    '127.0.11.64',
    '127.0.12.2',
    '127.0.10.255',
    '10.0.11.2',
    '0.0.0.0',
    '127.0.11.02',
    '127.0.11.258',
    '127.0.2818',
    '2130709250',
    '127.0.11.2:80',
    '127.0.11.2 ',
    ' 127.0.11.2',
    '127.0.11.2\n',
    'localhost',
    '::ffff:127.0.11.2',
    '',
  ])('%j is none', (address) => {
    expect(codeOf({ 'rediacc.service_ip': address })).toBe('IDENTITY_FALSE')
  })
  test('up to the last network', () => {
    const network = 2 ** 24 - 64
    const address = (last: number): string => codeOf({ 'rediacc.service_ip': `127.255.255.${last}` }, 'host', network)
    expect([193, 194, 254, 255].map(address)).toEqual(['IDENTITY_FALSE', 'web', 'web', 'IDENTITY_FALSE'])
  })
})

test.each(['bridge', 'none', 'container:abc', 'default', 'hostile', 'Host', ''])(
  'network mode %j is refused',
  (mode) => {
    expect(codeOf({}, mode)).toBe('NETWORK_MODE_WRONG')
  },
)

describe('service names', () => {
  test.each([
    ['api', 'api'],
    ['API_v1.2', 'api-v1-2'],
    ['_x_', 'x'],
    ['a--b', 'a--b'],
    ['9', '9'],
    ['a'.repeat(50), 'a'.repeat(50)],
  ])('%s is %s', (name, label) => {
    expect(serviceLabel(name)).toBe(label)
    expect(codeOf({ 'rediacc.service_name': name })).toBe(label)
  })
  test.each([
    '',
    '-',
    '_._',
    'a b',
    'a/b',
    'a`b',
    'caf\u00e9',
    '\u0130',
    'a\nb',
    'x'.repeat(51),
    `${'-'.repeat(300_000)}x`,
  ])('%.20j is no name', (name) => {
    expect(codeOf({ 'rediacc.service_name': name })).toBe('SERVICE_NAME_INVALID')
  })
})
