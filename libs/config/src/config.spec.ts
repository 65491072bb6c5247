import { afterAll, describe, expect, test } from '@jest/globals'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError, loadConfig, needsRestart, optionsError, settings, type Flags } from './index.ts'
import { defaultStateDir } from './state-dir.ts'

const folder = mkdtempSync(join(tmpdir(), 'config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'config.yaml')

function load(text: string | Uint8Array, flags?: Flags): ReturnType<typeof loadConfig> {
  writeFileSync(file, text)
  return loadConfig({ file, ...(flags ? { flags } : {}) })
}

/** The problems, with the folder cut off. */
function problems(act: () => unknown): readonly string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replace(`${folder}/`, ''))
    throw error
  }
  return []
}

describe('defaults', () => {
  const defaults = {
    sockets: ['/var/run/rediacc/docker-*.sock'],
    listen: { host: '127.0.0.1', port: 7111 },
    certResolver: 'letsencrypt',
    httpEntryPoints: ['websecure', 'websecure-v6'],
    entryPointAliases: {},
    traefikVersion: '3.7',
    logLevel: 'info',
    logFormat: 'text',
    plugins: [{ name: 'http' }, { name: 'tcp' }, { name: 'udp' }, { name: 'middleware' }, { name: 'auto-route' }],
    autoRoute: { enabled: true },
    allow: { references: [], upstreams: [], catchAll: [], files: [], plugins: [], tlsStores: [] },
    tenancy: 'strict',
    allowedHosts: [],
    hosts: {},
    claimLapse: 7 * 24 * 3_600_000,
    forks: 'auto-route',
    dynamicPorts: { tcp: { first: 10_000, last: 10_010 }, udp: { first: 1, last: 0 } },
    shares: { routers: 10_000, hosts: 1_000, ports: 10, bytes: 4_194_304, certificateHosts: 50, revisions: 6 },
    health: 'gate',
    hold: 10_000,
    redeployGrace: 15_000,
    staleLimit: 86_400_000,
    limits: { labels: 2000, routers: 500, valueBytes: 65_536 },
    goneGrace: 60_000,
    startGrace: 30_000,
    resync: 300_000,
    liveness: 13_000,
  }

  test.each([
    ['no file', () => loadConfig()],
    ['an empty file', () => load('')],
    ['a file of comments', () => load('# nothing yet\n')],
    ['an empty mapping', () => load('{}')],
    ['flags that were not given', () => loadConfig({ flags: { listen: undefined } })],
  ])('%s gives every default', (_, act) => {
    expect(act()).toEqual({ ...defaults, stateDir: expect.any(String) })
  })

  test("the state folder is the machine’s for root, and the user's for anybody else", () => {
    expect(defaultStateDir({ root: true, home: '/root', xdgStateHome: '/x' })).toBe('/var/lib/rediacc/router')
    expect(defaultStateDir({ root: false, home: '/home/ann' })).toBe('/home/ann/.local/state/rediacc/router')
    expect(defaultStateDir({ root: false, home: '/home/ann', xdgStateHome: '/x' })).toBe('/x/rediacc/router')
    expect(defaultStateDir({ root: false, home: '/home/ann', xdgStateHome: 'relative' })).toBe(
      '/home/ann/.local/state/rediacc/router',
    )
  })

  test('every setting has its meaning, and its default where it has one', () => {
    expect(settings().every(({ about }) => /^[A-Z].*\.$/.test(about))).toBe(true)
    expect(settings().find(({ key }) => key === 'goneGrace')?.default).toBe(60_000)
    expect(settings().find(({ key }) => key === 'baseDomain')).not.toHaveProperty('default')
  })
})

