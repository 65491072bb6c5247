import { describe, expect, test } from '@jest/globals'
import { addMachine } from './add-machine.ts'
import { entryPointsOf } from './entry-points.ts'
import type { MachineError } from './machine-error.ts'
import { EMPTY_INFRA, type Infra, type Machine } from './machine.ts'
import { setInfra, type InfraFlags } from './set-infra.ts'

const MACHINE: Machine = { name: 'server-1', ssh: { host: '203.0.113.50' }, infra: EMPTY_INFRA }
const withInfra = (infra: Partial<Infra>): Machine => ({ ...MACHINE, infra: { ...EMPTY_INFRA, ...infra } })

function problemsOf(machine: Machine, flags: InfraFlags): readonly string[] {
  try {
    setInfra(machine, flags)
    return []
  } catch (error) {
    return (error as MachineError).problems
  }
}

test("the documentation's three calls come together, whatever their order", () => {
  const calls: readonly InfraFlags[] = [
    { publicIpv4: '203.0.113.50', publicIpv6: '2001:db8::1', baseDomain: 'example.com' },
    { certEmail: 'admin@example.com' },
    { tcpPorts: '25,143,465,587,993', udpPorts: '53' },
  ]
  const together = (order: readonly InfraFlags[]): Infra =>
    order.reduce((machine, flags) => ({ ...machine, infra: setInfra(machine, flags).infra }), MACHINE).infra
  const expected: Infra = {
    ...EMPTY_INFRA,
    publicIpv4: '203.0.113.50',
    publicIpv6: '2001:db8::1',
    baseDomain: 'example.com',
    certEmail: 'admin@example.com',
    tcpPorts: [25, 143, 465, 587, 993],
    udpPorts: [53],
  }
  expect(together(calls)).toEqual(expected)
  expect(together(calls.toReversed())).toEqual(expected)
  expect(together([...calls, ...calls])).toEqual(expected)
})

describe('ports', () => {
  const after = (machine: Machine, flags: InfraFlags): Infra => setInfra(machine, flags).infra
  const open = (infra: Infra, port: number): boolean => entryPointsOf(infra).some(({ name }) => name === `tcp-${port}`)

  test('are added, removed, replaced', () => {
    const machine = withInfra({ tcpPorts: [25, 993] })
    expect(after(machine, { tcpPorts: '143' }).tcpPorts).toEqual([25, 143, 993])
    expect(after(machine, { removeTcpPorts: '25' }).tcpPorts).toEqual([993])
    expect(after(machine, { tcpPorts: '143', removeTcpPorts: '25' }).tcpPorts).toEqual([143, 993])
    expect(after(machine, { setTcpPorts: '143' }).tcpPorts).toEqual([143])
    expect(after(machine, { setTcpPorts: '' }).tcpPorts).toEqual([])
    expect(after(withInfra({ udpPorts: [123] }), { udpPorts: '5000-5002', removeUdpPorts: '53' })).toMatchObject({
      udpPorts: [123, 5000, 5001, 5002],
      withoutUdpPorts: [53],
    })
  })

  test('that are preconfigured go, and come back', () => {
    const without = after(MACHINE, { removeTcpPorts: '6379,10000-10010' })
    expect([without.withoutTcpPorts.length, open(without, 6379), open(without, 5432)]).toEqual([12, false, true])
    const again = after(withInfra(without), { tcpPorts: '6379' })
    expect([open(again, 6379), again.withoutTcpPorts.includes(6379)]).toEqual([true, false])
    const none = after(MACHINE, { defaultPorts: false, tcpPorts: '5432' })
    expect([open(none, 5432), open(none, 3306)]).toEqual([true, false])
    expect(open(after(withInfra(none), { defaultPorts: true }), 3306)).toBe(true)
  })

  test('that nobody registered are named', () => {
    expect(setInfra(MACHINE, { removeTcpPorts: '99' }).notes).toEqual(["TCP port 99 wasn't registered."])
    expect(setInfra(MACHINE, { removeTcpPorts: '6379' }).notes).toEqual([])
  })

  test.each([22, 80, 443, 7111, 8082, 2222])('never are %i', (port) => {
    const machine = { ...MACHINE, ssh: { ...MACHINE.ssh, port: 2222 } }
    for (const key of ['tcpPorts', 'setTcpPorts', 'udpPorts'] as const)
      expect(problemsOf(machine, { [key]: String(port) })).toEqual([
        expect.stringContaining(`${port} can't be an entry point`),
      ])
  })

  test('refuse contradictions and crowds', () => {
    expect(problemsOf(MACHINE, { tcpPorts: '25,26', removeTcpPorts: '25' })).toEqual([
      '--remove-tcp-ports: 25 is in --tcp-ports, too',
    ])
    expect(problemsOf(MACHINE, { tcpPorts: '25', setTcpPorts: '26' })).toEqual([
      '--set-tcp-ports: it replaces the list; leave --tcp-ports out',
    ])
    expect(problemsOf(MACHINE, { tcpPorts: '20000-30000' })).toEqual([
      '--tcp-ports: 10001 ports are too many; 1000 are the most',
    ])
  })
})

