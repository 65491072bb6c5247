import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { holdMiddleware } from '@route-server/kernel'
import {
  addressOf,
  describeReal,
  eventually,
  freshNetworkId,
  httpGet,
  makeTestDirectory,
  startTraefik,
  TRAEFIK_VERSION,
} from '@route-server/testbed'
import type { HttpAnswer, HttpQuestion, TestDirectory } from '@route-server/testbed'
import { checkVersion, NEWEST_TRAEFIK, yamlEntries } from '@route-server/traefik'
import type { TraefikVersion, Yaml } from '@route-server/traefik'
import { everyField } from './every-field.ts'

/** The newest release of each minor that the schema speaks of; install.sh fetches them. */
const RELEASES: readonly (readonly [TraefikVersion, release: string])[] = [
  ['3.3', '3.3.6'],
  ['3.4', '3.4.3'],
  ['3.5', '3.5.3'],
  ['3.6', '3.6.15'],
  ['3.7', TRAEFIK_VERSION],
]

type Fields = { readonly [name: string]: Yaml | undefined }

/** `loadBalancer.servers[0].url` as steps. */
const stepsOf = (path: string): readonly string[] => path.split(/[.[\]]+/).filter((step) => step !== '')

function without(value: Yaml | undefined, [step, ...rest]: readonly string[]): Yaml | undefined {
  if (step === undefined || value === undefined) return undefined
  if (Array.isArray(value))
    return (value as readonly Yaml[]).map((item, i) => (String(i) === step ? (without(item, rest) ?? item) : item))
  const fields = value as Fields
  return { ...fields, [step]: rest.length === 0 ? undefined : without(fields[step], rest) }
}

/** A document with every field that this version knows, and a router by which to see that it was taken. */
function documentFor(version: TraefikVersion, mark: string): string {
  const parts: Record<string, Record<string, Fields>> = {}
  for (const [section, entry] of everyField()) {
    const [part = '', kind = ''] = section.split('.')
    const known = checkVersion(section, entry, version).reduce<Yaml | undefined>(
      (kept, { path }) => without(kept, stepsOf(path)),
      entry,
    )
    parts[part] = {
      ...parts[part],
      [kind]: {
        every: known,
        ...(section === 'http.routers' && { [mark]: { rule: 'Host(`x`)', service: 'every', entryPoints: ['web'] } }),
      },
    }
  }
  return yamlEntries(parts)
}

describeReal('documents for older releases of Traefik', () => {
  let directory: TestDirectory
  let server: Server
  let body = '{}'

  beforeAll(async () => {
    directory = makeTestDirectory()
    server = createServer((_, response) => response.end(body))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await directory.remove()
  })

  test.each(RELEASES.map(([version, release]) => ({ version, release })))(
    'a Traefik $version accepts every field that the schema gives it, and refuses the newer ones',
    async ({ version, release }) => {
      body = documentFor(version, 'taken')
      const { port } = server.address() as AddressInfo
      const traefik = await startTraefik({
        directory: join(directory.path, version),
        routesUrl: `http://127.0.0.1:${port}/`,
        version: release,
      })
      try {
        await traefik.waitFor(({ routers }) => routers?.['taken@http'] !== undefined)
        expect(traefik.log()).not.toContain('field not found')
        if (version === NEWEST_TRAEFIK) return
        body = documentFor(NEWEST_TRAEFIK, 'refused')
        await eventually(() => {
          expect(traefik.log()).toContain('field not found')
        })
      } finally {
        await traefik.close()
      }
    },
    60_000,
  )

  test.each(RELEASES.map(([version, release]) => ({ version, release })))(
    'with a Traefik $version requests wait for a server that comes within the hold, and not for none at all',
    async ({ version, release }) => {
      const address = { host: addressOf(freshNetworkId(), 0), port: 8080 }
      const router = (service: string): Yaml => ({
        rule: `Host(\`${service}.test\`)`,
        entryPoints: ['websecure'],
        service,
        middlewares: ['hold'],
      })
      const servers = [{ url: `http://${address.host}:${address.port}` }]
      body = yamlEntries({
        http: {
          middlewares: { hold: holdMiddleware(8_000) as Yaml },
          routers: { late: router('late'), none: router('none') },
          services: { late: { loadBalancer: { servers } }, none: { loadBalancer: { servers: [] } } },
        },
      })
      const { port } = server.address() as AddressInfo
      const traefik = await startTraefik({
        directory: join(directory.path, `${version}-hold`),
        routesUrl: `http://127.0.0.1:${port}/`,
        version: release,
      })
      const late = createServer((_, response) => response.end('late'))
      const ask = (host: string, question: Partial<HttpQuestion> = {}): Promise<HttpAnswer> =>
        httpGet({ entryPoint: traefik.entryPoint('websecure'), host, ...question })
      try {
        await traefik.waitFor(({ routers }) => routers?.['late@http'] !== undefined)
        const waiting = Promise.all([ask('late.test'), ask('late.test', { method: 'POST', body: 'x'.repeat(100_000) })])
        expect((await ask('none.test')).status).toBe(503)
        await sleep(1_000)
        late.listen(address)
        expect((await waiting).map((answer) => `${answer.status} ${answer.body}`)).toEqual(['200 late', '200 late'])
      } finally {
        late.close()
        late.closeAllConnections()
        await traefik.close()
      }
    },
    60_000,
  )
})
