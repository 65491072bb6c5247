import { expect, test } from '@jest/globals'
import { decodeLabels } from '../labels/decode.ts'
import { sections } from './configuration.ts'

test('a field is known because the schema has its line: without it the label is unknown', () => {
  const labels = {
    'traefik.enable': 'true',
    'traefik.http.routers.web.priority': '7',
    'traefik.tcp.routers.web.priority': '7',
  }
  const router = sections.get('http.routers')?.value
  if (router?.kind !== 'struct') throw new Error('an HTTP router is a struct')
  // As if the line weren't there. Nothing was decoded before, so nothing remembers it.
  delete (router.fields as Record<string, unknown>)['priority']

  const { configuration, mistakes } = decodeLabels(labels)
  expect(mistakes).toMatchObject([
    {
      label: 'traefik.http.routers.web.priority',
      reason: 'Traefik knows no "priority" there',
      costs: 'http.routers.web',
    },
  ])
  expect(configuration).toEqual({ tcp: { routers: { web: { priority: 7 } } } })
})
