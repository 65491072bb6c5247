import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  ADDRESSES,
  addressOf,
  describeServer,
  eventually,
  freshNetworkId,
  injectedLabels,
  tcpExchange,
  type RealDaemon,
} from '@route-server/testbed'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { startBareServer, type BareServer } from './bare-server.ts'

const BOOT = 120_000
const MINUTE = 60_000

describeServer('a bare server, by the documentation', () => {
  let bare: BareServer
  let daemon: RealDaemon
  let other: RealDaemon
  const ids = [freshNetworkId(), freshNetworkId()] as const
  beforeAll(async () => {
    bare = await startBareServer()
    ;[daemon, other] = (await Promise.all(ids.map((networkId) => bare.server.startDockerd({ networkId })))) as [
      RealDaemon,
      RealDaemon,
    ]
  }, BOOT)
  afterAll(() => bare.close(), BOOT)

  const rediacc = (service: string, slot: number, id: number = ids[0]): Record<string, string> => ({
    ...injectedLabels(id, service, slot),
  })
  const https = (host: string, address?: string) =>
    bare.server.client.fetch(`https://${host}/`, { ca: bare.authority.root, ...(address !== undefined && { address }) })
  const tcp = (port: number, send?: string, more: object = {}) =>
    tcpExchange({
      entryPoint: { host: bare.server.address, port },
      ...(send !== undefined && { send }),
      through: bare.server.client.connect,
      ...more,
    })

  /** Opens an HTTPS connection and sends half of a body; what it resolves to sends the rest, and resolves to the answer. */
  const halfAnUpload = async (host: string): Promise<() => Promise<string>> => {
    const socket = connect({
      socket: await bare.server.client.connect({ host: bare.server.address, port: 443 }),
      servername: host,
      ca: await readFile(bare.authority.root),
    })
    await once(socket, 'secureConnect')
    socket.write(`POST / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncontent-length: 10\r\n\r\nfirst`)
    return () => {
      socket.write('later')
      return text(socket)
    }
  }

  test(
    'is described in three calls, and pushed',
    async () => {
      await bare.describe()
      const dry = await bare.push('--dry-run')
      expect([dry.status, dry.stderr.includes('rdc:')]).toEqual([3, false])
      expect(dry.stdout).toContain('+    address: 203.0.113.50:443')
      expect(dry.stdout + dry.stderr).not.toContain(bare.cloudflare.token)
      expect((await bare.server.exec('ls -A /opt')).stdout).toBe('')

      const pushed = await bare.push()
      expect(pushed).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/Version [0-9a-f]{16} is in force on server-1\./),
      })
      expect(pushed.stdout + pushed.stderr).not.toContain(bare.cloudflare.token)
    },
    MINUTE,
  )

  test(
    'a second push changes nothing, restarts nothing, and says so',
    async () => {
      const started = async (): Promise<string> =>
        (await bare.server.exec('systemctl show -p InvocationID --value rediacc-router rediacc-traefik')).stdout
      const before = await started()
      const again = await bare.push()
      expect([again.status, again.stdout]).toEqual([0, 'server-1 is as it is described; there is nothing to do.\n'])
      expect((await bare.push('--dry-run')).status).toBe(0)
      expect(await started()).toBe(before)
    },
    MINUTE,
  )

  test(
    'its records are made at Cloudflare',
    async () => {
      await daemon.run({
        name: 'webapp',
        labels: {
          ...rediacc('webapp', 0),
          'traefik.enable': 'true',
          'traefik.http.routers.webapp.rule': 'Host(`app.example.com`)',
          'traefik.http.routers.webapp.entrypoints': 'websecure,websecure-v6',
          'traefik.http.routers.webapp.tls.certresolver': 'letsencrypt',
          'traefik.http.services.webapp.loadbalancer.server.port': '3000',
          'traefik.http.middlewares.webapp-hsts.headers.stsSeconds': '15768000',
          'traefik.http.routers.webapp.middlewares': 'webapp-hsts',
        },
        command: [`http=${addressOf(ids[0], 0)}:3000`],
      })
      await other.run({
        name: 'api',
        labels: { ...rediacc('api', 0, ids[1]), 'rediacc.service_port': '8080' },
        command: [`http=${addressOf(ids[1], 0)}:8080`],
      })
      const plan = await bare.server.rdc('dns', 'plan', 'server-1')
      expect(plan).toMatchObject({
        status: 0,
        stdout: '*.example.com. 300 IN A 203.0.113.50\n*.example.com. 300 IN AAAA 2001:db8::1\n',
      })
      expect((await bare.server.rdc('dns', 'apply', 'server-1', '--dry-run')).status).toBe(3)
      expect((await bare.server.rdc('dns', 'apply', 'server-1', '--yes')).status).toBe(0)
      expect(bare.cloudflare.records().filter(({ comment }) => comment === 'rediacc: server-1')).toHaveLength(2)
      expect(await bare.server.rdc('dns', 'apply', 'server-1', '--yes')).toMatchObject({ status: 0 })
      expect(bare.cloudflare.records().filter(({ type }) => type !== 'TXT')).toHaveLength(2)
    },
    MINUTE,
  )

  test(
    'its web app answers over HTTPS with a certificate that verifies, by IPv4 and IPv6; plain HTTP is redirected',
    async () => {
      await eventually(async () => expect(await https('app.example.com')).toMatchObject({ status: 200 }), {
        deadline: MINUTE,
        every: 250,
      })
      expect(await https('app.example.com', bare.server.addressV6)).toMatchObject({ status: 200 })
      for (const address of [bare.server.address, bare.server.addressV6])
        expect(await bare.server.client.fetch('http://app.example.com/x', { address })).toMatchObject({
          status: 301,
          location: 'https://app.example.com/x',
        })
    },
    2 * MINUTE,
  )

  test(
    'automatic routes share one wildcard certificate, asked for once',
    async () => {
      const issued = (): number | undefined => bare.authority.log().match(/Issued certificate/g)?.length
      const isServed = (host: string): Promise<void> =>
        eventually(async () => expect(await https(host)).toMatchObject({ status: 200 }), {
          deadline: MINUTE,
          every: 250,
        })
      await isServed(`api-${ids[1]}.example.com`)
      // The web app's own may still be on its way: both were asked for at once.
      for (let count: number | undefined; count !== issued(); await sleep(5_000)) count = issued()
      const before = issued()
      await other.run({
        name: 'docs',
        labels: { ...rediacc('docs', 1, ids[1]), 'rediacc.service_port': '8080' },
        command: [`http=${addressOf(ids[1], 1)}:8080`],
      })
      await isServed(`docs-${ids[1]}.example.com`)
      expect(issued()).toBe(before)
      const { stdout } = await bare.server.rdc('context', 'status', 'server-1')
      expect(stdout).toContain('*.example.com')
    },
    3 * MINUTE,
  )

  test(
    'mail, DNS and a database beside its entry point',
    async () => {
      const ip = addressOf(ids[0], 1)
      await daemon.run({
        name: 'mail',
        labels: {
          ...rediacc('mail', 1),
          'traefik.enable': 'true',
          'traefik.tcp.routers.mail-smtp.entrypoints': 'tcp-25',
          'traefik.tcp.routers.mail-smtp.rule': 'HostSNI(`*`)',
          'traefik.tcp.routers.mail-smtp.service': 'mail-smtp',
          'traefik.tcp.services.mail-smtp.loadbalancer.server.port': '25',
          'traefik.tcp.routers.mail-imaps.entrypoints': 'tcp-993',
          'traefik.tcp.routers.mail-imaps.rule': 'HostSNI(`mail.example.com`)',
          'traefik.tcp.routers.mail-imaps.tls.passthrough': 'true',
          'traefik.tcp.routers.mail-imaps.service': 'mail-imaps',
          'traefik.tcp.services.mail-imaps.loadbalancer.server.port': '993',
          'traefik.udp.routers.dns.entrypoints': 'udp-53',
          'traefik.udp.routers.dns.service': 'dns',
          'traefik.udp.services.dns.loadbalancer.server.port': '5353',
        },
        command: [`tcp=${ip}:25`, `tls=${ip}:993`, `udp=${ip}:5353`],
      })
      await daemon.run({
        name: 'mysql',
        labels: {
          ...rediacc('mysql', 2),
          'traefik.enable': 'true',
          'traefik.tcp.routers.mysql.entrypoints': 'tcp-3306',
          'traefik.tcp.routers.mysql.rule': 'HostSNI(`*`)',
          'traefik.tcp.services.mysql.loadbalancer.server.port': '3306',
        },
        command: [`tcp=${addressOf(ids[0], 2)}:3306`],
      })
      await eventually(async () => expect((await tcp(25, 'EHLO')).text).toContain('EHLO'), {
        deadline: MINUTE,
        every: 250,
      })
      expect((await tcp(3306, 'hello')).text).toContain('hello')
      expect((await tcp(993, 'NOOP', { tls: { servername: 'mail.example.com' } })).text).toContain('NOOP')
      await eventually(async () =>
        expect(
          await bare.server.client.udpExchange({
            entryPoint: { host: bare.server.address, port: 53 },
            payload: 'query',
          }),
        ).toContain('query'),
      )
    },
    2 * MINUTE,
  )

  test('what answers on the loopback tells containers nothing', async () => {
    const statusOf = (url: string): Promise<string> =>
      daemon.exec('webapp', [
        'node',
        '-e',
        `fetch(${JSON.stringify(url)}).then((r) => console.log(String(r.status)), (e) => console.log(String(e.cause?.code)))`,
      ])
    expect((await statusOf('http://127.0.0.1:8082/api/rawdata')).trim()).toBe('401')
    expect((await statusOf('http://127.0.0.1:8082/metrics')).trim()).toBe('401')
    for (const path of ['/routes.yaml', '/routes.json', '/ports', '/'])
      expect((await statusOf(`http://127.0.0.1:7111${path}`)).trim()).toBe('401')
    expect((await statusOf('http://127.0.0.1:7111/health')).trim()).toBe('200')
    const { stdout } = await bare.server.exec('ps -eo args; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"')
    expect(stdout).not.toContain(bare.cloudflare.token)
  })

  test(
    'a port that is not registered is told by its command; registered and pushed it works, and open connections stay',
    async () => {
      const labels = {
        ...rediacc('news', 3),
        'traefik.enable': 'true',
        'traefik.tcp.routers.news.entrypoints': 'tcp-119',
        'traefik.tcp.routers.news.rule': 'HostSNI(`*`)',
        'traefik.tcp.services.news.loadbalancer.server.port': '119',
      }
      await daemon.run({ name: 'news', labels, command: [`tcp=${addressOf(ids[0], 3)}:119`] })
      await eventually(async () =>
        expect((await bare.server.rdc('context', 'logs', 'server-1')).stdout).toContain(
          'rdc context set-infra server-1 --tcp-ports 119',
        ),
      )
      const open = await bare.server.client.connect({ host: bare.server.address, port: 3306 })
      const [banner] = (await once(open, 'data')) as [Buffer]
      expect(banner.length).toBeGreaterThan(0)
      const upload = await halfAnUpload('app.example.com')

      expect((await bare.server.rdc('context', 'set-infra', 'server-1', '--tcp-ports', '119')).status).toBe(0)
      const pushed = await bare.push()
      expect(pushed).toMatchObject({ status: 0, stdout: expect.stringContaining('rediacc-router.service is reloaded') })
      await eventually(async () => expect((await tcp(119, 'ARTICLE')).text).toContain('ARTICLE'), {
        deadline: MINUTE,
        every: 250,
      })
      open.write('still here\n')
      const [answer] = (await once(open, 'data')) as [Buffer]
      expect(answer.toString()).toContain('still here')
      open.destroy()
      expect(await upload()).toMatch(/^HTTP\/1\.1 200 [^]*"length":10\b/)

      expect((await bare.server.rdc('context', 'set-infra', 'server-1', '--remove-tcp-ports', '119')).status).toBe(0)
      expect((await bare.push()).status).toBe(0)
      await eventually(async () => {
        await expect(bare.server.client.connect({ host: bare.server.address, port: 119 })).rejects.toThrow(
          'ECONNREFUSED',
        )
      })
      expect(await https('app.example.com')).toMatchObject({ status: 200 })
    },
    3 * MINUTE,
  )

  test(
    'its records and certificates are checked from outside',
    async () => {
      const check = await bare.server.rdc(
        'dns',
        'check',
        'server-1',
        'app.example.com',
        '--resolver',
        ADDRESSES.resolver,
      )
      expect(check.stdout).toContain('points here')
      bare.cloudflare.add({ type: 'CAA', name: 'example.com', content: '0 issue "digicert.com"' })
      const forbidden = await bare.server.rdc(
        'dns',
        'check',
        'server-1',
        'app.example.com',
        '--resolver',
        ADDRESSES.resolver,
      )
      expect([forbidden.status, forbidden.stdout]).toEqual([
        1,
        expect.stringContaining('CAA record of example.com allows only digicert.com'),
      ])
    },
    MINUTE,
  )

  test(
    'after a reboot everything is back, without another certificate',
    async () => {
      const issued = bare.authority.log().match(/Issued certificate/g)?.length
      await bare.server.reboot()
      await eventually(async () => expect(await https('app.example.com')).toMatchObject({ status: 200 }), {
        deadline: MINUTE,
        every: 250,
      })
      expect(bare.authority.log().match(/Issued certificate/g)).toHaveLength(issued ?? 0)
      expect((await bare.server.rdc('context', 'status', 'server-1')).status).toBe(0)
    },
    2 * MINUTE,
  )

  test(
    'it goes back to the version before, and everything is taken away again',
    async () => {
      const back = await bare.server.rdc('context', 'rollback', 'server-1', '--yes')
      expect(back.status).toBe(0)
      await eventually(async () => expect((await tcp(119, 'ARTICLE')).text).toContain('ARTICLE'), {
        deadline: MINUTE,
        every: 250,
      })
      expect((await bare.server.rdc('context', 'remove-infra', 'server-1', '--yes')).status).toBe(0)
      expect(
        (await bare.server.exec('ls /etc/systemd/system/rediacc* /opt/rediacc 2>/dev/null; ls /var/lib/rediacc'))
          .stdout,
      ).toContain('traefik')
      await expect(bare.server.client.connect({ host: bare.server.address, port: 443 })).rejects.toThrow('ECONNREFUSED')
      expect((await bare.server.rdc('context', 'remove-infra', 'server-1', '--yes', '--purge')).status).toBe(0)
      expect((await bare.server.exec('ls -d /etc/rediacc /var/lib/rediacc 2>/dev/null')).stdout).toBe('')
    },
    2 * MINUTE,
  )
})
