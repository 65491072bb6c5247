import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { renderContainers } from '@route-server/assembly'
import { loadConfig } from '@route-server/config'
import type { Container } from '@route-server/plugin-api'
import { describeReal, makeTestDirectory, startTraefik } from '@route-server/testbed'
import type { RealTraefik, TestDirectory, TraefikSection } from '@route-server/testbed'
import { sampleContainer } from '@route-server/kernel/testing'

const container = (service: string, slot: number, labels: Readonly<Record<string, string>>): Container =>
  sampleContainer({
    name: service,
    created: slot,
    labels: { 'rediacc.service_ip': `127.0.11.${2 + slot}`, ...labels },
  })

/** Something for every plugin, under names that have the mark in them. */
const containersOf = (mark: string): readonly Container[] => [
  container('labels', 0, {
    'traefik.enable': 'true',
    [`traefik.http.routers.h${mark}.rule`]: `Host(\`${mark}.example.org\`)`,
    [`traefik.http.services.h${mark}.loadbalancer.server.port`]: '80',
    [`traefik.http.middlewares.m${mark}.compress`]: 'true',
    [`traefik.tcp.routers.t${mark}.rule`]: 'HostSNI(`*`)',
    [`traefik.tcp.routers.t${mark}.entrypoints`]: 'tcp-5432',
    [`traefik.tcp.services.t${mark}.loadbalancer.server.port`]: '5432',
    [`traefik.udp.routers.u${mark}.entrypoints`]: 'udp-53',
    [`traefik.udp.services.u${mark}.loadbalancer.server.port`]: '53',
  }),
  container(`a${mark}`, 1, { 'rediacc.service_port': '8080' }),
]

/** Where each plugin's part is seen in Traefik, and how its name begins. */
const PARTS: Readonly<Record<string, readonly [section: TraefikSection, beginning: string]>> = {
  http: ['services', 'h'],
  tcp: ['tcpServices', 't'],
  udp: ['udpServices', 'u'],
  middleware: ['middlewares', 'm'],
  'auto-route': ['services', 'a'],
}

describeReal('documents of some of the built-in plugins', () => {
  let directory: TestDirectory
  let traefik: RealTraefik
  let body: Uint8Array | string = '{}'
  const server = createServer((_, response) => response.end(body))

  beforeAll(async () => {
    directory = makeTestDirectory()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    traefik = await startTraefik({ directory: directory.path, routesUrl: `http://127.0.0.1:${port}/` })
  })
  afterAll(async () => {
    await traefik.close()
    server.closeAllConnections()
    server.close()
    await directory.remove()
  })

  test.each([
    'auto-route',
    'http',
    'middleware',
    'tcp, udp',
    'http, middleware, auto-route',
    'http, tcp, udp, middleware, auto-route',
  ])('Traefik takes what %s make, and nothing else is there', async (plugins) => {
    const enabled = plugins.split(', ')
    const mark = `set${enabled.map((name) => name[0]).join('')}${enabled.length}`
    const config = loadConfig({ flags: { plugins: enabled, baseDomain: 'example.com', certResolver: false } })
    body = (await renderContainers(containersOf(mark), config, directory.path)).bytes
    const nameOf = (beginning: string): string => `${beginning}${mark}-2816@http`
    const data = await traefik.waitFor((data) =>
      enabled.every((name) => {
        const [section, beginning] = PARTS[name] ?? ['services', '']
        return nameOf(beginning) in (data[section] ?? {})
      }),
    )
    const there = Object.entries(PARTS).filter(([, [section, beginning]]) => nameOf(beginning) in (data[section] ?? {}))
    expect(there.map(([name]) => name).sort()).toEqual([...enabled].sort())
    expect(traefik.log()).not.toContain('field not found')
  })
})