test('everything that is wrong is said at once, with its flag and what was given', () => {
  expect(
    problemsOf(MACHINE, {
      publicIpv4: '127.0.0.1',
      publicIpv6: '203.0.113.50',
      baseDomain: 'com',
      certEmail: 'admin',
      acmeServer: 'http://ca.example.com/',
      tcpPorts: '25,25',
      udpPorts: '70000',
      removeUdpPorts: 'x',
    }),
  ).toEqual([
    `--public-ipv4: a loopback address can't be reached from outside; got "127.0.0.1"`,
    `--public-ipv6: expected an IPv6 address such as 2001:db8::1, not one of IPv4, got "203.0.113.50"`,
    `--base-domain: expected a domain such as example.com; no certificate authority gives a wildcard for a public suffix, got "com"`,
    `--cert-email: expected an e-mail address such as admin@example.com, got "admin"`,
    expect.stringMatching(/^--acme-server: expected the https:\/\/ URL/),
    `--tcp-ports: 25 is here twice; got "25,25"`,
    expect.stringMatching(/^--udp-ports: expected ports from 1 to 65535/),
    expect.stringMatching(/^--remove-udp-ports: expected ports/),
  ])
})

test('what is taken away is gone', () => {
  const machine = withInfra({ publicIpv6: '2001:db8::1', acmeServer: 'https://ca.example.com/', acmeRoot: '/root.pem' })
  const { infra } = setInfra(machine, { publicIpv6: false, acmeServer: 'letsencrypt', acmeRoot: false })
  expect(infra).toEqual(EMPTY_INFRA)
  expect(entryPointsOf(infra).some(({ family }) => family === 'ipv6')).toBe(false)
})

test('a private address, another ACME server and another e-mail address are remarked on', () => {
  expect(setInfra(withInfra({ certEmail: 'a@example.com' }), { certEmail: 'b@example.com' }).notes).toEqual([
    'Certificates that the machine has stay as they are.',
  ])
  expect(setInfra(MACHINE, { publicIpv4: '10.0.0.5' }).notes).toEqual([
    '10.0.0.5 is a private address: only its own network reaches it.',
  ])
  expect(setInfra(withInfra({ baseDomain: 'example.com' }), { acmeServer: 'letsencrypt-staging' }).notes).toEqual([
    expect.stringContaining('stay until they are renewed'),
  ])
})

describe('a machine', () => {
  test('is added, and what is named again changes', () => {
    const added = addMachine('server-1', undefined, { host: '203.0.113.50', user: 'deploy', port: '2222' })
    expect(added).toEqual({
      name: 'server-1',
      ssh: { host: '203.0.113.50', user: 'deploy', port: 2222 },
      infra: EMPTY_INFRA,
    })
    expect(addMachine('server-1', added, { jump: 'bastion', port: false }).ssh).toEqual({
      host: '203.0.113.50',
      user: 'deploy',
      jump: 'bastion',
    })
  })

  test('is refused with everything that is wrong, options of ssh among it', () => {
    expect(() =>
      addMachine('Server 1', undefined, {
        host: '-oProxyCommand=x',
        user: '-l',
        port: '99999',
        jump: '-J',
        identity: 'relative',
      }),
    ).toThrow(/Server 1.*\n--ip: .*\n--user: .*\n--port: expected a port.*\n--identity: .*\n--jump: /)
    expect(() => addMachine('server-1', undefined, {})).toThrow("--ip: expected the machine's address")
  })

  test("can't have its SSH port where it has an entry point", () => {
    const before = withInfra({ tcpPorts: [993] })
    expect(() => addMachine('server-1', before, { port: '993' })).toThrow(
      '--port: 993 is an entry point of the machine',
    )
  })
})
