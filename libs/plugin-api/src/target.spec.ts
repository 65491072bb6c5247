import { expect, test } from '@jest/globals'
import { decodeLabels } from '@route-server/traefik'
import { targetOf } from './target.ts'
import type { Container, Context, Port, Settings } from './index.ts'

const container: Container = {
  id: '1',
  name: 'web-1',
  image: 'web',
  created: 0,
  state: 'running',
  health: 'none',
  status: 'Up',
  labels: {},
  networkMode: 'host',
  network: 2816,
  daemon: '/var/run/rediacc/docker-2816.sock',
}

function contextOf(settings: Partial<Settings>, ports?: readonly Port[]): Context & { asked: number } {
  const context = {
    options: undefined,
    settings: { httpEntryPoints: ['websecure'], allowedReferences: [], ...settings },
    service: 'web',
    address: '127.0.11.2',
    traefik: decodeLabels({}),
    asked: 0,
    exposedPorts: () => {
      context.asked++
      return ports
    },
    listeningPorts: () => undefined,
    report: () => undefined,
  }
  return context
}

test('the target is the service at its address', () => {
  expect(targetOf(container, contextOf({}))).toMatchObject({
    service: 'web',
    address: '127.0.11.2',
    httpEntryPoints: ['websecure'],
  })
})

test('the automatic router has the host of service and network, and the certificate that all share', () => {
  const { automaticRouter } = targetOf(container, contextOf({ baseDomain: 'example.com', certResolver: 'letsencrypt' }))
  expect(automaticRouter).toEqual({
    rule: 'Host(`web-2816.example.com`)',
    entryPoints: ['websecure'],
    tls: { certResolver: 'letsencrypt', domains: [{ main: '*.example.com' }] },
  })
})

test('without a base domain there is no automatic router', () => {
  expect(targetOf(container, contextOf({})).automaticRouter).toBeUndefined()
})

test('the exposed port is the lowest of its protocol, and asked for only when somebody wants it', () => {
  const context = contextOf({}, [
    { number: 53, protocol: 'udp' },
    { number: 80, protocol: 'tcp' },
    { number: 443, protocol: 'tcp' },
  ])
  const target = targetOf(container, context)
  expect(context.asked).toBe(0)
  expect([target.exposedPort('tcp'), target.exposedPort('udp')]).toEqual([80, 53])
})

test('no port is known of a container that was not inspected', () => {
  expect(targetOf(container, contextOf({})).exposedPort('tcp')).toBeUndefined()
})
