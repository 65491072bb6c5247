import { expect, test } from '@jest/globals'
import { readQuestion } from './question.ts'

test.each([
  ['web-1', { name: 'web-1' }],
  ['web-2816@http', { name: 'web-2816' }],
  ['app.example.com', { name: 'app.example.com', host: 'app.example.com' }],
  ['APP.Example.com.', { name: 'APP.Example.com.', host: 'app.example.com' }],
  ['https://app.example.com', { scheme: 'https', host: 'app.example.com', path: '/' }],
  ['http://app.example.com:8443/a/b?c', { scheme: 'http', host: 'app.example.com', port: 8443, path: '/a/b' }],
  ['app.example.com/api', { host: 'app.example.com', path: '/api' }],
  ['mail.example.com:25', { host: 'mail.example.com', port: 25 }],
  ['tcp-25', { name: 'tcp-25' }],
  ['127.0.11.2', { address: '127.0.11.2' }],
  ['127.0.11.2:8080', { address: '127.0.11.2', port: 8080 }],
])('%s', (text, expected) => {
  expect(readQuestion(` ${text} `)).toEqual({ text, ...expected })
  expect(readQuestion(text, '2816')).toEqual({ text, ...expected, network: 2816 })
})

test.each([
  ['', undefined],
  ['web', '2817'],
  ['https://a b', undefined],
  ['https://exa%mple.com/', undefined],
])('%j of network %j can not be asked', (text, network) => {
  expect(readQuestion(text, network)).toHaveProperty('error')
})
