import { describe, expect, test } from '@jest/globals'
import type { SectionName } from '../schema/configuration.ts'
import { remarksOf } from './remarks.ts'

const BCRYPT = '$2y$05$abcdefghijklmnopqrstuuKqcFmOmQKy1uLx1DOVvT6lpVqQ9fKJS'
const MD5 = '$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/'
const SHA = '{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M='
const HEX = '0123456789abcdef0123456789abcdef'

const shown = (section: SectionName, value: unknown): string[] =>
  remarksOf(section, value).map(
    ({ kind, path, reason, hint }) => `${kind} ${path} ${reason}${hint === undefined ? '' : ` [${hint}]`}`,
  )

const basic = (...users: string[]) => shown('http.middlewares', { basicAuth: { users } })
const digest = (realm: string | undefined, ...users: string[]) =>
  shown('http.middlewares', { digestAuth: { users, ...(realm !== undefined && { realm }) } })

describe('users of basicAuth', () => {
  test('with a hash that Traefik knows are not remarked', () => {
    const hashes = [BCRYPT, BCRYPT.replace('2y', '2a'), MD5, MD5.replace('apr1', '1'), SHA]
    expect(basic(...hashes.map((hash) => `u:${hash}`))).toEqual([])
  })

  test.each([
    [`u:${BCRYPT.replaceAll('$', '$$$$')}`, /still has \$\$ where its hash has one \$/],
    ['admin:$$2y$$05$$abc', /still has \$\$/],
    ['admin:${ADMIN_HASH}', /has a variable in it that nothing has replaced/],
    ['admin:.4U63YX83CwkyUrjqabcdef', /what is left of one: compose, or a shell, took its \$… for variables/],
    ['admin:/abc', /what is left of one/],
    ['admin:', /what is left of one/],
    ['admin:hunter2', /a password in plain text is none/],
    ['admin:pa ss.word', /a password in plain text is none/],
    [`u:${BCRYPT.slice(0, -1)}`, /too short, too long/],
    [`u:${BCRYPT}x`, /too short, too long/],
    ['u:$2y$05$', /too short, too long/],
    ['u:$apr1$abc', /too short, too long/],
    ['u:{SHA}abc', /too short, too long/],
    ['u:$6$salt$hash', /of a kind that Traefik doesn't know/],
    ['u:$5$salt$hash', /of a kind that Traefik doesn't know/],
    ['u:$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA', /of a kind that Traefik doesn't know/],
    ['u:{SSHA}abc', /of a kind that Traefik doesn't know/],
  ])('%s can not log in', (user, reason) => {
    const [found = '', ...more] = basic(user)
    expect(found).toMatch(/^useless basicAuth\.users\[0\] /)
    expect(found).toMatch(reason)
    expect(more).toEqual([])
  })

  test('are never shown', () => {
    const said = basic('annabel:hunter2', 'annabel:$6$hunter2', 'annabel:.hunter2', `annabel:$$${BCRYPT}`).join()
    expect(said).not.toMatch(/annabel|hunter2|abcdefghij/)
  })
})

describe('users of digestAuth', () => {
  test('have the realm of the middleware, or Traefik’s', () => {
    expect(digest(undefined, `u:traefik:${HEX}`)).toEqual([])
    expect(digest('', `u:traefik:${HEX}`)).toEqual([])
    expect(digest('shop', `u:shop:${HEX}`)).toEqual([])
    expect(digest('shop', `u:traefik:${HEX}`)[0]).toContain('has another realm than the middleware\'s, which is "shop"')
    expect(digest(undefined, `u:s3cret:${HEX}`)[0]).toMatch(/which is "traefik"/)
    expect(digest(undefined, `u:s3cret:${HEX}`)[0]).not.toContain('s3cret')
  })

  test('have a hash of 32 small hexadecimal digits', () => {
    expect(digest(undefined, `u:traefik:${HEX.toUpperCase()}`)[0]).toContain('has its hash in capitals')
    expect(digest(undefined, 'u:traefik:hunter2')[0]).toContain('has no hash of 32 hexadecimal digits')
  })
})

describe('replacements', () => {
  const redirect = (regex: string, replacement: string) =>
    shown('http.middlewares', { redirectRegex: { regex, replacement } })

  test.each([
    ['^http://a/(.*)', 'https://b/${1}'],
    ['^http://a/(.*)', 'https://b/$1/x'],
    ['^http://a/(?P<rest>.*)', 'https://b/${rest}'],
    ['^http://a/(?<rest>.*)', 'https://b/$rest'],
    ['^http://a/', 'https://b/$0'],
    ['^http://a/', 'https://b/?price=5$'],
    ['^http://a/', 'https://b/?price=$$'],
  ])('%s with %s says what it means', (regex, replacement) => {
    expect(redirect(regex, replacement)).toEqual([])
  })

  test.each([
    ['^http://a/(.*)', 'https://$${1}', /has \$\$, which stands for a plain \$.* \[https:\/\/\$\{1\}\]$/],
    ['^http://a/(.*)', 'https://$$1', /has \$\$.* \[https:\/\/\$1\]$/],
    ['^http://a/(.*)', 'https://b/$1x/y', /has \$1x, which names a group .* \[https:\/\/b\/\$\{1\}x\/y\]$/],
    ['^http://a/(.*)', 'https://b/$2', /has \$2, and the regex has no such group/],
    ['^http://a/(.*)', 'https://${HOST}/$1', /has \$\{HOST\}, which is no group of the regex.* if a variable is meant/],
  ])('%s with %s', (regex, replacement, reason) => {
    const [found = ''] = redirect(regex, replacement)
    expect(found).toMatch(/^useless redirectRegex\.replacement /)
    expect(found).toMatch(reason)
  })
})

test.each<[SectionName, unknown, string]>([
  [
    'http.middlewares',
    { headers: { customRequestHeaders: { 'X-A': 'a ${NAME} b' } } },
    'headers.customRequestHeaders.X-A has ${NAME}',
  ],
  [
    'http.middlewares',
    { headers: { customRequestHeaders: { 'X-A': '$${NAME:-x}' } } },
    'headers.customRequestHeaders.X-A has ${NAME}',
  ],
  ['http.middlewares', { stripPrefix: { prefixes: ['/a', '/${B}'] } }, 'stripPrefix.prefixes[1] has ${B}'],
  ['http.routers', { tls: { certResolver: '${RESOLVER}' } }, 'tls.certResolver has ${RESOLVER}'],
])('%s: %j has a variable that nothing has replaced', (section, value, start) => {
  expect(shown(section, value)).toEqual([
    expect.stringContaining(`useless ${start} as it stands, which nothing has replaced`),
  ])
})

test.each<[SectionName, unknown, string]>([
  [
    'http.middlewares',
    { headers: { sslRedirect: true } },
    'ignored headers.sslRedirect has no effect in Traefik 3. Plain HTTP is',
  ],
  [
    'http.middlewares',
    { headers: { sslHost: 'a.org' } },
    'ignored headers.sslHost has no effect in Traefik 3. Use a middleware with redirectregex',
  ],
  [
    'http.middlewares',
    { headers: { featurePolicy: 'x' } },
    'ignored headers.featurePolicy has no effect in Traefik 3. Use headers.permissionsPolicy',
  ],
  [
    'http.middlewares',
    { ipWhiteList: { sourceRange: ['10.0.0.0/8'] } },
    'obsolete ipWhiteList will go with Traefik 4. Use ipAllowList',
  ],
  ['tcp.middlewares', { ipWhiteList: { sourceRange: ['10.0.0.0/8'] } }, 'obsolete ipWhiteList will go'],
  [
    'http.middlewares',
    { stripPrefix: { prefixes: ['/a'], forceSlash: false } },
    'obsolete stripPrefix.forceSlash will go',
  ],
  ['http.middlewares', { contentType: { autoDetect: true } }, 'obsolete contentType.autoDetect will go'],
  [
    'http.middlewares',
    { forwardAuth: { tls: { caOptional: true } } },
    'ignored forwardAuth.tls.caOptional has no effect',
  ],
  ['tcp.services', { loadBalancer: { terminationDelay: 100 } }, 'obsolete loadBalancer.terminationDelay will go'],
  ['tcp.services', { loadBalancer: { proxyProtocol: {} } }, 'obsolete loadBalancer.proxyProtocol will go'],
  ['http.routers', { ruleSyntax: 'v3' }, 'obsolete ruleSyntax will go'],
  ['tcp.routers', { ruleSyntax: 'v3' }, 'obsolete ruleSyntax will go'],
])('%s: %j is on its way out', (section, value, start) => {
  expect(shown(section, value)).toEqual([expect.stringContaining(start)])
})

test('hostile values are soon judged', () => {
  for (const part of ['$', '$$', '${', '(?P<a>', '{SHA}', '$2y$', '$1x'])
    for (const long of [part.repeat(65_536 / part.length), `(${part.repeat(20_000)}`]) {
      basic(`u:${long}`)
      shown('http.middlewares', { redirectRegex: { regex: long, replacement: long } })
      shown('http.middlewares', { redirectRegex: { regex: `(${long}`, replacement: '$1 '.repeat(20_000) } })
      shown('http.middlewares', { headers: { customRequestHeaders: { 'X-A': long } } })
    }
})
