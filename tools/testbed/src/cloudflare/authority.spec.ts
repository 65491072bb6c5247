import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { eventually } from '../eventually.ts'
import { traefikPath } from '../executables.ts'
import { describeServer } from '../real.ts'
import { startServer, type TestServer } from '../server/server.ts'
import { ADDRESSES } from '../server/wiring.ts'
import { startAuthority, type Authority } from './authority.ts'
import { CLOUDFLARE_URL, startCloudflare, type Cloudflare } from './cloudflare.ts'

const BOOT = 90_000

const UNIT = `[Service]
Environment=CF_DNS_API_TOKEN=good-token CLOUDFLARE_POLLING_INTERVAL=1 LEGO_CA_CERTIFICATES=/etc/traefik/ca.pem
ExecStart=/opt/traefik --configFile=/etc/traefik/traefik.yml
`

const configuration = (url: string): string =>
  JSON.stringify({
    ping: { manualRouting: true },
    entryPoints: { websecure: { address: '203.0.113.50:443' } },
    providers: { file: { filename: '/etc/traefik/dynamic.yml' } },
    certificatesResolvers: {
      letsencrypt: {
        acme: {
          email: 'admin@example.com',
          storage: '/etc/traefik/acme.json',
          caServer: url,
          dnsChallenge: { provider: 'cloudflare' },
        },
      },
    },
  })

const ROUTES = JSON.stringify({
  http: {
    routers: {
      ping: {
        rule: 'Host(`app.example.com`)',
        service: 'ping@internal',
        entryPoints: ['websecure'],
        tls: { certResolver: 'letsencrypt', domains: [{ main: '*.example.com' }] },
      },
    },
  },
})

describeServer('a real ACME server and a stand-in for Cloudflare, from a server', () => {
  let cloudflare: Cloudflare
  let server: TestServer
  let authority: Authority
  beforeAll(async () => {
    cloudflare = await startCloudflare()
    server = await startServer({ listeners: cloudflare.listeners, trust: cloudflare.ca })
    authority = await startAuthority(server)
  }, BOOT)
  afterAll(async () => {
    await authority.close()
    await server.close()
    await cloudflare.close()
  }, BOOT)

  test('names are known on both sides, and to OpenSSH', async () => {
    cloudflare.add({ type: 'A', name: '*.example.com', content: server.address })
    expect((await server.exec('getent ahostsv4 x.example.com | head -1')).stdout).toContain('203.0.113.50')
    expect(await server.client.fetch(`${CLOUDFLARE_URL}/zones`)).toMatchObject({
      status: 400,
      address: ADDRESSES.cloudflare,
    })
    const api = 'https://api.cloudflare.com/client/v4/zones'
    expect(await server.client.fetch(api)).toMatchObject({ status: 400, address: ADDRESSES.cloudflare })
    expect((await server.exec(`curl -sS -o /dev/null -w '%{http_code}' ${api}`)).stdout).toBe('400')
    const byNode = await server.client.run([
      process.execPath,
      '-e',
      `fetch('${api}').then(({ status }) => console.log(status))`,
    ])
    expect(byNode.stdout).toBe('400\n')
    const { ca } = authority
    expect(await server.client.fetch(authority.url, { ca })).toMatchObject({
      status: 200,
      address: ADDRESSES.authority,
    })
  })

  test(
    'give a plain Traefik a wildcard certificate, which a client trusts by their root',
    async () => {
      const pushed = await server.client.run([
        'sh',
        '-c',
        `ssh root@203.0.113.50 'cat > /opt/traefik; chmod 755 /opt/traefik; mkdir -p /etc/traefik' < ${traefikPath()}`,
      ])
      expect(pushed).toMatchObject({ status: 0, stderr: '' })
      const files = {
        '/etc/traefik/traefik.yml': configuration(authority.url),
        '/etc/traefik/dynamic.yml': ROUTES,
        '/etc/systemd/system/traefik.service': UNIT,
      }
      for (const [path, input] of Object.entries(files)) await server.exec(`cat > ${path}`, { input })
      await server.client.run(['scp', authority.ca, 'root@203.0.113.50:/etc/traefik/ca.pem'])
      await server.exec('systemctl start traefik')
      const answer = await eventually(
        async () => {
          const outcome = await server.client.fetch('https://app.example.com/', { ca: authority.root })
          const { stdout } = await server.exec('journalctl -u traefik -n 5 -o cat')
          if (outcome.status !== 200) throw new Error(`${outcome.error ?? outcome.status}; ${stdout}`)
          return outcome
        },
        { deadline: 40_000 },
      )
      expect(answer).toMatchObject({ status: 200, body: 'OK', address: server.address })
      expect(cloudflare.calls().map(({ method }) => method)).toContain('POST')
      await eventually(() => expect(cloudflare.records().map(({ type }) => type)).toEqual(['A']))
    },
    BOOT,
  )
})
