import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { renderFiles } from './render-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'render-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function saved(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const inspected = (labels: Record<string, string>): unknown => [
  {
    Id: 'b'.repeat(64),
    Name: '/web-1',
    Created: '2026-01-02T03:04:05Z',
    State: { Status: 'running' },
    Config: { Image: 'web', Labels: labels, ExposedPorts: { '3000/tcp': {} } },
    HostConfig: { NetworkMode: 'host' },
  },
]

const ours = { 'rediacc.service_name': 'web', 'rediacc.service_ip': '127.0.11.2', 'rediacc.network_id': '2816' }
const options = { file: undefined, flags: { baseDomain: 'example.com' } }

describe('rendering saved containers', () => {
  test('gives the document that a daemon with them would have', async () => {
    const { document } = await renderFiles([saved('web.json', inspected(ours))], options)
    expect(document).toContain('Host(`web-2816.example.com`)')
    expect(document).toContain('url: "http://127.0.11.2:3000"')
  })

  test('says what is wrong with them', async () => {
    const labels = { ...ours, 'traefik.enable': 'true', 'traefik.http.routers.web.rul': 'x' }
    const { problems } = await renderFiles([saved('typo.json', inspected(labels))], options)
    expect(problems.join('\n')).toContain('Did you mean traefik.http.routers.web.rule?')
  })

  test('lets labels do what the operator allows', async () => {
    const container = inspected({
      ...ours,
      'traefik.enable': 'true',
      'traefik.http.services.web.loadbalancer.server.url': 'http://10.0.0.5:80',
    })
    const path = saved('outside.json', container)
    expect((await renderFiles([path], options)).document).toBe('{}\n')
    const file = saved('router.yaml', 'allow: { upstreams: [10.0.0.5] }')
    const { document } = await renderFiles([path], { ...options, file })
    expect(document).toContain('url: "http://10.0.0.5:80"')
    const trusting = { ...options, flags: { ...options.flags, tenancy: 'trusted' } }
    expect((await renderFiles([path], trusting)).document).toBe(document)
  })

  test('refuses what is no output of docker inspect, in a sentence', async () => {
    await expect(renderFiles([saved('no.json', '{]')], options)).rejects.toThrow(
      /no\.json isn't the output of docker inspect/,
    )
    await expect(renderFiles([join(folder, 'absent.json')], options)).rejects.toThrow(/absent\.json can't be read/)
  })
})
