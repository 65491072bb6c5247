import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { tcpExchange } from '../clients.ts'
import { makeTestDirectory } from '../directory.ts'
import { eventually } from '../eventually.ts'
import { addressOf, freshNetworkId } from '../network.ts'
import { freshCgroups } from './cgroup.ts'
import { describeServer } from '../real.ts'
import { startServer, type ServerOptions, type TestServer } from './server.ts'
import { GREETING, SUDO_PASSWORD } from './tree.ts'

const BOOT = 90_000

const UNIT = `[Service]
ExecStart=/usr/bin/sleep infinity
[Install]
WantedBy=multi-user.target
`

async function ssh(server: TestServer, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await server.client.run(['ssh', '-F', server.ssh.config, ...args])
  return stdout + stderr
}

describeServer('a throw-away server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  }, BOOT)
  afterAll(() => server.close(), BOOT)

  test('has systemd as its first process, nothing that failed, and nothing of this machine but its system', async () => {
    expect((await server.exec('cat /proc/1/comm; systemctl --failed --no-legend')).stdout).toBe('systemd\n')
    expect((await server.exec('command -v node; ls -A /opt /root')).stdout).toBe('/opt:\n\n/root:\n.ssh\n')
  })

  test('lets people in by ssh: root, and deploy with sudo', async () => {
    expect(await ssh(server, 'root@server-1', 'id -un')).toBe('root\n')
    expect(await ssh(server, 'server-1', 'id -un; sudo -n id -un; hostname')).toBe('deploy\nroot\nserver-1\n')
    const plain = await server.client.run(['ssh', 'deploy@203.0.113.50', 'cat'], { input: 'by its own ~/.ssh' })
    expect(plain).toEqual({ status: 0, stdout: 'by its own ~/.ssh', stderr: '' })
  })

  test('runs units, and is the same after a reboot, a power cut, and an orderly end', async () => {
    const active = async (): Promise<string> => (await server.exec('systemctl is-active sleep.service')).stdout
    await server.exec('cat > /etc/systemd/system/sleep.service; systemctl enable --now sleep.service', { input: UNIT })
    expect(await active()).toBe('active\n')
    await server.reboot()
    expect(await active()).toBe('active\n')
    expect((await server.exec('journalctl -q --list-boots | wc -l')).stdout).toBe('2\n')
    await server.cutPower()
    expect(server.running()).toBe(false)
    await expect(server.exec('true')).rejects.toThrow('The server is off.')
    await server.powerOn()
    expect(await active()).toBe('active\n')
    await server.powerOff()
    await server.powerOn()
    expect(await ssh(server, 'root@server-1', 'systemctl is-active sleep.service')).toBe('active\n')
  }, 120_000)

  test(
    'is reached by IPv4 and IPv6, by TCP and UDP, and reaches the internet',
    async () => {
      const id = freshNetworkId()
      const daemon = await server.startDockerd({ networkId: id })
      const command = ['http=203.0.113.50:8080', 'tcp=203.0.113.50:7000', 'udp=203.0.113.50:5353']
      await daemon.run({ name: 'api', command: [...command, `http=${addressOf(id, 0)}:80`] })
      expect(
        (await server.exec(`curl -s --unix-socket /var/run/rediacc/docker-${id}.sock http://d/_ping`)).stdout,
      ).toBe('OK')
      await eventually(async () =>
        expect((await server.exec(`curl -s http://${addressOf(id, 0)}/`)).stdout).toContain('"name"'),
      )

      const { client, address, addressV6 } = server
      const through = client.connect
      await eventually(async () =>
        expect(await client.fetch(`http://${address}:8080/x`)).toMatchObject({ status: 200 }),
      )
      expect(await client.fetch(`http://${address}:8081/`)).toMatchObject({
        status: 0,
        error: expect.stringContaining('connect'),
      })
      const told = await tcpExchange({ entryPoint: { host: address, port: 7000 }, send: 'ping', through })
      expect(told.text).toContain('ping')
      expect(await client.udpExchange({ entryPoint: { host: address, port: 5353 }, payload: 'ping' })).toContain('ping')
      const banner = await tcpExchange({ entryPoint: { host: addressV6, port: 22 }, through })
      expect(banner.text).toMatch(/^SSH-2.0/)
      await expect(client.connect({ host: address, port: 1 })).rejects.toThrow('ECONNREFUSED')
      expect((await server.exec('curl -sS http://198.51.100.53/')).stderr).toContain("Couldn't connect")
    },
    BOOT,
  )

  test('can be unplugged: nothing arrives, and open connections live on when it is plugged in again', async () => {
    const { client, address } = server
    const socket = await client.connect({ host: address, port: 22 })
    const [banner] = (await once(socket, 'data')) as [Buffer]
    expect(banner.toString()).toContain('SSH-2.0')
    await server.unplug()
    const reach = ['curl', '-sS', '-m', '0.3', `telnet://${address}:22`]
    expect((await client.run(reach)).stderr).toContain('timed out')
    await server.plugIn()
    socket.write('SSH-2.0-test\r\n')
    await once(socket, 'data')
    socket.destroy()
  }, 30_000)

  test('has a firewall of its own', async () => {
    await server.exec(
      `nft 'add table inet t; add chain inet t in { type filter hook input priority 0; }; add rule inet t in tcp dport 22 reject'`,
    )
    await expect(server.client.connect({ host: server.address, port: 22 })).rejects.toThrow('ECONNREFUSED')
    await server.exec('nft delete table inet t')
    ;(await server.client.connect({ host: server.address, port: 22 })).destroy()
  })

  test('lets the client run rdc, with a folder of its own', async () => {
    const { status, stdout, stderr } = await server.rdc('context', 'machines')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).not.toContain('server-1')
  })
})

