import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { EMPTY_INFRA, entryPointsOf, type Infra, type Machine } from '@route-server/machine'
import { parse } from 'yaml'
import type { Circumstances, Effect, InstalledFile } from './installation.ts'
import { ROUTER, TRAEFIK } from './paths.ts'
import { renderInstallation } from './render.ts'
import { htpasswd } from './traefik-dynamic.ts'

const machineWith = (infra: Partial<Infra> = {}): Machine => ({
  name: 'server-1',
  ssh: { host: '203.0.113.50' },
  infra: {
    ...EMPTY_INFRA,
    publicIpv4: '203.0.113.50',
    baseDomain: 'example.com',
    certEmail: 'admin@example.com',
    ...infra,
  },
})
const CIRCUMSTANCES: Circumstances = {
  programs: [],
  bind: { ipv4: '203.0.113.50', ipv6: '2001:db8::1' },
  secrets: {
    cloudflareToken: 'the-token-of-cloudflare',
    routesToken: 'the-token-of-the-routes',
    apiPassword: 'the-password-of-the-api',
    defaultCertificate: { certificate: 'the-certificate', key: 'the-key-of-the-certificate' },
  },
  propagation: { resolvers: [], skipAuthoritative: false },
}
const filesOf = (machine: Machine, circumstances: Partial<Circumstances> = {}): readonly InstalledFile[] =>
  renderInstallation(machine, { ...CIRCUMSTANCES, ...circumstances }).files
const textOf = (files: readonly InstalledFile[], path: string): string =>
  files.find((file) => file.path === path)?.text ?? ''

/** What has to happen when one description follows another. */
function effectsOf(before: Machine, after: Machine): ReadonlySet<Effect> {
  const [old, next] = [filesOf(before), filesOf(after)]
  const paths = new Set([...old, ...next].map(({ path }) => path))
  return new Set(
    [...paths]
      .filter((path) => textOf(old, path) !== textOf(next, path))
      .map((path) => [...next, ...old].find((file) => file.path === path)?.effect ?? 'none'),
  )
}

describe('a machine', () => {
  const files = filesOf(machineWith({ publicIpv6: '2001:db8::1', tcpPorts: [25], http3: true }))
  const traefik = parse(textOf(files, 'traefik/traefik.yml')) as {
    entryPoints: Record<string, { address: string; http?: object }>
  }

  test('has one socket for each entry point and protocol, at the same address, never the wildcard', () => {
    const sockets = files
      .filter(({ path }) => path.endsWith('.socket'))
      .map(({ text }) => {
        const [, kind, address] = /^Listen(Stream|Datagram)=(.*)$/m.exec(text) ?? []
        return `${/^FileDescriptorName=(.*)$/m.exec(text)?.[1] ?? ''} ${address ?? ''}${kind === 'Datagram' ? '/udp' : ''}`
      })
    const entryPoints = Object.entries(traefik.entryPoints).map(([name, { address }]) => `${name} ${address}`)
    const http3 = ['websecure 203.0.113.50:443/udp', 'websecure-v6 [2001:db8::1]:443/udp']
    expect(sockets.toSorted()).toEqual([...entryPoints, ...http3].toSorted())
    expect(sockets.filter((socket) => !/ (203\.0\.113\.50|\[2001:db8::1\]|127\.0\.0\.1):/.test(socket))).toEqual([])
    expect(Object.keys(traefik.entryPoints)).toEqual([
      'private',
      ...entryPointsOf(machineWith({ publicIpv6: '2001:db8::1', tcpPorts: [25] }).infra).map(({ name }) => name),
    ])
  })

  test('redirects plain HTTP, each family to its own HTTPS, and serves HTTPS with TLS whatever a router says', () => {
    expect(traefik.entryPoints).toMatchObject({
      web: { http: { redirections: { entryPoint: { to: 'websecure', scheme: 'https' } } } },
      'web-v6': { http: { redirections: { entryPoint: { to: 'websecure-v6', scheme: 'https' } } } },
      websecure: { http: { tls: {} }, http3: {} },
      'websecure-v6': { http: { tls: {} }, http3: {} },
    })
  })

  test('shows no secret in a text that may be shown', () => {
    const { cloudflareToken, routesToken, apiPassword, defaultCertificate } = CIRCUMSTANCES.secrets
    const secrets = [cloudflareToken, routesToken, apiPassword, htpasswd(apiPassword), defaultCertificate.key]
    for (const { path, text, secret, masked = [], mode } of files) {
      if (secret === true) expect([path, mode]).toEqual([path, 0o600])
      else
        for (const word of secrets) if (text.includes(word)) expect([path, masked, mode]).toEqual([path, [word], 0o640])
    }
    expect(textOf(files, 'traefik/traefik.yml')).toContain('Bearer the-token-of-the-routes')
  })

  test('has no IPv6 entry point without an IPv6 address', () => {
    const paths = filesOf(machineWith(), { bind: { ipv4: '10.0.0.5' } }).map(({ path }) => path)
    expect(paths.filter((path) => path.includes('-v6'))).toEqual([])
  })
})

