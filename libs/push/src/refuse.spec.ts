import { describe, expect, test } from '@jest/globals'
import { EMPTY_INFRA, type Infra, type Machine } from '@route-server/machine'
import { bindOf, spaceMissing, takenPorts, unfit } from './refuse.ts'
import { readSurvey, type Survey } from './survey.ts'

const machineWith = (infra: Partial<Infra> = {}): Machine => ({
  name: 'server-1',
  ssh: { host: '203.0.113.50' },
  infra: { ...EMPTY_INFRA, publicIpv4: '203.0.113.50', ...infra },
})

/** What a machine that is fit says, some sections replaced. */
const surveyWith = (sections: Readonly<Record<string, string>> = {}): Survey =>
  readSurvey(
    Object.entries({
      kernel: 'Linux x86_64',
      id: '0',
      host: 'server-1',
      systemd: 'systemd 252 (252.36)',
      tools: '',
      clock: '1000000000',
      addresses:
        '2: eth0    inet 203.0.113.50/24 brd 203.0.113.255 scope global eth0\n2: eth0    inet6 2001:db8::1/64 scope global',
      primary: '192.0.2.1 via 203.0.113.1 dev eth0 src 203.0.113.50 uid 0',
      listeners: '',
      space: '/dev/sda1 100 1 1000000 1% /',
      ...sections,
      end: '',
    })
      .map(([name, text]) => `\u001e${name}\n${text}\n`)
      .join(''),
    1_000_000_000,
  )

test('a machine that is fit is not refused', () => {
  expect(unfit(surveyWith())).toEqual([])
  expect(takenPorts(machineWith(), { ipv4: '203.0.113.50' }, surveyWith())).toEqual([])
  expect(spaceMissing([], surveyWith())).toEqual([])
})

test.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ['another system', { kernel: 'FreeBSD amd64' }, 'server-1 runs FreeBSD; it has to be Linux with systemd.'],
  ['no systemd', { systemd: '' }, "server-1 doesn't run systemd as its first process; it has to."],
  ['an old systemd', { systemd: 'systemd 245' }, 'server-1 has systemd 245; it takes 247 or newer.'],
  ['other hardware', { kernel: 'Linux riscv64' }, 'server-1 is riscv64; there are programs for x86_64 and aarch64.'],
  ['somebody who is nobody', { id: '1000' }, 'The user on server-1 is neither root nor may become it.'],
  ['missing tools', { tools: 'ss\nip' }, 'server-1 lacks ss, ip. Install: iproute2.'],
  [
    'a clock ahead',
    { clock: '1000003600' },
    'The clock of server-1 is 60 minutes ahead: no certificate would be right. Set it (timedatectl set-ntp true).',
  ],
  [
    'a clock behind',
    { clock: '999900000' },
    'The clock of server-1 is 28 hours behind: no certificate would be right. Set it (timedatectl set-ntp true).',
  ],
])('%s is refused', (_, sections, sentence) => {
  expect(unfit(surveyWith(sections))).toEqual([sentence])
})

describe('entry points bind', () => {
  test('the public address, where it is on an interface', () => {
    expect(bindOf(machineWith({ publicIpv6: '2001:db8::1' }), surveyWith())).toEqual({
      bind: { ipv4: '203.0.113.50', ipv6: '2001:db8::1' },
    })
  })

  test('the primary one behind NAT, and that is said', () => {
    const survey = surveyWith({ addresses: '2: eth0 inet 10.0.0.5/24', primary: '192.0.2.1 dev eth0 src 10.0.0.5' })
    expect(bindOf(machineWith(), survey)).toEqual({
      bind: { ipv4: '10.0.0.5' },
      note: '203.0.113.50 is on no interface of server-1: entry points are at 10.0.0.5, and whatever stands before the machine has to send 203.0.113.50 there.',
    })
  })

  test('nothing, where the public address is somebody else’s', () => {
    expect(bindOf(machineWith({ publicIpv4: '198.51.100.7' }), surveyWith())).toEqual({
      problem:
        '198.51.100.7 is on no interface of server-1, and not translated to it either: its address is 203.0.113.50. Set the right one: rdc context set-infra server-1 --public-ipv4 203.0.113.50',
    })
    expect(bindOf(machineWith({ publicIpv6: '2001:db8::9' }), surveyWith())).toEqual({
      problem:
        '2001:db8::9 is on no interface of server-1; it has 2001:db8::1. Set the right one (--public-ipv6), or none (--no-public-ipv6).',
    })
  })
})

