import { expect, test } from '@jest/globals'
import { checkEntry } from '../document/check.ts'
import { automaticHost, automaticRouter } from './automatic-router.ts'
import { httpRoute } from './http-route.ts'

const options = { service: 'app', network: 2816, baseDomain: 'example.com', entryPoints: ['websecure', 'websecure-v6'] }
const route = { name: 'app', address: '127.0.11.2', port: 8080, middlewares: [], sourceRange: [] }

test('an automatic router is for the host that its service and network give', () => {
  expect(automaticHost(options)).toBe('app-2816.example.com')
  expect(automaticRouter({ ...options, certResolver: 'letsencrypt' })).toEqual({
    rule: 'Host(`app-2816.example.com`)',
    entryPoints: ['websecure', 'websecure-v6'],
    tls: { certResolver: 'letsencrypt', domains: [{ main: '*.example.com' }] },
  })
})

test('without a resolver it takes the default certificate, and still TLS', () => {
  expect(automaticRouter(options)).toMatchObject({ tls: {} })
})

test('a route is a router and a service of one server', () => {
  expect(httpRoute({ ...route, router: { rule: 'A' } })).toEqual({
    http: {
      routers: { app: { rule: 'A', service: 'app' } },
      services: { app: { loadBalancer: { servers: [{ url: 'http://127.0.11.2:8080' }] } } },
    },
  })
})

test('who may come in is asked before any middleware', () => {
  const { http } = httpRoute({ ...route, router: {}, middlewares: ['auth@file'], sourceRange: ['10.0.0.0/8'] })
  expect(http?.routers?.['app']?.middlewares).toEqual(['app-source-range', 'auth@file'])
  expect(http?.middlewares).toEqual({ 'app-source-range': { ipAllowList: { sourceRange: ['10.0.0.0/8'] } } })
  expect(checkEntry('http.middlewares', 'm', http?.middlewares?.['app-source-range'])).toEqual([])
})
