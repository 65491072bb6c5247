import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { createApp } from '@route-server/server'
import { createPageEndpoints } from './endpoints.ts'
import { sampleRouter, sampleView } from './sample-view.ts'

const BROWSER = { Accept: 'text/html,application/xhtml+xml' }

function started(token?: string) {
  const listeners = new Set<(said: string) => void>()
  const view = sampleView({ routers: [sampleRouter('web', 2816)] })
  const page = createPageEndpoints({
    view,
    claims: () => [],
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  })
  const app = createApp(view, { page, ...(token !== undefined && { token }) })
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    await app.request(path, { headers })
  const head = async (path: string): Promise<Response> => await app.request(path, { method: 'HEAD' })
  const changed = (said: string): void => listeners.forEach((listener) => listener(said))
  return { get, head, changed, listeners }
}

const assetsOf = (html: string): readonly string[] => [
  ...new Set([...html.matchAll(/(?:src|href)="(\/page\.[^"]+)"/g)].map(([, path = '']) => path)),
]

test('a browser gets the page, a program the list of endpoints', async () => {
  const { get } = started()
  const page = await get('/?q=web', BROWSER)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(await page.text()).toContain('<span id="found">1 route found</span>')
  const list = await get('/', { Accept: '*/*' })
  expect(list.headers.get('vary')).toBe('Accept')
  const { endpoints } = (await list.json()) as { readonly endpoints: readonly { readonly path: string }[] }
  expect(endpoints.map(({ path }) => path)).toEqual(expect.arrayContaining(['/', '/routes.yaml', '/routes.json']))
})

test('nothing but our own style and script runs, nobody may frame it, and no address of it goes anywhere', async () => {
  const { get } = started()
  const { headers } = await get('/', BROWSER)
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
})

test('what the page names is there, to keep for good', async () => {
  const { get } = started()
  const assets = assetsOf(await (await get('/', BROWSER)).text())
  const types = await Promise.all(
    assets.map(async (path) => {
      const { status, headers } = await get(path)
      expect([status, headers.get('cache-control')]).toEqual([200, 'private, max-age=31536000, immutable'])
      return headers.get('content-type')
    }),
  )
  expect(types.sort()).toEqual(['image/svg+xml', 'text/css; charset=utf-8', 'text/javascript; charset=utf-8'])
})

describe('with a token', () => {
  const token = '0123456789abcdef-Zz'
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

  test.each<[string, string, number]>([
    ['nothing', '', 401],
    ['the token as the password', basic(`ann:${token}`), 200],
    ['the token as the password of nobody', basic(`:${token}`), 200],
    ['the token as the name', basic(`${token}:`), 401],
    ['another password', basic(`ann:${token}x`), 401],
    ['the token as Bearer', `Bearer ${token}`, 200],
  ])('the page is for who shows it: %s', async (_, authorization, status) => {
    const { get } = started(token)
    const html = await (await started().get('/', BROWSER)).text()
    for (const path of ['/', '/?q=web', '/changes', ...assetsOf(html)]) {
      const answer = await get(path, { ...BROWSER, authorization })
      expect([path, answer.status]).toEqual([path, status])
      if (status === 401) {
        expect(answer.headers.get('www-authenticate')).toBe('Basic realm="route server", charset="UTF-8"')
        expect(await answer.text()).toBe(
          'This page needs the token of the route server, as the password; any name will do.\n',
        )
      } else await answer.body?.cancel()
    }
  })
})

test('a web page that goes by a name of its own gets none of it', async () => {
  const { get } = started()
  const headers = { ...BROWSER, Host: 'rebound.example.com' }
  const assets = assetsOf(await (await get('/', BROWSER)).text())
  for (const path of ['/', '/changes', ...assets]) expect((await get(path, headers)).status).toBe(421)
})

describe('changes', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())

  async function listening() {
    const all = started()
    const answer = await all.get('/changes')
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    const next = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value)
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    expect(await next()).toBe('retry: 2000\n\n')
    return { ...all, next, close: () => reader.cancel() }
  }

  test('come as they happen, those in quick succession together', async () => {
    const { changed, next, close } = await listening()
    changed('web-64 is served.')
    expect(await next()).toBe('data: web-64 is served.\n\n')
    changed('One.')
    changed('Two.')
    jest.advanceTimersByTime(500)
    expect(await next()).toBe('data: One. Two.\n\n')
    for (let number = 0; number < 100; number++) changed(`Change ${number}.`)
    jest.advanceTimersByTime(500)
    expect(await next()).toBe('data: 100 changes. Change 99.\n\n')
    await close()
  })

  test('have nothing in them that could end a message, drive a terminal or be secret', async () => {
    const { changed, next, close } = await listening()
    changed('a\n\ndata: forged\r\u001b[31m token=zQ1secret2')
    expect(await next()).toBe('data: a  data: forged\\u000d\\u001b[31m token=***\n\n')
    await close()
  })

  test('are nothing to who only asks for the headers, and to who never reads', async () => {
    const { head, listeners, changed, next } = await listening()
    expect((await head('/changes')).headers.get('content-type')).toBe('text/event-stream')
    expect(listeners.size).toBe(1)
    for (let number = 0; number < 100; number++) {
      changed(`Change ${number}.`)
      jest.advanceTimersByTime(500)
    }
    expect([listeners.size, jest.getTimerCount()]).toEqual([0, 0])
    await expect(next()).rejects.toThrow('It was not read for too long.')
  })

  test('are heard by no more than fifty, and a place is free again when one goes', async () => {
    const { get, listeners } = started()
    const listen = async () => {
      const { status, body } = await get('/changes')
      const reader = (body as ReadableStream<Uint8Array>).getReader()
      if (status === 200) await reader.read()
      return { status, close: () => reader.cancel() }
    }
    const all = await Promise.all(Array.from({ length: 50 }, listen))
    expect(listeners.size).toBe(50)
    expect((await listen()).status).toBe(503)
    await all[0]?.close()
    expect(listeners.size).toBe(49)
    const again = await listen()
    expect(again.status).toBe(200)
    for (const { close } of [...all.slice(1), again]) await close()
    expect([listeners.size, jest.getTimerCount()]).toEqual([0, 0])
  })
})