describe('values', () => {
  test.each<[string, string, unknown]>([
    ['one glob', 'sockets: /run/*.sock', { sockets: ['/run/*.sock'] }],
    ['several globs', 'sockets: [/run/a.sock, /run/b-*.sock]', { sockets: ['/run/a.sock', '/run/b-*.sock'] }],
    ['an IPv6 address', 'listen: "[::1]:7111"', { listen: { host: '::1', port: 7111 } }],
    ['localhost', 'listen: localhost:0', { listen: { host: '127.0.0.1', port: 0 } }],
    ['a domain in capitals', 'baseDomain: Example.COM', { baseDomain: 'example.com' }],
    ['no certificate resolver', 'certResolver: false', { certResolver: false }],
    ['a number as seconds', 'goneGrace: 90', { goneGrace: 90_000 }],
    [
      'text as a duration',
      '{goneGrace: 2m, startGrace: 500ms, resync: 1h, liveness: 1.5s}',
      { goneGrace: 120_000, startGrace: 500, resync: 3_600_000, liveness: 1_500 },
    ],
    [
      'plugins with and without options',
      'plugins: [http, {name: "@acme/grpc", options: {port: 1}}]',
      { plugins: [{ name: 'http' }, { name: '@acme/grpc', options: { port: 1 } }] },
    ],
    [
      "a plugin's path, relative to the file",
      'plugins: [./grpc.mjs, {name: ../up}]',
      { plugins: [{ name: join(folder, 'grpc.mjs') }, { name: join(folder, '../up') }] },
    ],
    ['a state folder relative to the file', 'stateDir: state', { stateDir: join(folder, 'state') }],
    ['a state folder at home', 'stateDir: ~/state', { stateDir: join(homedir(), 'state') }],
    [
      'whatever the auto-route plugin may take',
      'autoRoute: {networks: {2816: {enabled: false}}}',
      { autoRoute: { enabled: true, networks: { '2816': { enabled: false } } } },
    ],
    [
      'a file to publish relative to the file',
      'publish: {file: live/a.yml}',
      { publish: { file: join(folder, 'live/a.yml') } },
    ],
    ['a token file relative to the file', 'tokenFile: token', { tokenFile: join(folder, 'token') }],
    ['machines with one owner', 'tenancy: trusted', { tenancy: 'trusted' }],
    ['names in capitals', 'allowedHosts: [Router.Internal]', { allowedHosts: ['router.internal'] }],
    [
      'hosts and wildcards of networks, in capitals',
      'hosts: { App.Example.COM: 2816, "*.Shop.example.com": 64, z.com: 16777152 }',
      { hosts: { 'app.example.com': 2816, '*.shop.example.com': 64, 'z.com': 16_777_152 } },
    ],
    ['days', '{claimLapse: 30d, staleLimit: 2d}', { claimLapse: 30 * 86_400_000, staleLimit: 2 * 86_400_000 }],
    [
      'everything that labels may be allowed',
      'allow: { upstreams: [Authelia.internal:9091, db, 10.0.0.5, "10.0.0.5:80", 10.0.0.0/8], catchAll: [2816], files: [/etc//x/../ca.pem, /srv/], plugins: [geo-block], tlsStores: [64] }',
      {
        allow: {
          references: [],
          upstreams: ['authelia.internal:9091', 'db', '10.0.0.5', '10.0.0.5:80', '10.0.0.0/8'],
          catchAll: [2816],
          files: ['/etc/ca.pem', '/srv'],
          plugins: ['geo-block'],
          tlsStores: [64],
        },
      },
    ],
    [
      'ranges of ports',
      'dynamicPorts: { tcp: 20000-20099, udp: 53 }',
      { dynamicPorts: { tcp: { first: 20_000, last: 20_099 }, udp: { first: 53, last: 53 } } },
    ],
    [
      'no range of ports',
      'dynamicPorts: { tcp: false, udp: "" }',
      { dynamicPorts: { tcp: { first: 1, last: 0 }, udp: { first: 1, last: 0 } } },
    ],
    ['one share', 'shares: { ports: 0 }', { shares: { ports: 0, routers: 10_000 } }],
    ['graces that are the same', '{goneGrace: 15s, redeployGrace: 15s}', { goneGrace: 15_000, redeployGrace: 15_000 }],
    [
      'an alias',
      'httpEntryPoints: &names [web]\nallow: {references: [a@file]}\nautoRoute: {middlewares: *names}',
      { autoRoute: { enabled: true, middlewares: ['web'] } },
    ],
  ])('%s', (_, text, expected) => {
    expect(load(text)).toMatchObject(expected as Record<string, unknown>)
  })

  test('a flag overrides the file, and its relative path is relative to the working directory', () => {
    const config = load('{logLevel: warn, logFormat: json, stateDir: a}', { logLevel: 'debug', stateDir: 'b' })
    expect(config).toMatchObject({ logLevel: 'debug', logFormat: 'json', stateDir: join(process.cwd(), 'b') })
  })

  test('a flag in a section leaves the rest of the section as the file has it', () => {
    const config = load('autoRoute: {enabled: true, middlewares: [auth]}', { autoRoute: { enabled: false } })
    expect(config.autoRoute).toEqual({ enabled: false, middlewares: ['auth'] })
  })

  test("the configuration can't be changed, however deep", () => {
    const config = load('plugins: [{name: a, options: {deep: [1]}}]')
    expect(() => Object.assign(config.plugins[0]?.options as object, { deep: 2 })).toThrow(TypeError)
    expect(() => Object.assign(config, { logLevel: 'info' })).toThrow(TypeError)
  })
})

