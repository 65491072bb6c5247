import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { addressOf, describeServer, eventually, freshNetworkId, GREETING, injectedLabels } from '@route-server/testbed'
import { traefikPath, type RunningProcess } from '@route-server/testbed/parts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startBareServer, type BareServer } from './bare-server.ts'

const BOOT = 120_000
const MINUTE = 60_000

describeServer('servers that a push refuses', () => {
  async function refusal(
    options: Parameters<typeof startBareServer>[0],
    prepare: (bare: BareServer) => Promise<unknown>,
  ): Promise<readonly [number, string]> {
    const bare = await startBareServer(options)
    try {
      await bare.describe()
      await prepare(bare)
      const { status, stderr } = await bare.push()
      expect(stderr).not.toMatch(/^\s+at /m)
      expect(stderr).not.toContain(bare.cloudflare.token)
      expect((await bare.server.exec('ls -A /opt /etc/rediacc 2>/dev/null | grep -c rediacc')).stdout.trim()).toBe('0')
      return [status, stderr]
    } finally {
      await bare.close()
    }
  }
  const nothing = (): Promise<void> => Promise.resolve()
  const call =
    (...args: readonly string[]) =>
    (bare: BareServer) =>
      bare.server.rdc('context', ...args)

  test.each<readonly [string, Parameters<typeof startBareServer>[0], (bare: BareServer) => Promise<unknown>, string]>([
    ['sudo wants a password', { sudo: 'password' }, nothing, 'sudo on 203.0.113.50 wants a password. Allow it without'],
    ['the user may not use sudo', { sudo: 'none' }, nothing, 'sudo'],
    ['room is missing', { optMebibytes: 100 }, nothing, 'There is too little room at /opt/rediacc on server-1'],
    [
      'the public address is elsewhere',
      {},
      call('set-infra', 'server-1', '--public-ipv4', '198.51.100.7'),
      '198.51.100.7 is on no interface of server-1, and not translated to it either: its address is 203.0.113.50.',
    ],
    [
      'a port is busy',
      {},
      (bare) => bare.server.exec('systemd-run -q nc -lk 203.0.113.50 443; sleep 0.3'),
      'Port 443 (tcp), which the entry point websecure needs, is taken by nc (pid ',
    ],
    [
      'the clock is wrong',
      {},
      // The clock itself is this machine's, and every server's.
      (bare) =>
        bare.server.exec(`mv /usr/bin/date /usr/bin/date.right; cat >/usr/bin/date; chmod 755 /usr/bin/date`, {
          input: '#!/bin/sh\nexec /usr/bin/date.right -d "1 hour" "$@"\n',
        }),
      'The clock of server-1 is 60 minutes ahead: no certificate would be right.',
    ],
  ])(
    '%s',
    async (_, options, prepare, sentence) => {
      const [status, stderr] = await refusal(options, prepare)
      expect([status, stderr]).toEqual([1, expect.stringContaining(sentence)])
    },
    BOOT,
  )
})

