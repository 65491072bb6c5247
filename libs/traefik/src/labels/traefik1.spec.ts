import { describe, expect, test } from '@jest/globals'
import { decodeLabels } from './decode.ts'

const V1 = {
  'traefik.frontend.rule': 'Host:web.example.org',
  'traefik.frontend.auth.basic.users': 'ada:$apr1$salt$hashhashhashhashhash',
  'traefik.port': '80',
}
const ENABLED = { 'traefik.enable': 'true' }

describe('beside labels of Traefik 1', () => {
  test('no router is made by the default rule, and the translation is there', () => {
    const { state, configuration, brokenProtocols, traefik1, mistakes } = decodeLabels({ ...ENABLED, ...V1 }, 'web')
    expect([state, configuration, [...brokenProtocols], mistakes]).toEqual(['enabled', {}, ['http'], []])
    expect(traefik1?.translation).toContain('traefik.http.routers.web.rule=Host(`web.example.org`)')
    expect(traefik1?.protects).toBe(true)
  })

  test('a slip in one of them changes nothing about that', () => {
    const labels = { ...ENABLED, '-traefik.frontend.auth.basic.users': 'ada:x' }
    expect([...decodeLabels(labels).brokenProtocols]).toEqual(['http'])
    expect(decodeLabels(labels).traefik1?.protects).toBe(true)
    expect([...decodeLabels({ ...ENABLED, 'trefik.frontend.rule': 'Host:a' }).brokenProtocols]).toEqual(['http'])
  })

  test('a router with a rule is served, where they protect nothing, or it names middlewares', () => {
    const rule = { 'traefik.http.routers.web.rule': 'Host(`a`)' }
    const routers = (labels: Readonly<Record<string, string>>): readonly string[] =>
      Object.keys(decodeLabels({ ...ENABLED, ...rule, ...labels }).configuration.http?.routers ?? {})
    expect(routers({ 'traefik.frontend.rule': 'Host:a', 'traefik.port': '80' })).toEqual(['web'])
    expect(routers({ ...V1, 'traefik.http.routers.web.middlewares': 'auth' })).toEqual(['web'])
    expect(routers(V1)).toEqual([])
    expect([...decodeLabels({ ...ENABLED, ...rule, ...V1 }).broken]).toEqual([['http.routers', ['web']]])
  })

  test('a router without a rule of its own is not', () => {
    const labels = { ...ENABLED, 'traefik.frontend.rule': 'Host:a', 'traefik.http.routers.web.priority': '7' }
    expect([...decodeLabels(labels).broken]).toEqual([['http.routers', ['web']]])
  })

  test('without enable nothing is routed, and the translation is there', () => {
    const { state, traefik1 } = decodeLabels(V1, 'web')
    expect(state).toBe('unasked')
    expect(traefik1?.translation[0]).toBe('traefik.enable=true')
  })

  test('switched off, nothing is said', () => {
    expect(decodeLabels({ ...V1, 'traefik.enable': 'false' })).toMatchObject({ state: 'disabled', mistakes: [] })
    expect(decodeLabels({ ...V1, 'traefik.enable': 'false' }).traefik1).toBeUndefined()
  })
})