describe('problems', () => {
  test.each<[string, string, readonly string[]]>([
    ['an unknown key', 'logLevel: info\nlisten_: 1', ['config.yaml:2:1 listen_: unknown key; did you mean "listen"?']],
    [
      'a key spelled like the flag',
      'base-domain: example.com',
      ['config.yaml:1:1 base-domain: unknown key; did you mean "baseDomain"?'],
    ],
    [
      'unknown keys in a section',
      'allow:\n  reference: []\n  xyz: 1',
      [
        'config.yaml:2:3 allow.reference: unknown key; did you mean "references"?',
        'config.yaml:3:3 allow.xyz: unknown key; known are references, upstreams, catchAll, files, plugins, tlsStores',
      ],
    ],
    [
      'a key given twice',
      'listen: 127.0.0.1:1\nlisten: 127.0.0.1:2',
      ['config.yaml:2:1: the key listen is here a second time; keep one of them.'],
    ],
    [
      "text that isn't YAML",
      'sockets: [a\nlisten: b',
      [
        'config.yaml:2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    ['two documents', 'a: 1\n---\nb: 2', ['config.yaml:2:1: a second document begins here; keep one.']],
    ['a list instead of settings', '- a', ['config.yaml:1:1: expected a mapping with settings, got a list']],
    ['a text instead of settings', 'hello', ['config.yaml:1:1: expected a mapping with settings, got "hello"']],
    [
      'an address without a port',
      'listen: 127.0.0.1',
      ['config.yaml:1:9 listen: expected ADDRESS:PORT such as 127.0.0.1:7111 or [::1]:7111, got "127.0.0.1"'],
    ],
    [
      'a port beyond the last',
      'listen: 127.0.0.1:65536',
      ['config.yaml:1:9 listen: expected ADDRESS:PORT such as 127.0.0.1:7111 or [::1]:7111, got "127.0.0.1:65536"'],
    ],
    [
      'an IPv6 address without brackets',
      'listen: "::1:7111"',
      ['config.yaml:1:9 listen: expected ADDRESS:PORT such as 127.0.0.1:7111 or [::1]:7111, got "::1:7111"'],
    ],
    [
      'a host name to listen on',
      'listen: example.com:7111',
      ['config.yaml:1:9 listen: expected ADDRESS:PORT such as 127.0.0.1:7111 or [::1]:7111, got "example.com:7111"'],
    ],
    [
      'a wrong kind in a list',
      'sockets:\n  - /run/a.sock\n  - 7',
      ['config.yaml:3:5 sockets[1]: expected a glob such as /var/run/rediacc/docker-*.sock, got 7'],
    ],
    ['no globs', 'sockets: []', ['config.yaml:1:10 sockets: expected at least one glob of sockets, got an empty list']],
    [
      'an empty text',
      'sockets: ""',
      ['config.yaml:1:10 sockets: expected a glob such as /var/run/rediacc/docker-*.sock, got ""'],
    ],
    [
      'a URL as the domain',
      'baseDomain: https://example.com',
      ['config.yaml:1:13 baseDomain: expected a domain name such as example.com, got "https://example.com"'],
    ],
    [
      'a wildcard as the domain',
      'baseDomain: "*.example.com"',
      ['config.yaml:1:13 baseDomain: expected a domain name such as example.com, got "*.example.com"'],
    ],
    [
      'an address as the domain',
      'baseDomain: 127.0.0.1',
      ['config.yaml:1:13 baseDomain: expected a domain name such as example.com, got "127.0.0.1"'],
    ],
    [
      'a key without a value',
      'baseDomain:',
      ['config.yaml:1:12 baseDomain: expected a domain name such as example.com, got nothing'],
    ],
    [
      'true as the certificate resolver',
      'certResolver: true',
      ['config.yaml:1:15 certResolver: expected the name of a certificate resolver, or false for none, got true'],
    ],
    [
      'one name where a list belongs',
      'httpEntryPoints: web',
      ['config.yaml:1:18 httpEntryPoints: expected a list of entry points, got "web"'],
    ],
    [
      'names in one text',
      'httpEntryPoints: ["web,websecure"]',
      [
        'config.yaml:1:19 httpEntryPoints[0]: expected the name of an entry point such as websecure, got "web,websecure"',
      ],
    ],
    [
      'an empty list of entry points',
      'entryPoints: []',
      ['config.yaml:1:14 entryPoints: expected at least one entry point, got an empty list'],
    ],
    [
      'aliases as a list',
      'entryPointAliases: [https, websecure]',
      [
        'config.yaml:1:20 entryPointAliases: expected a mapping from other names to entry points, such as { https: websecure }, got a list',
      ],
    ],
    [
      'an alias for two',
      'entryPointAliases: { https: "websecure,web" }',
      [
        'config.yaml:1:29 entryPointAliases.https: expected the name of an entry point such as websecure, got "websecure,web"',
      ],
    ],
    [
      'a resolver without a name',
      'certResolvers: [""]',
      ['config.yaml:1:17 certResolvers[0]: expected the name of a certificate resolver, got ""'],
    ],
    [
      'an unknown level',
      'logLevel: verbose',
      ['config.yaml:1:11 logLevel: expected one of trace, debug, info, warn, error, got "verbose"'],
    ],
    ['an unknown format', 'logFormat: xml', ['config.yaml:1:12 logFormat: expected one of text, json, got "xml"']],
    [
      'a duration without a number',
      'goneGrace: soon',
      ['config.yaml:1:12 goneGrace: expected a duration such as 60s or 5m, from 0s to 24d, got "soon"'],
    ],
    [
      'a duration that is negative',
      'goneGrace: -1',
      ['config.yaml:1:12 goneGrace: expected a duration such as 60s or 5m, from 0s to 24d, got -1'],
    ],
    [
      'a duration that is too short',
      'resync: 1s',
      ['config.yaml:1:9 resync: expected a duration such as 60s or 5m, from 10s to 24d, got "1s"'],
    ],
    [
      'a duration that is too long',
      'liveness: 25d',
      ['config.yaml:1:11 liveness: expected a duration such as 60s or 5m, from 1s to 24d, got "25d"'],
    ],
    [
      'text for true',
      'autoRoute: {enabled: "yes"}',
      ['config.yaml:1:22 autoRoute.enabled: expected true or false, got "yes"'],
    ],
    [
      'a section that is a text',
      'autoRoute: false',
      ['config.yaml:1:12 autoRoute: expected a mapping with enabled, middlewares, …, got false'],
    ],
    [
      'a reference without provider',
      'allow: {references: [auth]}',
      ['config.yaml:1:22 allow.references[0]: expected a reference such as secure-headers@file, got "auth"'],
    ],
    [
      'a tenancy of another name',
      'tenancy: open',
      ['config.yaml:1:10 tenancy: expected one of strict, trusted, got "open"'],
    ],
    [
      'a port in an allowed host',
      'allowedHosts: [a:80]',
      ['config.yaml:1:16 allowedHosts[0]: expected a host name such as router.internal, got "a:80"'],
    ],
    [
      'an address among the allowed hosts',
      'allowedHosts: [10.0.0.5]',
      ['config.yaml:1:16 allowedHosts[0]: expected a host name such as router.internal, got "10.0.0.5"'],
    ],
    [
      'hosts as a list',
      'hosts: [app.example.com]',
      [
        'config.yaml:1:8 hosts: expected a mapping from hosts to network IDs, such as { app.example.com: 2816 }, got a list',
      ],
    ],
    [
      'hosts that are none',
      'hosts:\n  https://a: 64\n  a.*.com: 64\n  127.0.0.1: 64\n  "*": 64\n  a.com.: 64',
      [
        ...['2:3 hosts.https://a', '3:3 hosts.a.*.com', '4:3 hosts.127.0.0.1', '5:3 hosts.*', '6:3 hosts.a.com.'].map(
          (place) =>
            `config.yaml:${place}: expected a host such as app.example.com, or *.example.com for those below one`,
        ),
      ],
    ],
    [
      'a host twice in other letters',
      'hosts: { a.com: 64,\n  A.com: 128 }',
      ['config.yaml:2:3 hosts.A.com: this host is here a second time; keep one of them'],
    ],
    ...(['100', '0', '-64', '16777216', '"2816"', '64.5'] as const).map((id): [string, string, readonly string[]] => [
      `the network ID ${id}`,
      `hosts: { a.com: ${id} }`,
      [`config.yaml:1:17 hosts.a.com: expected a network ID: a multiple of 64 from 64 to 16777152, got ${id}`],
    ]),
    [
      'networks that are none',
      'allow: { catchAll: [65], tlsStores: 64 }',
      [
        'config.yaml:1:21 allow.catchAll[0]: expected a network ID: a multiple of 64 from 64 to 16777152, got 65',
        'config.yaml:1:37 allow.tlsStores: expected a list of network IDs, got 64',
      ],
    ],
    ...(['http://a', 'a:0', 'a:65536', '10.0.0.0/33', '300.0.0.1', 'a b', 'fd00::1', 'user@a', ''] as const).map(
      (upstream): [string, string, readonly string[]] => [
        `the upstream "${upstream}"`,
        `allow: { upstreams: ["${upstream}"] }`,
        [
          `config.yaml:1:22 allow.upstreams[0]: expected a host or an IPv4 address, with a port or without, or a range such as 10.0.0.0/8, got "${upstream}"`,
        ],
      ],
    ),
    [
      'a relative path among the files',
      'allow: { files: [ca.pem] }',
      ['config.yaml:1:18 allow.files[0]: expected an absolute path such as /etc/traefik/ca.pem, got "ca.pem"'],
    ],
    [
      'a plugin with its provider',
      'allow: { plugins: [geo@file] }',
      ['config.yaml:1:20 allow.plugins[0]: expected the name of a Traefik plugin, got "geo@file"'],
    ],
    ...(['true', '20-10', '0-5', '1-65536', '"10000 - 10010"', '[1, 2]'] as const).map(
      (range): [string, string, readonly string[]] => [
        `the range of ports ${range}`,
        `dynamicPorts: { tcp: ${range} }`,
        [
          `config.yaml:1:22 dynamicPorts.tcp: expected a range of ports such as 10000-10010, or false for none, got ${{ true: 'true', '[1, 2]': 'a list', '"10000 - 10010"': '"10000 - 10010"' }[range as string] ?? `"${range}"`}`,
        ],
      ],
    ),
    [
      'shares that are none',
      'shares: { revisions: 0, bytes: 1.5, hosts: -1 }',
      [
        'config.yaml:1:44 shares.hosts: expected at least 0, got -1',
        'config.yaml:1:32 shares.bytes: expected a whole number, got 1.5',
        'config.yaml:1:22 shares.revisions: expected at least 1, got 0',
      ],
    ],
    ['forks', 'forks: yes', ['config.yaml:1:8 forks: expected one of auto-route, refuse, got "yes"']],
    ['health', 'health: on', ['config.yaml:1:9 health: expected one of gate, ignore, got "on"']],
    [
      'a lapse without end',
      'claimLapse: 3651d',
      ['config.yaml:1:13 claimLapse: expected a duration such as 60s or 5m, from 0s to 3650d, got "3651d"'],
    ],
    [
      'a grace below that of a redeploy',
      'redeployGrace: 30s\ngoneGrace: 20s',
      [
        'config.yaml:2:12 goneGrace: goneGrace must not be shorter than redeployGrace, or a daemon that restarts loses what a redeploy keeps; raise goneGrace or lower redeployGrace',
      ],
    ],
    [
      'a redeploy that is longer than the default grace',
      'redeployGrace: 2m',
      [
        'config.yaml:1:16 redeployGrace: goneGrace must not be shorter than redeployGrace, or a daemon that restarts loses what a redeploy keeps; raise goneGrace or lower redeployGrace',
      ],
    ],
    [
      'a list of entry points and a file of them',
      'entryPoints: [web]\nentryPointsFile: entry-points.yaml',
      [
        'config.yaml:2:18 entryPointsFile: entryPoints and entryPointsFile both say which entry points there are; keep one of them',
      ],
    ],
    ['no plugins', 'plugins: []', ['config.yaml:1:10 plugins: expected at least one plugin, got an empty list']],
    [
      'a plugin twice',
      'plugins: [http, {name: http}]',
      ['config.yaml:1:10 plugins: expected each plugin once, got a list'],
    ],
    [
      'a plugin without a name',
      'plugins:\n  - nam: http',
      [
        'config.yaml:2:5 plugins[0].name: expected the name of a plugin: a built-in one, a package, or a path that begins with ./, ../ or /, got nothing',
        'config.yaml:2:5 plugins[0].nam: unknown key; did you mean "name"?',
      ],
    ],
    [
      'a plugin that is a number',
      'plugins: [1]',
      ['config.yaml:1:11 plugins[0]: expected a mapping with name, options, integrity, got 1'],
    ],
    [
      'a mistake behind an alias',
      'httpEntryPoints: &x [1]\nplugins: *x',
      [
        'config.yaml:1:22 httpEntryPoints[0]: expected the name of an entry point such as websecure, got 1',
        'config.yaml:1:22 plugins[0]: expected a mapping with name, options, integrity, got 1',
      ],
    ],
    [
      'an alias without anchor',
      'sockets: *nobody',
      ['config.yaml:1:10: the alias *nobody has no anchor (&nobody) before it.'],
    ],
    [
      'several at once',
      'logLevel: 1\nlogFormat: 2',
      [
        'config.yaml:1:11 logLevel: expected one of trace, debug, info, warn, error, got 1',
        'config.yaml:2:12 logFormat: expected one of text, json, got 2',
      ],
    ],
    [
      'a long value, shortened',
      `logLevel: ${'x'.repeat(200)}`,
      [`config.yaml:1:11 logLevel: expected one of trace, debug, info, warn, error, got "${'x'.repeat(78)}…`],
    ],
  ])('%s', (_, text, expected) => {
    expect(problems(() => load(text))).toEqual(expected)
  })

  test('aliases that multiply are refused', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `k${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`,
    ).slice(1)
    expect(problems(() => load(['k0: &a0 [x]', ...levels].join('\n')))).toEqual([
      'config.yaml: its aliases (*name) multiply beyond what can be read; write the values out.',
    ])
  })

  test('an alias to what it stands in is survived', () => {
    expect(() => load('autoRoute: &self {middlewares: [*self]}')).not.toThrow(RangeError)
  })

  test('a mistake in the file is said even where a flag overrides it', () => {
    expect(problems(() => load('logLevel: loud', { logLevel: 'warn' }))).toHaveLength(1)
  })

  test.each<[Flags, string]>([
    [{ listen: '7111' }, '--listen: expected ADDRESS:PORT such as 127.0.0.1:7111 or [::1]:7111, got "7111"'],
    [{ baseDomain: '' }, '--base-domain: expected a domain name such as example.com, got ""'],
    [{ sockets: ['/run/a.sock', ''] }, '--sockets [1]: expected a glob such as /var/run/rediacc/docker-*.sock, got ""'],
    [{ tenancy: 'loose' }, '--tenancy: expected one of strict, trusted, got "loose"'],
    [
      { publish: { file: '/routes.json' } },
      '--publish-file: expected a path that ends in .yaml or .yml, got "/routes.json"',
    ],
    [{ tokenFile: '' }, '--token-file: expected a path, got ""'],
    [
      { goneGrace: '1s' },
      '--gone-grace: goneGrace must not be shorter than redeployGrace, or a daemon that restarts loses what a redeploy keeps; raise goneGrace or lower redeployGrace',
    ],
    [{ goneGrace: 'x' }, '--gone-grace: expected a duration such as 60s or 5m, from 0s to 24d, got "x"'],
  ])('a bad flag is named: %j', (flags, expected) => {
    expect(problems(() => loadConfig({ flags }))).toEqual([expected])
  })

  test("a file that isn’t there, a folder, and bytes that aren't UTF-8 are said in a sentence", () => {
    mkdirSync(join(folder, 'folder'))
    expect(problems(() => loadConfig({ file: join(folder, 'none.yaml') }))).toEqual([
      'none.yaml: there is no such file.',
    ])
    expect(problems(() => loadConfig({ file: join(folder, 'folder') }))).toEqual([
      'folder: this is a folder; name the configuration file in it.',
    ])
    expect(problems(() => load(Uint8Array.of(0x61, 0xff)))).toEqual([
      'config.yaml: this is not text in UTF-8; save it as UTF-8.',
    ])
  })

  test('the message has a line per problem', () => {
    expect(() => load('logLevel: 1\nlogFormat: 2')).toThrow(/logLevel: .*\n.*logFormat: /)
  })
})