describeServer('a push that something happens to', () => {
  let bare: BareServer
  const id = freshNetworkId()
  beforeAll(async () => {
    bare = await startBareServer({ greeting: true, sudo: 'lecture' })
    await bare.describe()
    const daemon = await bare.server.startDockerd({ networkId: id })
    await daemon.run({
      name: 'web',
      labels: {
        ...injectedLabels(id, 'web', 0),
        'rediacc.service_port': '8080',
      },
      command: [`http=${addressOf(id, 0)}:8080`],
    })
    const { status, stderr } = await bare.push()
    if (status !== 0) throw new Error(stderr)
    await eventually(() => serves(), { deadline: MINUTE, every: 250 })
  }, 2 * BOOT)
  afterAll(() => bare.close(), BOOT)

  async function serves(): Promise<void> {
    const host = `web-${id}.example.com`
    const answer = await bare.server.client.fetch(`https://${host}/`, { address: bare.server.address, insecure: true })
    expect({ status: answer.status, error: answer.error }).toEqual({ status: 200, error: undefined })
  }
  const inForce = async (): Promise<string> => (await bare.server.exec('readlink /opt/rediacc/current')).stdout.trim()
  const failed = async (): Promise<string> => (await bare.server.exec('systemctl --failed --no-legend')).stdout
  let port = 2000
  /** Something to push. */
  const change = async (): Promise<number> => {
    port += 1
    const { status, stderr } = await bare.server.rdc(
      'context',
      'set-infra',
      'server-1',
      '--set-tcp-ports',
      String(port),
    )
    expect([status, stderr]).toEqual([0, expect.any(String)])
    return port
  }
  const isOpen = async (number: number): Promise<boolean> => {
    try {
      ;(await bare.server.client.connect({ host: bare.server.address, port: number })).destroy()
      return true
    } catch {
      return false
    }
  }
  const startPush = (name: string): RunningProcess =>
    bare.server.client.start({
      command: process.execPath,
      args: [
        join(import.meta.dirname, '../../../../dist/rdc.mjs'),
        'context',
        'push-infra',
        'server-1',
        '--yes',
        '--traefik',
        traefikPath(),
        '--node',
        process.execPath,
      ],
      env: { REDIACC_CONFIG_DIR: bare.server.rdcFolder },
      log: join(bare.server.directory, `${name}.log`),
    })

  test('a greeting and a lecture are no hindrance', async () => {
    expect((await bare.server.client.run(['ssh', `deploy@${bare.server.address}`, 'true'])).stdout).toContain(GREETING)
    await serves()
  })

  test(
    'an unknown host key is not accepted by itself',
    async () => {
      const config = join(bare.server.directory, 'strict')
      await writeFile(config, `Host *\n  UserKnownHostsFile ${config}.known\n`)
      const { status, stderr } = await bare.server.rdcWith(
        { env: { REDIACC_SSH_CONFIG: config } },
        'context',
        'push-infra',
        'server-1',
        '--yes',
      )
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining("The host key of 203.0.113.50 isn't known, and there is no terminal to ask on. Run "),
      ])
    },
    MINUTE,
  )

  test(
    'a version that does not start is taken back, with its last words, and the one before serves',
    async () => {
      const before = await inForce()
      const number = await change()
      await bare.server.exec(
        `mkdir -p /etc/systemd/system/rediacc-traefik.service.d
       printf '[Service]\\nExecStartPre=/bin/sh -c "! grep -q tcp-${number} /opt/rediacc/current/traefik/traefik.yml || { echo this version is broken; exit 1; }"\\n' >/etc/systemd/system/rediacc-traefik.service.d/broken.conf`,
      )
      const { status, stderr } = await bare.push()
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining('server-1 is as it was before, for the new version failed.'),
      ])
      expect(stderr).toContain("rediacc-traefik.service doesn't start.")
      expect(stderr).toContain('this version is broken')
      expect(await inForce()).toBe(before)
      await eventually(serves, { deadline: 5_000 })
      expect(await failed()).toBe('')
      await bare.server.exec('rm /etc/systemd/system/rediacc-traefik.service.d/broken.conf; systemctl daemon-reload')
      expect((await bare.push()).status).toBe(0)
      expect(await isOpen(number)).toBe(true)
    },
    2 * MINUTE,
  )

  describe('killed', () => {
    const STEPS = [
      'Looking at',
      'Sending to',
      'On server-1: users and files',
      'On server-1: the version in force',
      'On server-1: rediacc-router',
      'On server-1: rediacc-traefik',
      'On server-1: checks',
      'On server-1: old versions',
    ]

    /** What goes on there by itself ends, what is in force is whole, and the next push finishes. */
    async function finishes(number: number): Promise<void> {
      await eventually(async () =>
        expect((await bare.server.exec('systemctl is-active rediacc-push')).stdout).toContain('inactive'),
      )
      // The push before restarted Traefik: a connection that the old process took in its last moment is reset, and who comes again is served.
      await eventually(() => serves(), { deadline: 5_000, every: 250 })
      const { status, stderr } = await bare.push()
      expect([status, stderr]).toEqual([0, expect.any(String)])
      expect(await isOpen(number)).toBe(true)
      // The old process accepts for two seconds more.
      await eventually(async () => expect(await isOpen(number - 1)).toBe(false))
      await serves()
    }

    test.each(STEPS)(
      'here, at "%s": what is in force is whole, and the next push finishes',
      async (step) => {
        const number = await change()
        const push = startPush(`killed-here-${number}`)
        await eventually(() => expect(push.output()).toContain(step), { every: 5 })
        push.signal('SIGKILL')
        await push.ended
        await finishes(number)
      },
      2 * MINUTE,
    )

    test.each(STEPS)(
      'in between, at "%s": the connection is gone, and that is said',
      async (step) => {
        const number = await change()
        const push = startPush(`killed-between-${number}`)
        await eventually(() => expect(push.output()).toContain(step), { every: 5 })
        // The last step may be over by now.
        await bare.server.exec('ss -K state established sport = :22')
        await push.ended
        expect(push.output()).toMatch(/The connection to deploy@203\.0\.113\.50 was lost|is in force on server-1/)
        expect(push.output()).not.toMatch(/^\s+at /m)
        await finishes(number)
      },
      2 * MINUTE,
    )

    test(
      'in between, without a word: the cable is pulled while Traefik is restarted',
      async () => {
        const number = await change()
        const push = startPush(`unplugged-${number}`)
        await eventually(() => expect(push.output()).toContain('On server-1: rediacc-router'), { every: 5 })
        await bare.server.unplug()
        try {
          await push.ended
        } finally {
          await bare.server.plugIn()
        }
        expect(push.output()).toContain('The connection to deploy@203.0.113.50 was lost')
        await finishes(number)
      },
      2 * MINUTE,
    )

    test.each(STEPS.slice(2))(
      'there, at "%s"',
      async (step) => {
        const number = await change()
        const push = startPush(`killed-there-${number}`)
        await eventually(() => expect(push.output()).toContain(step), { every: 5 })
        await bare.server.exec('systemctl kill -s KILL rediacc-push')
        await push.ended
        await eventually(serves)
        const { status, stderr } = await bare.push()
        expect([status, stderr]).toEqual([0, expect.any(String)])
        expect(await isOpen(number)).toBe(true)
        expect(await failed()).toBe('')
      },
      2 * MINUTE,
    )
  })

  test(
    'two at once: both end, and one of them is what is in force',
    async () => {
      const number = await change()
      const one = startPush('one')
      const two = startPush('two')
      await Promise.all([one.ended, two.ended])
      const said = [one.output(), two.output()].join('\n')
      expect(said).toMatch(/Version [0-9a-f]{16} is in force/)
      expect(said).not.toMatch(/as it was before/)
      expect(await isOpen(number)).toBe(true)
      await serves()
      expect((await bare.push()).stdout).toContain('there is nothing to do')
    },
    2 * MINUTE,
  )

  test(
    "a Traefik of the machine's own is taken, and not sent",
    async () => {
      await bare.server.exec(
        'install -D -m 755 "$(readlink -f /opt/rediacc/current/bin/traefik)" /usr/local/bin/traefik; echo >>/usr/local/bin/traefik',
      )
      const own = ['context', 'push-infra', 'server-1', '--yes', '--node', process.execPath]
      const { status, stdout } = await bare.server.rdc(...own)
      expect([status, stdout]).toEqual([0, expect.stringContaining('bin/traefik: 3.7.15 → 3.7.15')])
      expect(stdout).not.toContain('MB of programs are sent')
      await eventually(serves)
      await bare.server.exec('rm /usr/local/bin/traefik')
      expect((await bare.push()).status).toBe(0)
    },
    MINUTE,
  )

  test(
    'a firewall that drops a port is named, and opened only when asked to be',
    async () => {
      const rules =
        'table inet filter { chain input { type filter hook input priority 0; policy drop; ct state established,related accept; iif lo accept; tcp dport { 22, 80, 443 } accept; }; }'
      await bare.server.exec(`nft '${rules}'`)
      const number = await change()
      const { status, stderr } = await bare.push()
      expect([status, stderr]).toEqual([0, expect.stringContaining('nftables on server-1 drops')])
      expect(stderr).toContain('nft insert rule inet filter input tcp dport')
      const reach = ['curl', '-sS', '-m', '0.5', `telnet://${bare.server.address}:${number}`]
      // curl has two ways to say so.
      expect((await bare.server.client.run(reach)).stderr).toMatch(/timed out|timeout/)
      const opened = await bare.push('--open-firewall')
      expect([opened.status, opened.stdout]).toEqual([
        0,
        expect.stringContaining('nftables is changed: nft insert rule'),
      ])
      expect(await isOpen(number)).toBe(true)
      expect((await bare.push('--open-firewall')).stdout).toContain('there is nothing to do')
      await bare.server.exec('nft delete table inet filter')
    },
    MINUTE,
  )

  test(
    'a bad token opens nothing and closes nothing, and status names it',
    async () => {
      expect(
        (
          await bare.server.rdcWith(
            { input: 'wrong-token-0123456789' },
            'context',
            'set-infra',
            'server-1',
            '--cf-dns-token',
            '-',
          )
        ).status,
      ).toBe(0)
      await bare.server.exec('systemctl stop rediacc-traefik.service; rm -f /var/lib/rediacc/traefik/acme.json')
      expect((await bare.push()).status).toBe(0)
      await eventually(serves)
      await eventually(
        async () => {
          const { stdout } = await bare.server.rdc('context', 'status', 'server-1')
          expect(stdout).toContain("Cloudflare doesn't know the token")
        },
        { deadline: MINUTE, every: 500 },
      )
    },
    2 * MINUTE,
  )
})
