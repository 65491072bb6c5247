import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import type { Facts } from './facts.ts'
import { lookAround } from './look-around.ts'
import type { Probes } from './look-around.ts'

const facts: Facts = {
  question: { text: 'app.example.com', host: 'app.example.com' },
  runsForSeconds: 1,
  document: { revision: 1, secondsOld: 1 },
  fetches: {},
  containers: [],
  routers: [
    {
      protocol: 'http',
      name: 'web-2816',
      network: 2816,
      rule: 'Host(`app.example.com`)',
      entryPoints: ['websecure'],
      middlewares: [],
      tls: {},
      service: 'web-2816',
      servers: ['http://127.0.11.2:8080'],
      hosts: ['app.example.com'],
      origins: [],
    },
  ],
  more: 0,
  claims: [],
  daemons: [],
  notices: [],
}

test('looks at what the facts make worth a look, at the address where Traefik listens', async () => {
  const asked: string[] = []
  const note = <T>(what: string, answer: T): Promise<T> => (asked.push(what), Promise.resolve(answer))
  const probes: Probes = {
    listeners: () => [
      { address: '127.0.11.9', port: 443 },
      { address: '203.0.113.50', port: 443 },
    ],
    own: () => ['203.0.113.50'],
    dial: (address, port) => note(`dial ${address}:${port}`, { address: `${address}:${port}`, outcome: 'open' }),
    resolve: (host) => note(`resolve ${host}`, { host, addresses: ['203.0.113.50'] }),
    certificate: (host, at) => note(`certificate ${host} at ${at.host}:${at.port}`, undefined),
    visit: ({ href: url }, at) => note(`visit ${url} at ${at.host}:${at.port}`, { url, at: at.host, status: 200 }),
  }
  const observed = await lookAround(facts, probes)
  expect(asked).toEqual([
    'dial 127.0.11.2:8080',
    'resolve app.example.com',
    'certificate app.example.com at 203.0.113.50:443',
    'visit https://app.example.com/ at 203.0.113.50:443',
  ])
  expect(observed).toMatchObject({ dialled: [{ outcome: 'open' }], own: ['203.0.113.50'], answers: [{ status: 200 }] })
})

test('what fails or never answers is not known, and holds up nothing', async () => {
  const never = (): Promise<never> => new Promise(() => undefined)
  const fails = (): Promise<never> => Promise.reject(new Error('no'))
  const observed = await lookAround(facts, { dial: never, resolve: fails, traefik: never })
  expect(observed).toEqual({ dialled: [], resolved: [], own: [], certificates: [], answers: [] })
})

test('what a probe makes of being cut off is an answer', async () => {
  const { answers } = await lookAround(facts, {
    listeners: () => [{ address: '203.0.113.50', port: 443 }],
    visit: async ({ href: url }, at, signal) => {
      await once(signal, 'abort')
      await new Promise(setImmediate)
      return { url, at: at.host, isSlow: true }
    },
  })
  expect(answers).toEqual([{ url: 'https://app.example.com/', at: '203.0.113.50', isSlow: true }])
})