describe('ports', () => {
  const taken = (listeners: string, sections: Readonly<Record<string, string>> = {}): readonly string[] =>
    takenPorts(
      machineWith({ defaultPorts: false, tcpPorts: [25] }),
      { ipv4: '203.0.113.50' },
      surveyWith({ listeners, ...sections }),
    )

  test.each([
    [
      'tcp LISTEN 0 511 203.0.113.50:443 0.0.0.0:* users:(("nginx",pid=812,fd=6))',
      'Port 443 (tcp), which the entry point websecure needs, is taken by nginx (pid 812). Stop it, and push again.',
    ],
    [
      'tcp LISTEN 0 511 *:443 *:* users:(("nginx",pid=812,fd=6))',
      'Port 443 (tcp), which the entry point websecure needs, is taken by nginx (pid 812). Stop it, and push again.',
    ],
    [
      'tcp LISTEN 0 100 0.0.0.0:25 0.0.0.0:* users:(("master",pid=9,fd=13))',
      'Port 25 (tcp), which the entry point tcp-25 needs, is taken by master (pid 9). Stop it, or do without the port: rdc context set-infra server-1 --remove-tcp-ports 25.',
    ],
    [
      'tcp LISTEN 0 100 127.0.0.1:7111 0.0.0.0:* users:(("python3",pid=9,fd=13))',
      'Port 7111 (tcp), which the route server needs, is taken by python3 (pid 9). Stop it, and push again.',
    ],
  ])('%s', (listeners, sentence) => {
    expect(taken(listeners)).toEqual([sentence])
  })

  test.each([
    ['another address', 'tcp LISTEN 0 100 127.0.11.2:443 0.0.0.0:* users:(("web",pid=9,fd=3))'],
    ['another protocol', 'udp UNCONN 0 0 203.0.113.50:443 0.0.0.0:* users:(("quic",pid=9,fd=3))'],
    ["the resolver's", 'udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=9,fd=3))'],
  ])('of %s are free', (_, listeners) => {
    expect(taken(listeners)).toEqual([])
  })

  test('that are ours already are no hindrance', () => {
    const ours =
      'tcp LISTEN 0 4096 203.0.113.50:443 0.0.0.0:* users:(("traefik",pid=9,fd=7),("systemd",pid=1,fd=30))\ntcp LISTEN 0 511 127.0.0.1:7111 0.0.0.0:* users:(("node",pid=8,fd=20))'
    expect(taken(ours, { version: 'versions/0123456789abcdef' })).toEqual([])
    expect(taken(ours)).toHaveLength(2)
  })
})

test('room that is missing is said', () => {
  const programs = [{ name: 'traefik', file: '/t', sha256: 'a', bytes: 185_000_000, version: '3.7.15' }] as const
  const survey = surveyWith({ space: '/dev/sda1 100 1 40000 1% /' })
  expect(spaceMissing(programs, survey)).toEqual([
    'There is too little room at /opt/rediacc on server-1: 238 MB are needed, 41 MB are free, 197 MB are missing.',
  ])
  expect(spaceMissing(programs, { ...survey, programs: new Set(['a']), freeSpace: 60e6 })).toEqual([])
})

test('an answer that is cut off is no answer', () => {
  expect(() => readSurvey('\u001ekernel\nLinux x86_64\n', 0, 'sh: 1: broken')).toThrow(
    "The machine didn't say what is on it: sh: 1: broken.",
  )
})