describeServer('servers that are short of something', () => {
  const having = async <T>(options: ServerOptions, look: (server: TestServer) => Promise<T>): Promise<T> => {
    const server = await startServer(options)
    try {
      return await look(server)
    } finally {
      await server.close()
    }
  }

  test(
    'behind NAT, with another SSH port, a greeting, and little room in /opt',
    async () => {
      await having({ nat: true, sshPort: 2222, greeting: true, optMebibytes: 20 }, async (server) => {
        expect((await server.exec('ip -br -4 addr show eth0')).stdout).toContain('10.0.0.5/24')
        expect(await ssh(server, 'server-1', 'id -un')).toBe(`${GREETING}\n\ndeploy\n`)
        expect((await server.exec('df -m --output=size /opt | tail -1')).stdout.trim()).toBe('20')
        const own = await server.exec('timeout 5 bash -c "head -c 4 < /dev/tcp/203.0.113.50/2222"')
        expect(own.stdout).toBe('SSH-')
      })
    },
    BOOT,
  )

  test(
    'two at once, under the same addresses',
    async () => {
      const servers = await Promise.all([startServer(), startServer({ sshPort: 2222 })])
      try {
        const said = servers.map(async (server) => [
          await ssh(server, 'server-1', 'id -un'),
          (await server.exec('ss -Hltn sport = :22')).stdout,
        ])
        expect(await Promise.all(said)).toEqual([
          ['deploy\n', expect.stringContaining(':22')],
          ['deploy\n', ''],
        ])
      } finally {
        await Promise.all(servers.map((server) => server.close()))
      }
    },
    BOOT,
  )

  test.each([
    ['none', 'sudo: a password is required\n'],
    ['password', 'sudo: a password is required\n'],
    ['lecture', 'sudo: unable to resolve host server-1: Temporary failure in name resolution\nroot\n'],
  ] as const)(
    'sudo: %s',
    async (sudo, said) => {
      await having({ sudo }, async (server) => {
        const { stdout, stderr } = await server.client.run(['ssh', 'server-1', 'sudo -n id -un'])
        expect(stderr + stdout).toBe(said)
        if (sudo === 'none') return
        const asked = await server.client.run(['ssh', 'server-1', 'sudo -S id -un'], { input: `${SUDO_PASSWORD}\n` })
        expect(asked.stdout).toBe('root\n')
      })
    },
    BOOT,
  )

  test(
    'leave nothing when the process that booted them is killed',
    async () => {
      const directory = makeTestDirectory()
      const program = join(directory.path, 'booting.mjs')
      await build({
        stdin: {
          contents: `import { startServer } from './server.ts'; console.log((await startServer()).directory)`,
          resolveDir: import.meta.dirname,
        },
        outfile: program,
        bundle: true,
        platform: 'node',
        format: 'esm',
        define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
      })
      const booting = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [said] = (await once(booting.stdout, 'data')) as [Buffer]
      const left = said.toString().trim()
      expect(processesNaming(left).length).toBeGreaterThan(0)
      booting.kill('SIGKILL')
      await eventually(() => expect(processesNaming(left)).toEqual([]))
      expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(left)
      await rm(left, { recursive: true })
      await eventually(() => {
        freshCgroups()
        expect(existsSync(`/sys/fs/cgroup/systemd/rs-server-${booting.pid}-1`)).toBe(false)
      })
      await directory.remove()
    },
    BOOT,
  )
})

/** The IDs of the processes with this in their command line or their working directory. */
function processesNaming(word: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word) ||
          readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(word)
        )
      } catch {
        return false
      }
    })
}
