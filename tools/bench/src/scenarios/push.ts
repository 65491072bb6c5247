import { join } from 'node:path'
import { missingForServer, startServer, traefikPath, type TestServer } from '@route-server/testbed/parts'
import type { Scenario } from '../scenario.ts'
import { figure, type Table } from '../table.ts'

/** Beside the bench itself: both are bundles. */
const RDC = join(import.meta.dirname, 'rdc.mjs')

const COLUMNS = ['push-infra', 's', 'CPU s of rdc and ssh', 'MB sent']

/** Bytes that the operator's computer has sent, but for those to itself. */
async function sent(server: TestServer): Promise<number> {
  const { stdout } = await server.client.run(['cat', '/proc/net/dev'])
  return stdout
    .split('\n')
    .filter((line) => line.includes(':') && !line.trim().startsWith('lo:'))
    .reduce((sum, line) => sum + Number(line.split(':')[1]?.trim().split(/\s+/)[8] ?? 0), 0)
}

/** `0m1.250s` */
const seconds = (text: string): number => {
  const [, minutes = '0', rest = '0'] = /(\d+)m([\d.]+)s/.exec(text) ?? []
  return Number(minutes) * 60 + Number(rest)
}

async function measure(server: TestServer, what: string): Promise<readonly string[]> {
  const before = await sent(server)
  const start = performance.now()
  // bash's own last word is what its children burnt.
  const command = [
    process.execPath,
    RDC,
    'context',
    'push-infra',
    'server-1',
    '--yes',
    '--traefik',
    traefikPath(),
    '--node',
    process.execPath,
  ]
  const { status, stdout, stderr } = await server.client.run(
    ['bash', '-c', '"$@" >/dev/null; status=$?; times; exit $status', 'bash', ...command],
    {
      env: { REDIACC_CONFIG_DIR: server.rdcFolder },
    },
  )
  const took = (performance.now() - start) / 1000
  if (status !== 0) throw new Error(`rdc failed: ${stderr}`)
  const cpu = (stdout.trim().split('\n').at(-1) ?? '').split(' ').reduce((sum, part) => sum + seconds(part), 0)
  return [what, figure(took), figure(cpu), figure(((await sent(server)) - before) / 1e6)]
}

export const push: Scenario = {
  name: 'push',
  about: 'rdc context push-infra on a throw-away server with systemd, over a real sshd',
  aims: ['the first one <= 20 s', 'one that changes nothing <= 3 s'],
  async run(): Promise<Table> {
    const missing = missingForServer()
    if (missing.length > 0) return { columns: COLUMNS, rows: [], notes: [`Not measured. ${missing.join(' ')}`] }
    const server = await startServer()
    try {
      const infra = [
        '--public-ipv4',
        server.address,
        '--public-ipv6',
        server.addressV6,
        '--base-domain',
        'example.com',
        '--cert-email',
        'admin@example.com',
        '--cf-dns-token',
        'some-token',
      ]
      await server.rdc('context', 'add-machine', 'server-1', '--ip', server.address, '--user', 'deploy')
      await server.rdc('context', 'set-infra', 'server-1', ...infra)
      const rows = [await measure(server, 'the first'), await measure(server, 'nothing changes')]
      await server.rdc('context', 'set-infra', 'server-1', '--tcp-ports', '25')
      return { columns: COLUMNS, rows: [...rows, await measure(server, 'another port')] }
    } finally {
      await server.close()
    }
  },
}
