import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { describeReal, eventually, makeTestDirectory, startTraefik, TRAEFIK_VERSION } from '@route-server/testbed'
import type { TestDirectory } from '@route-server/testbed'
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
})
