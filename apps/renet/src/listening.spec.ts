import { describe, expect, test } from '@jest/globals'
import { judge, type Running } from './listening/judge.ts'

describe('what is said of a service', () => {
  const web = (listeners: Running['listeners'], ports: readonly number[] = [3000]): Running => ({
    service: 'web',
    address: '127.0.11.2',
    variable: 'WEB_IP',
    ports,
    listeners,
  })
  const db: Running = {
    ...web([{ address: '127.0.11.3', port: 5432 }], [5432]),
    service: 'db',
    address: '127.0.11.3',
    variable: 'DB_IP',
  }
  const at = (address: string, port = 3000) => ({ address, port })

  test.each<[string, Running, readonly string[]]>([
    ['on its own address', web([at('127.0.11.2')]), []],
    ['on every address', web([at('0.0.0.0')]), ['web listens on 0.0.0.0:3000; bind to ${WEB_IP} (127.0.11.2)']],
    ['on every address of IPv6', web([at('::')]), ['web listens on [::]:3000; bind to ${WEB_IP} (127.0.11.2)']],
    [
      'on another’s address',
      web([at('127.0.11.3')]),
      ['web listens on 127.0.11.3:3000, which is the address of db; bind to ${WEB_IP} (127.0.11.2)'],
    ],
    [
      'on localhost',
      web([at('127.0.0.1')]),
      ['web listens on 127.0.0.1:3000, where nobody looks for it; bind to ${WEB_IP} (127.0.11.2)'],
    ],
    ['on localhost, too', web([at('127.0.0.1', 9229), at('127.0.11.2')]), []],
    ['on nothing', web([]), ['web listens on nothing; 127.0.11.2:3000 was expected']],
    ['on nothing, and nobody expects it to', web([], []), []],
  ])('that listens %s', (_, service, sentences) => {
    expect(judge([service, db])).toEqual(sentences)
  })
})