test.each<readonly [string, Partial<Infra>, readonly Effect[]]>([
  ['a port', { tcpPorts: [25] }, ['restart-traefik', 'reload-router']],
  ['the base domain', { baseDomain: 'example.org' }, ['reload-router']],
  ['the e-mail', { certEmail: 'other@example.com' }, ['restart-traefik']],
  ['the access log', { accessLog: true }, ['restart-traefik']],
  ['the lane', { live: true }, ['restart-traefik', 'restart-router', 'reload-router']],
])('%s changes no more than it has to', (_, infra, effects) => {
  expect([...effectsOf(machineWith(), machineWith(infra))].toSorted()).toEqual(effects.toSorted())
})

describe('the lane', () => {
  const laneOf = (live: boolean) => {
    const { files, folders } = renderInstallation(machineWith({ live }), CIRCUMSTANCES)
    const { providers } = parse(textOf(files, 'traefik/traefik.yml')) as { providers: unknown }
    const { publish } = parse(textOf(files, 'router/config.yaml')) as { publish?: unknown }
    const writes = /^ReadWritePaths=.*$/m.exec(textOf(files, `units/${ROUTER}.service`))?.[0]
    return { providers, publish, folders, writes }
  }

  test('is a poll every 5 s unless told, with what is the operator’s in a file', () => {
    expect(laneOf(false)).toEqual({
      providers: {
        providersThrottleDuration: '1s',
        http: {
          endpoint: 'http://127.0.0.1:7111/routes.yaml',
          pollInterval: '5s',
          pollTimeout: '5s',
          headers: { Authorization: 'Bearer the-token-of-the-routes' },
        },
        file: { filename: '/opt/rediacc/current/traefik/dynamic.yml', watch: false },
      },
      publish: undefined,
      folders: [],
      writes: undefined,
    })
  })

  test('is a folder that Traefik watches and may read, in place of that, with a link to what is the operator’s', () => {
    const shared = { owner: ROUTER, group: TRAEFIK }
    const watched = '/var/lib/rediacc/live/watched'
    expect(laneOf(true)).toEqual({
      providers: { providersThrottleDuration: '0s', file: { directory: watched, watch: true } },
      publish: { file: `${watched}/routes.yaml` },
      folders: [
        { ...shared, path: '/var/lib/rediacc/live' },
        { ...shared, path: watched, links: { 'operators.yml': '/opt/rediacc/current/traefik/dynamic.yml' } },
      ],
      writes: 'ReadWritePaths=-/var/lib/rediacc/live',
    })
  })
})

test('the dynamic range is what is registered of it', () => {
  const rangeOf = (infra: Partial<Infra>): unknown =>
    (parse(textOf(filesOf(machineWith(infra)), 'router/config.yaml')) as { dynamicPorts: { tcp: unknown } })
      .dynamicPorts.tcp
  expect(rangeOf({})).toBe('10000-10010')
  expect(rangeOf({ withoutTcpPorts: [10_003] })).toBe('10004-10010')
  expect(rangeOf({ defaultPorts: false })).toBe(false)
  expect(rangeOf({ defaultPorts: false, tcpPorts: [10_005] })).toBe('10005-10005')
})

describe('what was found out about DNS', () => {
  const challengeOf = (propagation: Circumstances['propagation']): unknown =>
    (
      parse(textOf(filesOf(machineWith(), { propagation }), 'traefik/traefik.yml')) as {
        certificatesResolvers: { letsencrypt: { acme: { dnsChallenge: unknown } } }
      }
    ).certificatesResolvers.letsencrypt.acme.dnsChallenge

  test.each([
    [{ resolvers: [], skipAuthoritative: false }, {}],
    [
      { resolvers: ['192.0.2.1:53'], skipAuthoritative: true },
      { resolvers: ['192.0.2.1:53'], propagation: { disableANSChecks: true } },
    ],
    [
      { resolvers: [], skipAuthoritative: false, waitInstead: 60 },
      { propagation: { disableChecks: true, delayBeforeChecks: '60s' } },
    ],
  ])('%j', (propagation, expected) => {
    expect(challengeOf(propagation)).toEqual({ provider: 'cloudflare', ...expected })
  })
})

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0
if (!hasSystemd) process.stderr.write('Skipped: what systemd says of the units. systemd-analyze is not on PATH.\n')

;(hasSystemd ? describe : describe.skip)('systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'units-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  for (const { path, text } of filesOf(machineWith({ publicIpv6: '2001:db8::1', http3: true }))) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    // The programs aren't on this machine, and verify wants them there.
    if (path.startsWith('units/')) writeFileSync(file, text.replaceAll(/^(ExecStart=)\/opt\S*/gm, '$1/bin/true'))
  }
  const analyze = (...args: readonly string[]): string => {
    const { stdout, stderr, status } = spawnSync('systemd-analyze', args, {
      cwd: join(folder, 'units'),
      encoding: 'utf8',
    })
    return status === 0 ? stderr : `${stdout}${stderr}`
  }

  test('has nothing to say of any unit', () => {
    // --man=no: manual pages need not be installed.
    expect(analyze('verify', '--man=no', `./${ROUTER}.service`, `./${TRAEFIK}.service`)).toBe('')
  }, 30_000)

  test.each([ROUTER, TRAEFIK])('finds %s exposed to 2.0 at most', (unit) => {
    expect(analyze('security', '--offline=true', '--threshold=20', `./${unit}.service`)).toBe('')
  })
})
