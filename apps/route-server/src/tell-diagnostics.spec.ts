import { expect, test } from '@jest/globals'
import { createKernel, residentsOf } from '@route-server/kernel'
import type { News } from '@route-server/kernel'
import { sampleContainer } from '@route-server/kernel/testing'
import type { Container } from '@route-server/plugin-api'
import { httpPlugin } from '@route-server/plugin-http'
import type { Log } from './log.ts'
import { tellDiagnostics } from './tell-diagnostics.ts'

const SETTINGS = { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] }

const container = (index: number, labels: Readonly<Record<string, string>>): Container =>
  sampleContainer({
    id: String(index).padStart(64, '0'),
    name: `web-${index}`,
    created: index,
    labels: {
      'rediacc.service_name': `web${index}`,
      'rediacc.service_ip': `127.0.11.${index + 2}`,
      'traefik.enable': 'true',
      [`traefik.http.services.web${index}.loadbalancer.server.port`]: '80',
      ...labels,
    },
  })

/** What comes of containers that come one after the other. */
function coming(): (...containers: readonly Container[]) => News {
  const kernel = createKernel([{ plugin: httpPlugin, options: {} }], SETTINGS)
  return (...containers) => kernel.apply(residentsOf([{ network: 2816, daemon: '/docker-2816.sock', containers }]), 0)
}

function listening(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = []
  const say = (_: unknown, line?: unknown): void => void lines.push(String(line))
  return { log: { debug: say, info: say, warn: say, error: say }, lines }
}

const MISSPELT = { '-traefik.http.routers.a.middlewares': 'auth' }
const COMPOSE = {
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': 'web',
  'com.docker.compose.project.config_files': '/srv/shop/compose.yaml',
}

test('a mistake is logged once, with whose it is and where one reads more, whether or not the document changed', () => {
  const { log, lines } = listening()
  const tell = tellDiagnostics(log)
  const good = container(1, {})
  const bad = container(2, { ...MISSPELT, ...COMPOSE })
  const come = coming()
  tell(come(good))
  expect(lines).toEqual([])

  tell(come(bad))
  expect(lines).toEqual([
    'error LABEL_INVALID (container web-2, service web of /srv/shop/compose.yaml): "-traefik.http.routers.a.middlewares": it begins with a dash, so Traefik takes no notice of it; the router "a" is left out, with whatever refers to it. Did you mean traefik.http.routers.a.middlewares? The service "web2" stays in the document; nothing leads to it, which does no harm. More: docs/diagnostics.md#label_invalid',
  ])

  tell(come(bad, container(3, {})))
  expect(lines).toHaveLength(1)
})

test('a deploy full of mistakes is counted, not listed', () => {
  const { log, lines } = listening()
  const many = Array.from({ length: 30 }, (_, i) => container(i, MISSPELT))
  tellDiagnostics(log)(coming()(...many))
  expect(lines).toHaveLength(13)
  expect(lines.at(-1)).toBe('18 more diagnostics: see /routes.json, with ?network=… or ?container=…')
})

test('what needs nothing to be done is not logged', () => {
  const { log, lines } = listening()
  tellDiagnostics(log)(coming()(container(1, { 'traefik.enable': 'false' })))
  expect(lines).toEqual([])
})
