import { describe, expect, test } from '@jest/globals'
import { decodeLabels } from './decode.ts'
import { visibleKey } from './slips.ts'
import { traefikSlipOf } from './traefik-slips.ts'

const KEY = 'traefik.http.routers.web.middlewares'

test.each([
  ['a dash', `-${KEY}`, 'begins with a dash'],
  ['a space', ` ${KEY}`, 'begins with a space'],
  ['a tab', `\t${KEY}`, 'begins with a tab'],
  ['a dash and a space', `- ${KEY}`, 'begins with a dash'],
  ['a quote', `"${KEY}`, 'begins with a quotation mark'],
  ['a typographic quote', `“${KEY}”`, 'begins with "“" (U+201C), and ends with "”" (U+201D)'],
  ['a dot', `.${KEY}`, 'begins with a dot'],
  ['a hash sign', `# ${KEY}`, 'begins with a hash sign'],
  ['an em dash', `—${KEY}`, 'begins with "—" (U+2014)'],
  ['a bullet', `• ${KEY}`, 'begins with "•" (U+2022)'],
  ['a non-breaking space', `\u00a0${KEY}`, 'begins with a space (U+00A0)'],
  ['a zero-width space', `\u200b${KEY}`, 'has an invisible character in it (U+200B)'],
  ['a byte order mark', `\ufeff${KEY}`, 'has an invisible character in it (U+FEFF)'],
  [
    'a zero-width space within',
    'traefik.http.rou\u200bters.web.middlewares',
    'has an invisible character in it (U+200B)',
  ],
  [
    'a soft hyphen in a name',
    'traefik.http.routers.w\u00adeb.middlewares',
    'has an invisible character in it (U+00AD)',
  ],
  ['a space behind', `${KEY} `, 'ends with a space'],
  ['a tab behind', `${KEY}\t`, 'ends with a tab'],
  ['a quote behind', `${KEY}"`, 'ends with a quotation mark'],
  ['a colon behind', `${KEY}:`, 'ends with a colon'],
  ['spaces at dots', 'traefik. http .routers.web.middlewares', 'has a space beside a dot'],
  ['a Cyrillic letter', 'tr\u0430efik.http.routers.web.middlewares', 'has "а" (U+0430) in it, which only looks like a'],
  ['one in a name', 'traefik.http.routers.w\u0435b.middlewares', 'has "е" (U+0435) in it, which only looks like e'],
  ['wide letters', 'ｔraefik.http.routers.web.middlewares', 'has "ｔ" (U+FF54) in it, which only looks like t'],
  ['a letter too few', 'trefik.http.routers.web.middlewares', 'begins with "trefik", not with "traefik"'],
  ['letters swapped', 'treafik.http.routers.web.middlewares', 'begins with "treafik", not with "traefik"'],
  ['a letter too many', 'traeffik.http.routers.web.middlewares', 'begins with "traeffik", not with "traefik"'],
  ['no first part', 'http.routers.web.middlewares', 'lacks "traefik." at its beginning'],
  ['another protocol', 'traefik.htpp.routers.web.middlewares', 'says "htpp", not "http"'],
  ['no protocol', 'traefik.routers.web.middlewares', 'has no protocol, such as http, behind "traefik"'],
])('%s is told, and undone', (_, label, reason) => {
  expect(traefikSlipOf(label)).toMatchObject({ label, meant: KEY, certain: KEY, reason: `it ${reason}` })
})

test.each([
  ['underscores', 'traefik_http_routers_my_app_middlewares', 'traefik.http.routers.my.app.middlewares'],
  ['capitals, from an environment', 'TRAEFIK_HTTP_ROUTERS_WEB_MIDDLEWARES', 'traefik.HTTP.ROUTERS.WEB.MIDDLEWARES'],
  ['slashes', 'traefik/http/routers/web/middlewares', 'traefik.http.routers.web.middlewares'],
  ['dashes', 'traefik-http-routers-web-middlewares', 'traefik.http.routers.web.middlewares'],
])('%s for dots leave open how far a name goes, so that the protocol is meant', (_, label, meant) => {
  expect(traefikSlipOf(label)).toMatchObject({ meant, certain: meant.split('.').slice(0, 2).join('.') })
})

test('a value within the key is put behind it', () => {
  expect(traefikSlipOf('traefik.enable: true')).toMatchObject({
    meant: 'traefik.enable=true',
    certain: 'traefik.enable',
    reason: 'it has its value in it, behind a colon',
  })
})

test.each(['x-traefik.enable', 'old.traefik.http.routers.web.rule', 'labels.traefik.http.routers.web.rule'])(
  '%s may have been put aside on purpose',
  (label) => {
    expect(traefikSlipOf(label)).toMatchObject({ aside: true })
  },
)

test.each([
  KEY,
  'traefik.enable',
  'traefik.HTTP.Routers.Web.Rule',
  'Traefik.http.routers.web.rule',
  'traefik.http.router\u017f.web.rule',
  'traefik.http.routers.сайт.rule',
  'traefik.http.routers.café.rule',
  'traefik.http.routers.my app.rule',
  'traefik.http.routers.a[b]c.rule',
  'traefik.http.routers.web@docker.rule',
  'traefik.http.middlewares.h.headers.customrequestheaders.X-A:B',
  'traefik.foo.bar',
  'traefik.port',
  'traefik.docker.network',
  'trafficserver.http',
  'com.docker.compose.project',
  'org.opencontainers.image.title',
  'maintainer',
  'http.port',
  'enable',
  '',
  '-',
  ' ',
  '\u200b',
  'my-traefik',
])('%j is no slip', (label) => {
  expect(traefikSlipOf(label)).toBeUndefined()
})

