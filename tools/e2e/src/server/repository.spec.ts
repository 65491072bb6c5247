import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  composePath,
  describeRepository,
  eventually,
  startRegistry,
  type Outcome,
  type Registry,
} from '@route-server/testbed'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBareServer, type BareServer } from './bare-server.ts'

/** Waits until the next container of a service is made, and the old one on its way out. */
const UNTIL_RECREATED =
  'timeout 60 sh -c \'until [ -n "$(docker -H unix:///run/rediacc/docker-2816.sock ps -aq --filter status=created)" ]; do sleep 0.02; done\''
const MINUTE = 60_000
const BOOT = 2 * MINUTE

/** The documentation's complete example, word for word. */
const COMPOSE = `services:
  webapp:
    image: myregistry/webapp:latest
    network_mode: host
    restart: unless-stopped
    environment:
      DATABASE_URL: postgresql://app:changeme@\${POSTGRES_IP}:5432/webapp
      LISTEN_ADDR: \${WEBAPP_IP}:3000
    labels:
      - "traefik.enable=true"
      - "traefik.http.routers.webapp.rule=Host(\`app.example.com\`)"
      - "traefik.http.routers.webapp.entrypoints=websecure,websecure-v6"
      - "traefik.http.routers.webapp.tls.certresolver=letsencrypt"
      - "traefik.http.services.webapp.loadbalancer.server.port=3000"
      - "traefik.http.middlewares.webapp-hsts.headers.stsSeconds=15768000"
      - "traefik.http.middlewares.webapp-hsts.headers.stsIncludeSubdomains=true"
      - "traefik.http.routers.webapp.middlewares=webapp-hsts"
  postgres:
    image: postgres:17
    network_mode: host
    restart: unless-stopped
    environment: { POSTGRES_DB: webapp, POSTGRES_USER: app, POSTGRES_PASSWORD: changeme }
    command: -c listen_addresses=\${POSTGRES_IP} -c port=5432
    volumes: [ "./data/postgres:/var/lib/postgresql/data" ]
`
const REDIACCFILE = `prep() {
  mkdir -p data/postgres
  renet compose -- pull
}

up() {
  renet compose -- up -d
}

down() {
  renet compose -- down
}
`

