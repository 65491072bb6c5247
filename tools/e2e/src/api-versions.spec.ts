import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { makeTestDirectory, type Outcome, type TestDirectory } from '@route-server/testbed'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runRouteServer } from './command.ts'
import { installPlugins } from './packages.ts'

jest.setTimeout(120_000)

/** What `docker inspect` prints of a container with this label. */
const inspected = (label: string): unknown => [
  {
    Id: 'b'.repeat(64),
    Name: '/web-1',
    Created: '2026-01-02T03:04:05Z',
    State: { Status: 'running' },
    Config: {
      Image: 'web',
      Labels: {
        'rediacc.service_name': 'web',
        'rediacc.service_ip': '127.0.11.2',
        'rediacc.network_id': '2816',
        'old.route': label,
        'old.routes.main': '/a',
      },
      ExposedPorts: { '3000/tcp': {} },
    },
    HostConfig: { NetworkMode: 'host' },
  },
]

describe('a plugin that was built against an earlier version of the contract, from its tarball,', () => {
  let folder: TestDirectory
  const at = (file: string): string => join(folder.path, file)

  const render = async (plugin: string, label: string): Promise<Outcome> => {
    const plugins = [{ name: plugin, options: { domain: 'example.com' } }]
    await writeFile(at('router.yaml'), JSON.stringify({ plugins }))
    await writeFile(at('web.json'), JSON.stringify(inspected(label)))
    return runRouteServer(['render', '--config', at('router.yaml'), at('web.json')])
  }

  beforeAll(async () => {
    folder = makeTestDirectory()
    await writeFile(at('package.json'), '{}')
    await installPlugins(folder.path, ['tools/e2e/fixtures/plugin-of-api-1'])
    const source = await readFile(at('node_modules/route-plugin-of-api-1/index.js'), 'utf8')
    for (const version of ['0', '2'])
      await writeFile(at(`of-api-${version}.mjs`), source.replace('API_VERSION = 1', `API_VERSION = ${version}`))
  }, 300_000)

  afterAll(() => folder.remove())

  test('goes on working: version 1', async () => {
    const http = await render('route-plugin-of-api-1', 'http')
    expect(http).toMatchObject({ status: 0, stderr: '' })
    expect(http.stdout).toContain('Host(`web.example.com`) && PathPrefix(`/a`)')
    expect(http.stdout).toContain('url: "http://127.0.11.2:3000"')
    expect((await render('route-plugin-of-api-1', 'tcp')).stdout).toContain('address: "127.0.11.2:3000"')
    expect((await render('route-plugin-of-api-1', 'smtp')).stderr).toContain('KIND_UNKNOWN')
  })

  test.each(['0', '2'])('is refused with what to do: version %s', async (version) => {
    const { status, stdout, stderr } = await render(`./of-api-${version}.mjs`, 'http')
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(`was built for plugin API ${version}, and this route server speaks 1`)
    expect(stderr).toContain('install a version of it that fits')
  })
})
