import { describe, expect, test } from '@jest/globals'
import { maskSecrets } from './index.ts'

describe('is masked', () => {
  test.each<[string, string]>([
    ['http://user:pa@ss@127.0.11.2:80/x?y=@', 'http://***@127.0.11.2:80/x?y=@'],
    ['http://user:p/w?d#1@host', 'http://***@host'],
    ['leads to "http://user:s3cret", which', 'leads to "http://***", which'],
    ['leads to "bob:s3cret@redis:6379", which', 'leads to "***@redis:6379", which'],
    [
      'reads the file "-----BEGIN RSA PRIVATE KEY----- MIIEvQ== abc/ -----END RSA PRIVATE KEY-----". Only',
      'reads the file "***". Only',
    ],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\ncut off', '***'],
    ['reads the file "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"', 'reads the file "***"'],
    ['reads the file "-----BEGIN CERTIFICATE-----\\nMIIEvQ"', 'reads the file "***"'],
    ["its port ':s3cret' is not a number", "its port '***' is not a number"],
    ['"admin:$apr1$abc$def/.,bob:$2y$05$xyz"', '"admin:***,bob:***"'],
    ["'eve:{SHA}abc='", "'eve:***'"],
    ['admin:$$apr1$$abc$$def', 'admin:***'],
    ['eve:realm:0123456789abcdef0123456789ABCDEF', 'eve:realm:***'],
    ['traefik.http.middlewares.a.basicauth.users=admin:hunter2', 'traefik.http.middlewares.a.basicauth.users=***'],
    [
      'traefik.http.middlewares.a.digestAuth.users[0]: "ann:hunter2" isn\'t it',
      'traefik.http.middlewares.a.digestAuth.users[0]: "***" isn\'t it',
    ],
    [
      'traefik.http.middlewares.a.basicauth: "hunter2" switches it off',
      'traefik.http.middlewares.a.basicauth: "***" switches it off',
    ],
    ['a.headers.customrequestheaders.X-Foo=one two', 'a.headers.customrequestheaders.X-Foo=***'],
    ['a.headers.customResponseHeaders.X-Foo: "one two" isn\'t', 'a.headers.customResponseHeaders.X-Foo: "***" isn\'t'],
    ['Header(`Authorization`, `Bearer abc`)', 'Header(`Authorization`, `***`)'],
    ['Header(`X-Api-Key`,`hunter2`) && Host(`a.com`)', 'Header(`X-Api-Key`,`***`) && Host(`a.com`)'],
    ['!headerregexp( "X-Auth-Token" , "a\\"b" )', '!headerregexp( "X-Auth-Token" , "***" )'],
    ['Header(`X-Origin-Verify`, `8f3b1c9d2e4a5b6c`)', 'Header(`X-Origin-Verify`, `***`)'],
    ['Query(`token`, `x`) || QueryRegexp(`api_key`, `^x`)', 'Query(`token`, `***`) || QueryRegexp(`api_key`, `***`)'],
    ['Query(`token=x`)', 'Query(`token=***`)'],
    ['Header(`Cookie`, `cut off', 'Header(`Cookie`, `***`'],
    [
      'HeaderRegexp of "hunter(": missing closing ): `hunter(`. Did you mean x?',
      'HeaderRegexp of "***": missing closing ): . Did you mean x?',
    ],
    ['at character 30, found the string "hunter2"', 'at character 30, found the string "***"'],
    [
      'at character 1, found the string "Host(`a`) && Header(`X`, `hunter2`)"',
      'at character 1, found the string "***"',
    ],
    ["at character 30, found 'hunter2'", "at character 30, found '***'"],
    ['Authorization: Bearer abcdefgh', 'Authorization: Bearer ***'],
    ['Basic dXNlcjpwYXNz', 'Basic ***'],
    ['http://127.0.11.2/x?a=1&access_token=abc&b=2', 'http://127.0.11.2/x?a=1&access_token=***&b=2'],
    ['MY_SECRET_KEY=abc DB_PASSWORD=12345', 'MY_SECRET_KEY=*** DB_PASSWORD=***'],
    ['password:hunter2', 'password:***'],
    ['knows no "password: hunter2" there', 'knows no "password: ***" there'],
    ['{"apiKey": "hunter2"}', '{"apiKey": "***"}'],
    ['key=abc', 'key=***'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1', '***'],
    ['said ghp_0123456789abcdefABCDEF', 'said ***'],
  ])('%s', (text, expected) => {
    expect(maskSecrets(text)).toBe(expected)
    expect(maskSecrets(maskSecrets(text))).toBe(expected)
  })
})

describe('stays', () => {
  test.each([
    'Host(`token.example.com`) && PathPrefix(`/secret`)',
    'Host(`a.com`) || HostRegexp(`^key-[a-z]+\\.example\\.com$`)',
    'Header(`X-Version`, `2`)',
    'Header(`X-Forwarded-Host`, `tenant-2816.example.com`)',
    'Header(`Accept`, `application/vnd.api2+json`)',
    'Query(`page`, `2`)',
    'http://127.0.11.2:8080/',
    'http://127.0.11.2/@me',
    'http://token:8080',
    'http://a:80, http://b:443.',
    'reads the file "/etc/ssl/certs/ca-2024-with-a-long-name.pem"',
    'reads the file "ca-2024-with-a-long-name.pem"',
    'leads to "127.0.11.2:6379", which is no address',
    'http://:80/x',
    'http://[::1]:80/@',
    'token.example.com:443',
    'token-2816: Host(`token-2816.example.com`) on websecure (container token-1)',
    'secure-headers@file',
    '/var/run/rediacc/docker-2816.sock',
    'sha256:' + '0123456789abcdef'.repeat(4),
    '0123456789abcdef'.repeat(4),
    "expected a value in backquotes at character 6, found 'example'",
    'at character 30, found the string "app.example.com"',
    'at character 1, found the string "Host(`a.com`) && Path(`/b`)"',
    'Did you mean traefik.http.middlewares.auth.basicauth.users?',
    'traefik.http.middlewares.a.basicauth.users: Traefik knows no "user" there; the middleware "a" is left out.',
    'The middleware "secret" is left out: it refers to "token@file", and only the operator can allow that (allow.references).',
    'basicAuth.users[0] must have the form name:hash, as the htpasswd tools write it.',
    'Set traefik.http.routers.token.tls.certresolver=letsencrypt.',
    'Every container can read it; set --token-file.',
    'The key listen is here a second time; keep one of them.',
  ])('%s', (text) => {
    expect(maskSecrets(text)).toBe(text)
  })
})

test.each([
  'token',
  'key',
  '://',
  '://a:',
  'Header(`',
  'Header("',
  'HeaderRegexp of "',
  "found '",
  'eyJ',
  'eyJ-',
  '$',
  '$1$',
  'Bearer ',
  'authorization:',
  'basicauth: "',
  'password ',
  '{SHA',
  '`',
  '"',
  ' ',
])('a text of many %j is searched in no time to speak of', (part) => {
  expect(maskSecrets(part.repeat(Math.ceil(262_144 / part.length)))).not.toBe('')
})

test.each([
  "found '",
  'eyJ',
  '$',
  'Header(`',
  'reads the file "',
  'leads to "',
  'Query of "a": ',
  '://',
  'basicauth.users=',
])('nor one that goes on and on after %j', (head) => {
  for (const letter of ['a', '@', ':', '.']) expect(maskSecrets(`${head}${letter.repeat(262_144)}`)).not.toBe('')
})