describeRepository('the complete example, by the documentation', () => {
  let registry: Registry
  let bare: BareServer
  let folder: string
  const seconds: Record<string, number> = {}

  beforeAll(async () => {
    registry = await startRegistry()
    bare = await startBareServer({ listeners: registry.listeners, dataMebibytes: 3000, diskMebibytes: 4096 })
    copyFileSync(composePath(), join(bare.server.directory, 'sockets/docker-compose'))
    const prepared = await bare.server.exec(`set -e
      cd /; install -D -m 755 /run/rediacc/docker-compose /usr/local/lib/docker/cli-plugins/docker-compose
      rm /run/rediacc/docker-compose
      mkdir -p /etc/rediacc; echo '{"registry-mirrors": ["${registry.url}"]}' > /etc/rediacc/docker.json`)
    expect(prepared.status).toBe(0)
    await bare.describe()
    const pushed = await bare.push()
    expect([pushed.status, pushed.stderr]).toEqual([0, expect.not.stringContaining('rdc:')])
    folder = join(bare.server.client.home, 'my-app')
    mkdirSync(folder)
    writeFileSync(join(folder, 'compose.yaml'), COMPOSE)
    writeFileSync(join(folder, 'Rediaccfile'), REDIACCFILE)
    await bare.server.rdc('dns', 'apply', 'server-1', '--yes')
  }, BOOT)
  afterAll(async () => {
    process.stdout.write(`seconds: ${JSON.stringify(seconds)}\n`)
    await bare.close()
    await registry.close()
  }, BOOT)

  const repo = async (...args: readonly string[]): Promise<Outcome> => {
    const began = performance.now()
    const outcome = await bare.server.rdcWith({ cwd: folder }, 'repo', ...args)
    seconds[args.slice(0, 2).join(' ')] ??= Math.round((performance.now() - began) / 10) / 100
    return outcome
  }
  const https = (host = 'app.example.com') => bare.server.client.fetch(`https://${host}/`, { ca: bare.authority.root })
  const onMachine = async (script: string): Promise<string> => (await bare.server.exec(`cd /; ${script}`)).stdout.trim()
  const visits = async (host?: string): Promise<number> => {
    const { status, body } = await https(host)
    expect([status, body]).toEqual([200, expect.stringMatching(/^visit \d+\n$/)])
    return Number(/\d+/.exec(body)?.[0])
  }

  test(
    'from an empty server to an answer over HTTPS, by one command',
    async () => {
      const up = await repo('up', 'my-app', '-m', 'server-1', '--mount', '--wait-routed')
      expect([up.status, up.stderr, up.stdout]).toEqual([
        0,
        expect.stringContaining('Making my-app on server-1 network 2816'),
        expect.stringContaining('https://app.example.com'),
      ])
      const began = performance.now()
      await eventually(async () => expect(await https()).toMatchObject({ status: 200 }), {
        deadline: MINUTE,
        every: 250,
      })
      seconds['certificate, after up'] = Math.round((performance.now() - began) / 10) / 100
      const first = await visits()
      expect(await visits()).toBe(first + 1)
      const hsts = await bare.server.client.run([
        ...['curl', '-sSI', '--cacert', bare.authority.root, '--resolve', `app.example.com:443:${bare.server.address}`],
        'https://app.example.com/',
      ])
      expect(hsts.stdout.toLowerCase()).toContain('strict-transport-security: max-age=15768000; includesubdomains')
    },
    3 * MINUTE,
  )

  test(
    'its database is reached by its web app, and by nobody outside',
    async () => {
      for (const mode of ['disable', 'require']) {
        const url = `postgresql://app:changeme@${bare.server.address}/webapp?sslmode=${mode}&connect_timeout=3`
        expect(await bare.server.client.run(['psql', url, '-c', 'select 1'])).toMatchObject({ status: 2, stdout: '' })
      }
      expect(
        await onMachine('curl -s --unix-socket /var/lib/rediacc/router/control.sock http://localhost/routes.json'),
      ).not.toContain(':5432')
      expect(await onMachine('ss -Hltn sport = :5432')).toContain('127.0.11.')
    },
    MINUTE,
  )

  test(
    'called again, it goes on as it is',
    async () => {
      const ids = (): Promise<string> =>
        onMachine('docker -H unix:///run/rediacc/docker-2816.sock ps -q --no-trunc | sort')
      const before = await ids()
      const again = await repo('up', 'my-app', '-m', 'server-1')
      expect([again.status, again.stderr]).toEqual([0, expect.stringContaining('2 files, all there already')])
      expect(await ids()).toBe(before)
      expect((await repo('status', 'my-app', '-m', 'server-1')).stdout).toContain('https://app.example.com')
      expect((await repo('list', '-m', 'server-1')).stdout).toMatch(/my-app +2816 +folder +up +2/)
      expect((await repo('logs', 'my-app', '-m', 'server-1', 'webapp')).stdout).toContain('listening on 127.0.11.')
      const psql = ['docker', 'exec', 'my-app-postgres-1', 'psql', '-U', 'app', '-Atc', 'select 6 * 7', 'webapp']
      const asked = await repo('exec', 'my-app', '-m', 'server-1', '--', 'sh', '-c', 'docker ps -q | wc -l; exit 7')
      expect([asked.status, asked.stdout]).toEqual([7, '2\n'])
      expect((await repo('exec', 'my-app', '-m', 'server-1', '--', ...psql)).stdout).toBe('42\n')
      // Statuses that ssh and rdc have a use for, too.
      for (const status of [90, 255])
        expect((await repo('exec', 'my-app', '-m', 'server-1', '--', 'sh', '-c', `exit ${status}`)).status).toBe(status)
    },
    2 * MINUTE,
  )

  /** One visitor after the other while the work is done, and a second longer. */
  async function visitedWhile(work: () => Promise<unknown>): Promise<{ answered: number; lost: readonly string[] }> {
    const lost: string[] = []
    let answered = 0
    let isDone = false
    const load = (async () => {
      while (!isDone) {
        const told = await https().then(({ status }) => String(status), String)
        if (told === '200') answered += 1
        else lost.push(told)
        await sleep(50)
      }
    })()
    await work()
    await sleep(1000)
    isDone = true
    await load
    return { answered, lost }
  }

  test.each([
    ['nothing else', 31536000, 'true', ['502']],
    ['the route server being killed', 31536001, 'systemctl kill --signal=KILL rediacc-router', ['502']],
    // A connection that is taken in the moment in which the old Traefik stops to take any is reset.
    ['Traefik being restarted', 31536002, 'systemctl restart rediacc-traefik', ['502', '0']],
  ] as const)(
    'what was changed here is deployed, under load and with %s; who comes in between waits',
    async (what, seconds, command, allowed) => {
      const before = await visits()
      writeFileSync(join(folder, 'compose.yaml'), COMPOSE.replace('stsSeconds=15768000', `stsSeconds=${seconds}`))
      const { answered, lost } = await visitedWhile(async () => {
        const meanwhile = onMachine(`${UNTIL_RECREATED}; ${command}`)
        const up = await repo('up', 'my-app', '-m', 'server-1')
        expect([up.status, up.stderr]).toEqual([0, expect.stringContaining('1 file sent, of 2')])
        await meanwhile
      })
      process.stdout.write(`redeployed under load, with ${what}: ${answered} answered, not ${JSON.stringify(lost)}\n`)
      // At most the one that an old process had got already, and took along.
      expect([lost.filter((told) => !(allowed as readonly string[]).includes(told)), lost.length <= 1]).toEqual([
        [],
        true,
      ])
      expect(await visits()).toBeGreaterThan(before)
    },
    2 * MINUTE,
  )

  test(
    'a file that somebody changed on the machine is not overwritten unseen',
    async () => {
      await onMachine('echo "# mine" >> /var/lib/rediacc/repositories/my-app/my-app/Rediaccfile')
      writeFileSync(join(folder, 'Rediaccfile'), `${REDIACCFILE}# here\n`)
      const refused = await repo('up', 'my-app', '-m', 'server-1')
      expect([refused.status, refused.stderr]).toEqual([
        1,
        expect.stringContaining('Rediaccfile was changed there since it was sent'),
      ])
      const here = '/var/lib/rediacc/repositories/my-app/my-app'
      const asItIs = await repo('up', 'my-app', '-m', 'server-1', '--no-sync')
      expect([asItIs.status, asItIs.stdout]).toEqual([
        1,
        expect.stringContaining('Rediaccfile: changed on the machine since it was sent'),
      ])
      // As a container could that may write there.
      await onMachine(`mkdir ${here}/evil; echo 'prep() { touch /root/owned; }' > ${here}/evil/Rediaccfile`)
      const overwritten = await repo('up', 'my-app', '-m', 'server-1', '--overwrite', '--prep-only')
      expect([overwritten.status, overwritten.stdout]).toEqual([
        0,
        expect.stringContaining("evil/Rediaccfile isn't run: it wasn't sent"),
      ])
      expect(await onMachine(`ls /root/owned 2>&1; rm -r ${here}/evil`)).toContain('No such file')
      expect(await onMachine('tail -n 1 /var/lib/rediacc/repositories/my-app/my-app/Rediaccfile')).toBe('# here')
    },
    MINUTE,
  )

  test(
    'a Rediaccfile that fails or hangs is told, and ends with its caller',
    async () => {
      writeFileSync(join(folder, 'Rediaccfile'), `${REDIACCFILE}prep() { echo before; false; }\n`)
      const failed = await repo('up', 'my-app', '-m', 'server-1')
      expect([failed.status, failed.stdout]).toEqual([
        1,
        expect.stringMatching(/prep \| before\n[^]*prep failed with status 1 at .*Rediaccfile:\d+\./),
      ])
      writeFileSync(join(folder, 'Rediaccfile'), `${REDIACCFILE}prep() { sleep 4711; }\n`)
      const timed = await repo('up', 'my-app', '-m', 'server-1', '--timeout', '1s')
      expect([timed.status, timed.stdout]).toEqual([124, expect.stringContaining('ran longer than 1 s')])

      const controller = new AbortController()
      const hanging = bare.server
        .rdcWith({ cwd: folder, signal: controller.signal }, 'repo', 'up', 'my-app', '-m', 'server-1')
        .catch(() => undefined)
      await eventually(async () => expect(await onMachine('pgrep -f "sleep 4711"')).not.toBe(''), {
        deadline: MINUTE,
        every: 100,
      })
      const waiting = repo('up', 'my-app', '-m', 'server-1', '--no-sync', '--timeout', '2s')
      await sleep(1500)
      controller.abort()
      await hanging
      const waited = await waiting
      expect(waited.stdout).toMatch(/waiting for .*, who is busy with: up/)
      await eventually(async () => expect(await onMachine('pgrep -f "sleep 4711"')).toBe(''), {
        deadline: MINUTE,
        every: 100,
      })
      writeFileSync(join(folder, 'Rediaccfile'), REDIACCFILE)
      expect((await repo('up', 'my-app', '-m', 'server-1')).status).toBe(0)
    },
    2 * MINUTE,
  )

  test(
    'a full disk loses nothing, and is told',
    async () => {
      const files = '/var/lib/rediacc/repositories/my-app/my-app'
      const before = await onMachine(`cat ${files}/compose.yaml ${files}/Rediaccfile | sha256sum`)
      await onMachine('head -c 20G /dev/zero > /var/lib/rediacc/full')
      writeFileSync(join(folder, 'large'), randomBytes(5_000_000))
      const full = await repo('up', 'my-app', '-m', 'server-1')
      await onMachine('rm /var/lib/rediacc/full')
      expect([full.status, full.stderr]).toEqual([1, expect.stringMatching(/disk is full|ENOSPC|No space left/)])
      expect(full.stderr).not.toMatch(/^ +at /m)
      expect(
        await onMachine(
          `cat ${files}/compose.yaml ${files}/Rediaccfile | sha256sum; ls -A ${files}/.. | grep -v '^\\.docker$\\|^\\.sent.json$'`,
        ),
      ).toBe(`${before}\nmy-app`)
      rmSync(join(folder, 'large'))
      expect((await repo('up', 'my-app', '-m', 'server-1')).status).toBe(0)
      await visits()
    },
    2 * MINUTE,
  )

  test(
    'killed at any moment, on both sides, it goes on with the next call',
    async () => {
      for (const delay of [100, 300, 500, 700, 1000, 1500, 2500]) {
        const controller = new AbortController()
        const up = bare.server
          .rdcWith({ cwd: folder, signal: controller.signal }, 'repo', 'up', 'other', '-m', 'server-1')
          .catch(() => undefined)
        await sleep(delay)
        controller.abort()
        await onMachine('pkill -KILL -f renet.mjs; pkill -KILL -f docker-compose')
        await up
      }
      const up = await repo('up', 'other', '-m', 'server-1')
      expect([up.status, up.stdout, up.stderr]).toEqual([
        0,
        expect.stringContaining('other-webapp-1'),
        expect.anything(),
      ])
      const { stdout } = await repo('list', '-m', 'server-1', '--json')
      const all = JSON.parse(stdout) as readonly { readonly name: string; readonly networkId: number }[]
      expect(all.map(({ name }) => name)).toEqual(['my-app', 'other'])
      expect((await repo('down', 'other', '-m', 'server-1')).status).toBe(0)
      expect((await repo('remove', 'other', '-m', 'server-1', '--yes')).status).toBe(0)
    },
    3 * MINUTE,
  )

  test(
    'a daemon that hangs is told, and holds up nobody for long',
    async () => {
      const signal = (name: string): Promise<string> =>
        onMachine(`systemctl kill --kill-who=main --signal=${name} rediacc-docker@2816`)
      await signal('STOP')
      const [list, other] = await Promise.all([
        repo('list', '-m', 'server-1'),
        repo('exec', 'my-app', '-m', 'server-1', '--', 'true'),
      ])
      await signal('CONT')
      expect([list.status, list.stdout]).toEqual([0, expect.stringMatching(/my-app +2816 +folder +hangs/)])
      expect(other.status).toBe(0)
    },
    MINUTE,
  )

  test(
    'a killed daemon comes back, and its containers have run on',
    async () => {
      const ids = (): Promise<string> =>
        onMachine('docker -H unix:///run/rediacc/docker-2816.sock ps -q --no-trunc | sort')
      const before = await ids()
      await onMachine('systemctl kill --kill-who=main --signal=KILL rediacc-docker@2816')
      await eventually(async () => expect(await ids()).toBe(before), { deadline: MINUTE, every: 250 })
      await visits()
    },
    2 * MINUTE,
  )

  test(
    'a fork runs beside it, with its data and routes of its own; the host stays with the original',
    async () => {
      const before = await visits()
      const forked = await repo('fork', 'my-app', 'my-app-test', '-m', 'server-1')
      expect([forked.status, forked.stdout]).toEqual([
        0,
        expect.stringMatching(/my-app-test is a copy of my-app, with network \d+\. .* paused for/),
      ])
      const host = `webapp-${/network (\d+)/.exec(forked.stdout)?.[1] ?? ''}.example.com`
      const up = await repo('up', 'my-app-test', '-m', 'server-1', '--no-sync')
      expect([up.status, up.stdout]).toEqual([0, expect.stringContaining('my-app-test')])
      // While its containers were paused it had no server; Traefik asks again within 5 s.
      await eventually(async () => expect(await visits()).toBe(before + 1), { deadline: MINUTE, every: 250 })
      // Its rows are the original's of then.
      await eventually(async () => expect(await visits(host)).toBeGreaterThan(before), {
        deadline: MINUTE,
        every: 250,
      })
      expect(await visits(host)).toBeLessThan(before + 5)
    },
    3 * MINUTE,
  )

  test(
    'after a reboot everything is back',
    async () => {
      const before = await visits()
      await bare.server.reboot()
      await eventually(async () => expect(await visits()).toBeGreaterThan(before), { deadline: MINUTE, every: 250 })
    },
    2 * MINUTE,
  )

  test(
    'down: nothing is left but its files',
    async () => {
      const down = await repo('down', 'my-app', '-m', 'server-1')
      expect([down.status, down.stdout]).toEqual([0, expect.stringContaining('my-app is down.')])
      expect(
        await onMachine(
          'ls /run/rediacc | grep 2816; systemctl list-units --plain --no-legend "rediacc-docker@2816*"; mount | grep 2816; pgrep -fa 2816',
        ),
      ).toBe('')
      expect(await onMachine('ls /var/lib/rediacc/repositories/my-app/my-app')).toContain('compose.yaml')
      expect((await repo('status', 'my-app', '-m', 'server-1')).status).toBe(1)
      expect((await repo('remove', 'my-app-test', '-m', 'server-1', '--yes')).stderr).toContain(
        'is up, and was not removed',
      )
      expect((await repo('down', 'my-app-test', '-m', 'server-1')).status).toBe(0)
      expect((await repo('remove', 'my-app-test', '-m', 'server-1', '--yes')).status).toBe(0)
      expect(
        (await repo('up', 'nobody', '-m', 'server-1', '--no-sync')).stderr +
          (await repo('up', 'nobody', '-m', 'server-1', '--no-sync')).stdout,
      ).toContain('There is no repository "nobody" on this machine. There are: my-app.')
      const before = readFileSync(join(folder, 'compose.yaml'), 'utf8')
      expect((await repo('up', 'my-app', '-m', 'server-1')).status).toBe(0)
      expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toBe(before)
      await eventually(() => visits(), { deadline: MINUTE, every: 250 })
    },
    3 * MINUTE,
  )
})
