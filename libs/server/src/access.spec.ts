import { afterEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { sampleView } from '@route-server/kernel/testing'
import { createApp, listen, type AppOptions, type Index, type Listening } from './index.ts'

const open: Listening[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const view = sampleView()

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function start(
  options: AppOptions,
  direct: boolean,
): Promise<(path: string, headers: object) => Promise<Answer>> {
  const listening = await listen(createApp(view, options), { host: '127.0.0.1', port: 0, ...(direct ? { view } : {}) })
  open.push(listening)
  return async (path, headers) => {
    const sent = request(`${listening.address}${path}`, { headers: { ...headers } }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: response.statusCode, headers: response.headers, body: await text(response) }
  }
}

const token = '0123456789abcdef-Zz'

describe.each([
  ['directly', true],
  ['by the app', false],
])('the route document, answered %s', (_, direct) => {
  test.each<[string, string | undefined, number]>([
    ['nothing', undefined, 401],
    ['an empty header', '', 401],
    ['the token alone', token, 401],
    ['another scheme', `Basic ${token}`, 401],
    ['another token', 'Bearer 0123456789abcdef-ZZ', 401],
    ['the beginning of the token', `Bearer ${token.slice(0, -1)}`, 401],
    ['more than the token', `Bearer ${token}x`, 401],
    ['a name of every object', 'Bearer constructor', 401],
    ['the token', `Bearer ${token}`, 200],
    ['the scheme in small letters', `bearer  ${token}`, 200],
    ['the token as a password', `Basic ${Buffer.from(`ann:${token}`).toString('base64')}`, 200],
    ['the token as a name', `Basic ${Buffer.from(`${token}:`).toString('base64')}`, 401],
  ])('for who shows %s', async (_, authorization, status) => {
    const ask = await start({ token }, direct)
    const answer = await ask('/routes.yaml', authorization === undefined ? {} : { authorization })
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.body).toBe('http: {}\n')
    else {
      expect(answer.headers['www-authenticate']).toBe('Bearer')
      expect(answer.body).toBe(
        'The route document needs the token of the file that the route server got as --token-file. ' +
          'In Traefik\'s static configuration: providers.http.headers: { Authorization: "Bearer …" }\n',
      )
    }
  })

  test('a token that changes is in force at the next request', async () => {
    let current: string | undefined
    const options = {
      get token() {
        return current
      },
    }
    const ask = await start(options, direct)
    const status = async (shown: string): Promise<number | undefined> =>
      (await ask('/routes.yaml', { authorization: `Bearer ${shown}` })).status
    expect(await status('one')).toBe(200)
    current = 'one'
    expect([await status('one'), await status('two')]).toEqual([200, 401])
    current = 'two'
    expect([await status('one'), await status('two')]).toEqual([401, 200])
  })

  test.each<[string, number]>([
    ['127.0.0.1', 200],
    ['127.0.0.1:7111', 200],
    ['10.1.2.3:80', 200],
    ['[::1]:7111', 200],
    ['[fd00::1]', 200],
    ['localhost:7111', 200],
    ['LocalHost.', 200],
    ['Router.Internal:7111', 200],
    ['router.internal.', 200],
    ['evil.example.com', 421],
    ['evil.example.com:7111', 421],
    ['127.0.0.1.evil.example.com', 421],
    ['localhost.evil.example.com', 421],
    ['router.internal..', 421],
    ['evil.localhost', 421],
    ['127.1', 421],
    ['0x7f000001', 421],
    ['::1', 400],
    ['[evil.example.com]', 400],
  ])('asked as %s', async (host, status) => {
    const ask = await start({ allowedHosts: ['router.internal'] }, direct)
    expect((await ask('/routes.yaml', { host })).status).toBe(status)
    // What was let in is remembered, and nothing else with it.
    expect((await ask('/routes.yaml', { host: 'evil.example.com' })).status).toBe(421)
    expect((await ask('/routes.yaml', { host })).status).toBe(status)
  })
})

const ENDPOINTS = [
  '/',
  '/health',
  '/routes.json',
  '/ports',
  '/openapi.json',
  '/routes.yaml',
  '/explain',
  '/metrics',
  '/history',
  '/diff',
]
const metrics = () => Promise.resolve({ contentType: 'text/plain', body: 'up 1\n' })
const explain = () => Promise.resolve({ body: {}, page: [] })
const history = () => [{ revision: 1, at: 0, causes: [{ kind: 'start' as const }], entries: [], more: 0 }]

test.each([...ENDPOINTS, '/nothing'])('%s tells nothing to a web page that goes by a name of its own', async (path) => {
  const answer = await (await start({ explain, metrics, history }, true))(path, { host: 'rebound.example.com' })
  expect(answer.status).toBe(421)
  expect(JSON.parse(answer.body)).toEqual({
    error: {
      code: 'HOST_NOT_ALLOWED',
      message:
        'The route server doesn\'t answer under the name "rebound.example.com". Ask it by its address or as localhost, or add the name to allowedHosts in its configuration.',
    },
  })
})

const everything: AppOptions = { explain, metrics, history, problems: () => ['The disk of /srv/shop is full.'] }
const shown = { authorization: `Bearer ${token}` }
const askable = (path: string): string => (path === '/explain' ? `${path}?about=web` : path)

test('these are all endpoints', async () => {
  const { endpoints } = JSON.parse((await (await start(everything, true))('/', {})).body) as Index
  expect(endpoints.map(({ path }) => path).sort()).toEqual([...ENDPOINTS].sort())
})

describe.each([...ENDPOINTS, '/nothing'])('%s', (path) => {
  const found = path === '/nothing' ? 404 : 200

  test('is for everybody where there is no token', async () => {
    expect((await (await start(everything, true))(askable(path), {})).status).toBe(found)
  })

  test('is for who shows the token where there is one', async () => {
    const ask = await start({ ...everything, token }, true)
    const answer = await ask(askable(path), shown)
    expect([answer.status, answer.body.includes(token)]).toEqual([found, false])
  })

  if (path === '/health') return

  test.each([{}, { authorization: 'Bearer 0123456789abcdef-ZZ' }])(
    'tells who shows %o how to show it, and no more',
    async (headers) => {
      const refused = await (await start({ ...everything, token }, true))(askable(path), headers)
      expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer'])
      expect(refused.body).toMatch(
        path === '/routes.yaml'
          ? /^The route document needs the token .* providers\.http\.headers: .*\n$/
          : /^This needs the token of the file that the route server got as --token-file: curl -H .*\n$/,
      )
    },
  )

  test('asks a browser for the token', async () => {
    const ask = await start({ ...everything, token }, true)
    const refused = await ask(path, { accept: 'text/html,*/*;q=0.8' })
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      'Basic realm="route server", charset="UTF-8"',
    ])
  })
})

test('/health has a verdict for who shows no token, and nothing of whom or what it is about', async () => {
  const ask = await start({ ...everything, token }, true)
  for (const headers of [{}, { authorization: 'Bearer 0123456789abcdef-ZZ' }, { accept: 'text/html' }]) {
    const { status, body } = await ask('/health', headers)
    expect([status, JSON.parse(body)]).toEqual([200, { status: 'degraded' }])
  }
  expect(JSON.parse((await ask('/health', shown)).body)).toMatchObject({
    problems: ['The disk of /srv/shop is full.'],
  })
})

test('a probe sees without the token that there are no routes yet', async () => {
  const starting = { ...view, document: () => ({ waitingFor: ['The daemon at /run/docker-64.sock.'] }) }
  const response = await createApp(starting, { token }).request('/health')
  expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
    503,
    '1',
    { status: 'starting' },
  ])
})

test('a request without the Host header, as HTTP/1.0 allows, is answered', async () => {
  const response = await Promise.resolve(createApp(view).request('/health'))
  expect(response.status).toBe(200)
})
