import { expect, test } from '@jest/globals'
import { examine, tableOf } from './checks.ts'
import type { Patient } from './checks.ts'
import type { MachineFacts, MachineSeen, MachineSettings } from './machine.ts'

const settings: MachineSettings = {
  machine: 'server-1',
  listen: { host: '127.0.0.1', port: 7111 },
  hasToken: true,
  entryPoints: ['web', 'websecure'],
  traefikVersion: '3.7',
  stateDir: '/var/lib/rediacc/router',
}
const live = { daemon: '/run/docker-2816.sock', network: 2816, state: 'live', since: 0, containers: 1 } as const
const facts: MachineFacts = {
  settings,
  runsForSeconds: 100,
  document: { revision: 3 },
  daemons: [live],
  diagnostics: [],
  fetches: { traefik: { secondsAgo: 2, status: 200, revision: 3 } },
  problems: [],
  unregistered: [],
  hosts: ['app.example.com'],
}
const certificate = {
  host: 'app.example.com',
  subject: 'app.example.com',
  issuer: 'R3',
  until: new Date(Date.now() + 60 * 86_400_000).toISOString(),
  isFor: true,
  isTrusted: true,
  why: '',
  isStaging: false,
}
const traefik = {
  api: 'http://127.0.0.1:8082',
  version: '3.7.15',
  entryPoints: { web: '203.0.113.50:80', websecure: '203.0.113.50:443' },
  isOpen: false,
}
const seen: MachineSeen = {
  sockets: [{ path: '/run/docker-2816.sock', mode: 0o660 }],
  isSynchronised: true,
  disk: { freeBytes: 2 ** 33, freeInodes: 900, inodes: 1000 },
  traefik,
  certificates: [certificate],
}

test('of a machine on which all is well, everything is said to be', () => {
  expect(examine({ settings, facts, seen }).map(({ state, subject }) => `${subject}: ${state}`)).toEqual([
    'route server: well',
    'daemons: well',
    'sockets: well',
    'traefik: well',
    'polls: well',
    'entry points: well',
    'certificates: well',
    'exposure: well',
    'clock: well',
    'disk: well',
  ])
})

const withFacts = (more: Partial<MachineFacts>): Patient => ({ settings, facts: { ...facts, ...more }, seen })
const withSeen = (more: Partial<MachineSeen>): Patient => ({ settings, facts, seen: { ...seen, ...more } })
const withSettings = (more: Partial<MachineSettings>): Patient => ({
  settings: { ...settings, ...more },
  facts: { ...facts, settings: { ...settings, ...more } },
  seen,
})
const silent: Patient = { settings, seen: { ...seen, silence: 'No route server runs on /var/lib/rediacc/router' } }

test.each<readonly [string, Patient, string, RegExp, RegExp]>([
  ['no route server', silent, 'bad', /^No route server runs/, /systemctl status rediacc-router/],
  [
    'state that can not be saved',
    withFacts({ problems: ["The state can't be saved: the disk is full. Make room."] }),
    'bad',
    /^The state can't be saved: the disk is full$/,
    /^Make room\.$/,
  ],
  [
    'a daemon that hangs',
    withFacts({
      daemons: [live, { ...live, network: 2880, daemon: '/run/docker-2880.sock', state: 'stale', reason: 'It hangs.' }],
    }),
    'bad',
    /docker-2880\.sock is stale since .*: It hangs$/,
    /rediacc-docker@2880/,
  ],
  [
    'a socket that is refused',
    withFacts({
      diagnostics: [
        {
          code: 'SOCKET_UNREADABLE',
          level: 'error',
          message: "The socket x can't be opened. Run it as root.",
          origin: {},
        },
      ],
    }),
    'bad',
    /^The socket x can't be opened$/,
    /^Run it as root\.$/,
  ],
  [
    'a socket for everybody',
    withSeen({ sockets: [{ path: '/s', mode: 0o666 }] }),
    'bad',
    /every user/,
    /chmod o-rwx \/s/,
  ],
  [
    'an older Traefik',
    withSeen({ traefik: { ...traefik, version: '3.5.0' } }),
    'bad',
    /Traefik 3\.5\.0 runs/,
    /traefikVersion: '3\.5'/,
  ],
  ['Traefik that fetches nothing', withFacts({ fetches: {} }), 'bad', /has not fetched/, /providers\.http\.endpoint/],
  [
    'a wrong token',
    withFacts({ fetches: { traefik: { secondsAgo: 1, status: 401 } } }),
    'bad',
    /got 401/,
    /providers\.http\.headers/,
  ],
  [
    'labels with an entry point that is not there',
    withFacts({ unregistered: [{ entryPoint: 'tcp-25', routers: 2 }] }),
    'bad',
    /labels of 2 routers name tcp-25/,
    /set-infra server-1/,
  ],
  [
    'an entry point that was not pushed',
    withSettings({ entryPoints: ['web', 'websecure', 'tcp-25'] }),
    'bad',
    /tcp-25 is registered/,
    /push-infra server-1/,
  ],
  [
    'an entry point on all addresses',
    withSeen({ traefik: { ...traefik, entryPoints: { ...traefik.entryPoints, web: ':80' } } }),
    'doubtful',
    /web binds all addresses/,
    /public address/,
  ],
  [
    'a certificate near its end',
    withSeen({ certificates: [{ ...certificate, until: new Date(Date.now() + 5.5 * 86_400_000).toISOString() }] }),
    'doubtful',
    /ends in 5 days/,
    /dns check server-1/,
  ],
  [
    'a certificate of another name',
    withSeen({ certificates: [{ ...certificate, isFor: false }] }),
    'bad',
    /none of its own/,
    /acme/,
  ],
  ['no token', withSettings({ hasToken: false }), 'doubtful', /every container on this machine can read/, /tokenFile/],
  [
    'an address for others',
    withSettings({ listen: { host: '0.0.0.0', port: 7111 }, hasToken: false }),
    'bad',
    /0\.0\.0\.0:7111/,
    /127\.0\.0\.1/,
  ],
  ['an open API', withSeen({ traefik: { ...traefik, isOpen: true } }), 'doubtful', /without a password/, /basicAuth/],
  ['a clock of its own', withSeen({ isSynchronised: false }), 'doubtful', /not synchronised/, /set-ntp/],
  [
    'a full disk',
    withSeen({ disk: { freeBytes: 5 * 2 ** 20, freeInodes: 1, inodes: 1 } }),
    'bad',
    /^5 MiB are free/,
    /df -h/,
  ],
  [
    'no inodes',
    withSeen({ disk: { freeBytes: 2 ** 33, freeInodes: 1, inodes: 1000 } }),
    'bad',
    /1 of 1000 inodes/,
    /df -h/,
  ],
])('%s comes first', (_, patient, state, says, cure) => {
  const [worst] = examine(patient)
  expect(worst).toEqual({
    state,
    subject: expect.any(String),
    says: expect.stringMatching(says),
    cure: expect.stringMatching(cure),
  })
})

test('the table has a line for each check, and what to do below', () => {
  const lines = tableOf(examine(withSeen({ isSynchronised: false })))
  expect(lines.slice(0, 3)).toEqual([
    'doubtful  clock         it is not synchronised: certificates fail when it is off by much',
    '                        → timedatectl set-ntp true',
    'well      route server  it serves revision 3',
  ])
})