describe('what a plugin says about its options', () => {
  const schema = z.strictObject({
    enabled: z.boolean(),
    sourceRange: z.array(z.string()),
    port: z.number().max(9).optional(),
  })
  const issuesOf = (value: unknown): readonly z.core.$ZodIssue[] => schema.safeParse(value).error?.issues ?? []

  test('is located in the file', () => {
    const config = load('autoRoute:\n  sourceRange:\n    - 10.0.0.0/8\n    - 7\n  port: 10\n  extra: 1\n')
    expect(
      problems(() => {
        throw optionsError(config, ['autoRoute'], issuesOf(config.autoRoute))
      }),
    ).toEqual([
      'config.yaml:4:7 autoRoute.sourceRange[1]: expected string, got 7',
      'config.yaml:5:9 autoRoute.port: expected number to be <=9, got 10',
      'config.yaml:6:3 autoRoute.extra: Unrecognized key: "extra"',
    ])
  })

  test('is located at the plugin when its options are missing, and at the flag when they came from one', () => {
    const config = load('plugins:\n  - http\n', { autoRoute: { enabled: true, sourceRange: [1] } })
    expect(
      problems(() => {
        throw optionsError(config, ['plugins', 0, 'options'], [{ message: 'Needs a port.' }])
      }),
    ).toEqual(['config.yaml:2:5 plugins[0].options: Needs a port.; got nothing'])
    expect(
      problems(() => {
        throw optionsError(config, ['autoRoute'], issuesOf(config.autoRoute))
      }),
    ).toEqual(['--auto-route sourceRange[0]: expected string, got 1'])
  })

  test('has its path alone where nothing was configured', () => {
    expect(optionsError(loadConfig(), ['autoRoute'], [{ message: 'expected more' }]).message).toBe(
      'autoRoute: expected more, got a mapping',
    )
  })
})

test('listen and stateDir need a restart, anything else does not', () => {
  const before = loadConfig({ flags: { stateDir: '/a' } })
  expect(needsRestart(before, loadConfig({ flags: { stateDir: '/a', logLevel: 'debug', sockets: '/x' } }))).toEqual([])
  const publish = { file: '/live/routes.yaml' }
  expect(needsRestart(before, loadConfig({ flags: { stateDir: '/b', listen: '127.0.0.1:0', publish } }))).toEqual([
    'listen',
    'stateDir',
    'publish',
  ])
  const traefikApi = 'http://127.0.0.1:8082'
  expect(needsRestart(before, loadConfig({ flags: { stateDir: '/a', traefikApi } }))).toEqual(['traefikApi'])
})

test.each(['127.0.0.1:8082', 'http://ann:secret@127.0.0.1:8082', 'http://127.0.0.1:8082/api', 'file:///x'])(
  "the address of Traefik's API is a URL without path and password, and %s isn't",
  (traefikApi) => {
    expect(() => loadConfig({ flags: { traefikApi } })).toThrow('--traefik-api: expected a URL such as')
  },
)
