import { describe, expect, test } from '@jest/globals'
import type { Diagnostic, Settings } from '@route-server/plugin-api'
import type { SectionName } from '@route-server/traefik'
import { withOwnEntryPoints } from './entry-points.ts'

const settings: Settings = { httpEntryPoints: ['websecure', 'websecure-v6'], allowedReferences: [] }
const machine: Settings = { ...settings, entryPoints: ['web', 'websecure', 'tcp-25', 'udp-53'] }

function own(
  section: SectionName,
  entryPoints: readonly string[] | undefined,
  given: Settings = machine,
  labels: Record<string, string> = {},
): { readonly on: unknown; readonly said: readonly Diagnostic[] } {
  const said: Diagnostic[] = []
  const place = { section, name: 'web', origin: { container: 'web-1' }, labels }
  const value = withOwnEntryPoints(entryPoints ? { entryPoints } : {}, place, given, (one) => said.push(one))
  return { on: value?.['entryPoints'], said }
}
const codes = (said: readonly Diagnostic[]): readonly string[] =>
  said.map(({ code, level, suggestion }) => [code, level, suggestion].filter(Boolean).join(' '))

describe('entry points that the machine lacks', () => {
  test.each<[SectionName, string[], string[] | undefined, string[]]>([
    ['http.routers', ['https'], undefined, ['ENTRY_POINT_UNREGISTERED error websecure']],
    ['http.routers', ['websecure', 'https'], ['websecure'], ['ENTRY_POINT_UNREGISTERED warning websecure']],
    ['http.routers', ['websecur'], undefined, ['ENTRY_POINT_UNREGISTERED error websecure']],
    ['http.routers', ['websecure', 'websecure-v6'], ['websecure'], []],
    ['http.routers', ['websecure-v6'], undefined, ['ENTRY_POINT_UNREGISTERED error websecure']],
    ['tcp.routers', ['smtp'], undefined, ['ENTRY_POINT_UNREGISTERED error']],
    ['tcp.routers', ['tcp-26'], undefined, ['ENTRY_POINT_UNREGISTERED error']],
    ['udp.routers', ['udp-54', 'udp-53'], ['udp-53'], ['ENTRY_POINT_UNREGISTERED warning']],
    ['http.middlewares', ['x'], ['x'], []],
  ])('a %s on %j is on %j', (section, given, on, expected) => {
    const result = own(section, given)
    expect([result.on, codes(result.said)]).toEqual([on, expected])
  })

  test('are said with what registers them', () => {
    expect(own('tcp.routers', ['tcp-26']).said[0]?.message).toBe(
      'The TCP router "web" is left out: the entry point "tcp-26" is not registered on this machine. Add it with rdc context set-infra … --tcp-ports 26, and push-infra.',
    )
    const named = own('udp.routers', ['udp-26'], { ...settings, entryPoints: ['udp-53'], machine: 'server-1' })
    expect(named.said[0]?.message).toContain(
      'Add it with rdc context set-infra server-1 --udp-ports 26, and push-infra.',
    )
  })

  test('are all believed without the operator’s list', () => {
    expect(own('http.routers', ['http', 'constructor'], settings)).toEqual({ on: ['http', 'constructor'], said: [] })
  })

  test("but Traefik's own, unless the operator lists it", () => {
    const { on, said } = own('tcp.routers', ['traefik'], settings)
    expect([on, codes(said)]).toEqual([undefined, ['ENTRY_POINT_UNREGISTERED error']])
    expect(own('tcp.routers', ['traefik'], { ...settings, entryPoints: ['traefik'] })).toEqual({
      on: ['traefik'],
      said: [],
    })
  })

  test('are said with the label as it is spelled on the container', () => {
    const labels = { 'traefik.http.routers.Web.EntryPoints': 'https' }
    expect(own('http.routers', ['https'], machine, labels).said).toMatchObject([
      { label: 'traefik.http.routers.Web.EntryPoints', origin: { container: 'web-1' } },
    ])
  })
})

test('an alias is replaced, and said', () => {
  const { on, said } = own('tcp.routers', ['https', 'websecure', 'x'], {
    ...settings,
    entryPointAliases: { https: 'websecure' },
  })
  expect(on).toEqual(['websecure', 'x'])
  expect(said.map(({ message }) => message)).toEqual([
    'The TCP router "web" is on the entry point "websecure", for which "https" is another name here.',
  ])
})

test('a router that names none would be on all: an HTTP router gets the usual ones, another is left out', () => {
  expect(own('http.routers', undefined)).toEqual({ on: ['websecure'], said: [] })
  expect(own('http.routers', [], settings)).toEqual({ on: ['websecure', 'websecure-v6'], said: [] })
  for (const section of ['tcp.routers', 'udp.routers'] as const) {
    const { on, said } = own(section, [], settings)
    expect([on, codes(said)]).toEqual([undefined, ['ENTRY_POINTS_MISSING error']])
  }
})
