import { describe, expect, test } from '@jest/globals'
import type { Settings } from '@route-server/plugin-api'
import type { SectionName } from '@route-server/traefik'
import type { Value } from '../document/entry.ts'
import { habits } from './habits.ts'

const settings: Settings = {
  baseDomain: 'example.com',
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure', 'websecure-v6'],
  allowedReferences: [],
}
const machine: Settings = {
  ...settings,
  entryPoints: ['web', 'websecure', 'tcp-25', 'udp-53'],
  certResolvers: ['letsencrypt', 'internal'],
}

const placeOf = (section: SectionName, labels: Record<string, string> = {}) => ({
  section,
  name: 'web',
  origin: { container: 'web-1' },
  labels,
})
const said = (section: SectionName, value: Value, given = machine): string[] =>
  habits(placeOf(section), value, given).map(
    ({ code, level, suggestion }) => `${code} ${level}${suggestion === undefined ? '' : ` ${suggestion}`}`,
  )
const router = { rule: 'Host(`web.example.com`)', entryPoints: ['websecure'], service: 's' }

test('a router on web alone is never reached', () => {
  expect(said('http.routers', { ...router, entryPoints: ['web'] })).toEqual([
    'ENTRY_POINT_REDIRECTED warning websecure,websecure-v6',
  ])
  expect(said('http.routers', { ...router, entryPoints: ['web', 'websecure'] })).toEqual([])
  expect(said('http.routers', { ...router, entryPoints: ['web'] }, { ...machine, httpEntryPoints: ['web'] })).toEqual(
    [],
  )
})

describe('certificates', () => {
  test.each([
    ['le', ['CERT_RESOLVER_UNKNOWN warning letsencrypt']],
    ['letsencrypt', []],
    ['internl', ['CERT_RESOLVER_UNKNOWN warning internal']],
    ['myresolver', ['CERT_RESOLVER_UNKNOWN warning']],
  ])('the resolver %s', (certResolver, expected) => {
    expect(said('http.routers', { ...router, tls: { certResolver } })).toEqual(expected)
    expect(said('tcp.routers', { ...router, rule: 'HostSNI(`a.com`)', tls: { certResolver } })).toEqual(expected)
    expect(said('http.routers', { ...router, tls: { certResolver } }, settings)).toEqual([])
  })

  test.each([
    ['http.routers', 'Host(`web.example.com`)', false],
    ['http.routers', 'Host(`WEB.EXAMPLE.COM`) && PathPrefix(`/a`)', false],
    ['http.routers', 'Host(`a.web.example.com`)', true],
    ['http.routers', 'Host(`example.com`)', true],
    ['http.routers', 'Host(`web.example.org`) || Host(`web.example.com`)', true],
    ['http.routers', 'PathPrefix(`/`)', false],
    ['http.routers', 'nonsense', false],
    ['tcp.routers', 'HostSNI(`db.example.org`)', true],
    ['tcp.routers', 'HostSNI(`*`)', false],
  ] as const)('%s without a resolver: %s', (section, rule, isMissing) => {
    const name = section.replace('.routers', '')
    expect(said(section, { ...router, rule, tls: {} })).toEqual(
      isMissing ? [`CERTIFICATE_MISSING warning traefik.${name}.routers.web.tls.certresolver=letsencrypt`] : [],
    )
    expect(said(section, { ...router, rule })).toEqual([])
  })

  test('what has no effect beside passthrough', () => {
    const tls = { passthrough: true, certResolver: 'letsencrypt', options: 'default', domains: [] }
    expect(said('tcp.routers', { ...router, rule: 'HostSNI(`db.example.org`)', tls })).toEqual([
      'TLS_SETTING_UNUSED warning',
      'TLS_SETTING_UNUSED warning',
    ])
  })
})
