import { describe, expect, test } from '@jest/globals'
import { goCidrError, ipOrCidrError, isGoIp, parseAddress } from './ip.ts'

describe('addresses', () => {
  test.each([
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '1::',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::ffff:10.0.0.1',
    '1:2:3:4:5:6:1.2.3.4',
    'FE80::0001',
  ])('%s', (text) => {
    expect(isGoIp(text)).toBe(true)
  })

  test.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.0',
    '01.2.3.4',
    ' 1.2.3.4',
    '1.2.3.4\n',
    ':',
    ':::',
    ':1',
    '1:',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4:5:6:7',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3',
    '[::1]',
    'fe80::1%eth0',
  ])('%j is none', (text) => {
    expect(isGoIp(text)).toBe(false)
  })

  test('a zone belongs to IPv6 only', () => {
    expect(parseAddress('fe80::1%eth0')).toEqual({ version: 6, zone: 'eth0' })
    expect(parseAddress('1.2.3.4')).toEqual({ version: 4 })
    expect(parseAddress('fe80::1%')).toBeUndefined()
    expect(parseAddress('1.2.3.4%eth0')).toBeUndefined()
  })
})

describe('ranges', () => {
  test.each(['10.0.0.0/8', '10.0.0.1/32', '0.0.0.0/0', '10.0.0.0/008', 'fd00::/8', '::ffff:10.0.0.0/128'])(
    '%s',
    (text) => {
      expect(goCidrError(text)).toBeUndefined()
    },
  )

  test.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::/129',
    'fe80::1%eth0/64',
    '/8',
  ])('%s is none', (text) => {
    expect(goCidrError(text)).toBeDefined()
  })

  test('an address or a range is asked for by name', () => {
    expect(ipOrCidrError('10.0.0.1')).toBeUndefined()
    expect(ipOrCidrError('10.0.0.0/8')).toBeUndefined()
    expect(ipOrCidrError('localhost')).toBe('it is neither an IP address nor a range such as 10.0.0.0/8')
    expect(ipOrCidrError('10.0.0.0/40')).toBe('what stands after the slash must be a number from 0 to 32')
  })
})