test('a key is shown with what nobody sees in it', () => {
  expect(visibleKey(KEY)).toBe(KEY)
  expect(visibleKey(`-${KEY}`)).toBe(`"-${KEY}"`)
  expect(visibleKey(`\u200b${KEY}\t`)).toBe(`"\\u{200b}${KEY}\\u{9}"`)
  expect(visibleKey('tr\u0430efik.enable')).toBe('"tr\\u{430}efik.enable"')
  expect(visibleKey('traefik.http.routers.сайт.rule')).toBe('"traefik.http.routers.сайт.rule"')
})

test('and with nothing that drives a terminal', () => {
  expect(visibleKey('traefik.\u001b[31m')).toBe('"traefik.\\u{1b}[31m"')
})

test('long and strange keys take no time and throw nothing', () => {
  const texts = ['-', ' ', '"', '.', ':', 'а', '\u200b', 'traefik.', 'trefik/'].map((text) => text.repeat(70_000))
  for (const text of texts) expect(traefikSlipOf(`${text}traefik.http.x`)?.meant).toBeUndefined()
  for (const text of texts) expect(() => traefikSlipOf(text.slice(0, 4000))).not.toThrow()
})

describe('what a slip costs', () => {
  const WEB = {
    'traefik.enable': 'true',
    'traefik.http.routers.web.rule': 'Host(`a`)',
    'traefik.http.routers.other.rule': 'Host(`b`)',
    'traefik.http.services.web.loadbalancer.server.port': '80',
  }
  const auth = (key: string) => decodeLabels({ ...WEB, [key]: 'auth' })

  test.each([
    `-${KEY}`,
    `\u200b${KEY}`,
    'trefik.http.routers.web.middlewares',
    'traefik.http.routers.w\u0435b.middlewares',
  ])('%j: the router that it was meant for, and nothing else', (label) => {
    const { state, configuration, broken, mistakes } = auth(label)
    expect(state).toBe('enabled')
    expect(Object.keys(configuration.http?.routers ?? {})).toEqual(['other'])
    expect(Object.keys(configuration.http?.services ?? {})).toEqual(['web'])
    expect([...broken]).toEqual([['http.routers', ['web']]])
    expect(mistakes).toMatchObject([{ label, suggestion: KEY, costs: 'http.routers.web' }])
  })

  test('a definition: what refers to it goes with it, in the kernel', () => {
    const { broken, brokenProtocols } = decodeLabels({
      ...WEB,
      '-traefik.http.middlewares.auth.basicauth.users': 'a:b',
    })
    expect([...broken]).toEqual([['http.middlewares', ['auth']]])
    expect([...brokenProtocols]).toEqual([])
  })

  test('a second slip behind the first: the protocol', () => {
    const { brokenProtocols, mistakes } = auth('-traefik.http.router.web.middlewares')
    expect([...brokenProtocols]).toEqual(['http'])
    expect(mistakes[0]?.suggestion).toBe(KEY)
  })

  test('no protocol: what has the name in each that the container uses', () => {
    const label = 'traefik.routers.web.middlewares'
    const { broken } = decodeLabels({ ...WEB, 'traefik.tcp.routers.web.rule': 'HostSNI(`*`)', [label]: 'auth' })
    expect([...broken]).toEqual([
      ['http.routers', ['web']],
      ['tcp.routers', ['web']],
    ])
    const { broken: alone } = decodeLabels({ 'traefik.enable': 'true', [label]: 'auth' })
    expect([...alone]).toEqual([['http.routers', ['web']]])
  })

  test('underscores for dots: the protocol', () => {
    expect([...auth('traefik_http_routers_web_middlewares').brokenProtocols]).toEqual(['http'])
  })

  test.each(['-traefik.enable', 'traefik.enabel', ' traefik.enable', 'traefik.enable '])(
    '%j beside good labels: the container',
    (label) => {
      expect(decodeLabels({ ...WEB, [label]: 'false' }).state).toBe('refused')
    },
  )

  test('alone, the automatic route too: its owner meant something else', () => {
    expect(decodeLabels({ '-traefik.enable': 'true' }).state).toBe('refused')
    expect(decodeLabels({ [`-${KEY}`]: 'auth' })).toMatchObject({ state: 'unasked', mistakes: [{ suggestion: KEY }] })
  })

  test('nothing, where it may have been put aside on purpose, or where the right spelling has no effect either', () => {
    for (const label of [`x-${KEY}`, '-traefik.foo.bar']) {
      const { configuration, mistakes } = auth(label)
      expect(Object.keys(configuration.http?.routers ?? {})).toEqual(['other', 'web'])
      expect(mistakes).toMatchObject([{ label, ignored: true }])
    }
    expect(decodeLabels({ [`x-${KEY}`]: 'auth' }).state).toBe('none')
  })

  test('nothing of a container that is switched off', () => {
    expect(decodeLabels({ ...WEB, 'traefik.enable': 'false', [`-${KEY}`]: 'auth' })).toMatchObject({
      state: 'disabled',
      mistakes: [],
    })
  })
})
