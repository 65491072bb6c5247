import { expect, test } from '@jest/globals'
import { sampleView } from '@route-server/kernel/testing'
import { createApp, createControlApp } from './index.ts'
import type { ExplainRequest, Fetch } from './index.ts'

const view = sampleView()

const asked: ExplainRequest[] = []
const explain = (request: ExplainRequest) => {
  asked.push(request)
  return Promise.resolve(
    request.about === 'nonsense'
      ? { error: 'That is nothing.' }
      : { body: { answer: 'It is reached.' }, page: ['It is reached.', '', '\u001b basicauth.users=a:$apr1$x$y'] },
  )
}
const control = { plugins: () => [], list: () => [], release: () => undefined, assign: () => undefined }

test.each([
  ['the endpoints', createApp(view, { explain })],
  ['the private socket', createControlApp(control, { explain })],
])('%s explain what is asked, as JSON and as text', async (_, app) => {
  const json = await app.request('/explain?about=app.example.com&network=2816&look=no')
  expect([json.status, await json.json()]).toEqual([200, { answer: 'It is reached.' }])
  expect(asked.at(-1)).toEqual({ about: 'app.example.com', network: '2816', looks: false })
  const text = await app.request('/explain?about=web&format=text')
  expect([text.headers.get('content-type'), await text.text()]).toEqual([
    'text/plain; charset=utf-8',
    'It is reached.\n\n\\u001b basicauth.users=***\n',
  ])
  expect(asked.at(-1)).toEqual({ about: 'web', looks: true })
})

test.each(['/explain', '/explain?about=', '/explain?about=a&what=b', '/explain?about=nonsense'])(
  '%s gets a sentence',
  async (path) => {
    const response = await createApp(view, { explain }).request(path)
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { code: 'PARAMETER_INVALID', message: expect.stringMatching(/\.$/) } },
    ])
  },
)

test('who asks for the document is told of, with what it got', async () => {
  const fetches: Fetch[] = []
  const onFetch = (fetch: Fetch): void => void fetches.push(fetch)
  const headers = { 'User-Agent': 'Go-http-client/1.1' }
  await createApp(view, { onFetch }).request('/routes.yaml', { headers })
  await createApp(view, { onFetch, token: 'a-token-of-16-letters' }).request('/routes.yaml', { headers })
  expect(fetches).toEqual([
    { status: 200, revision: 1, agent: 'Go-http-client/1.1' },
    { status: 401, agent: 'Go-http-client/1.1' },
  ])
})

test('only so many are answered at once, and who shows no token is told nothing', async () => {
  const going: (() => void)[] = []
  const slow = () =>
    new Promise<{ body: object; page: string[] }>((done) => going.push(() => done({ body: {}, page: [] })))
  const app = createApp(view, { explain: slow })
  const all = Array.from({ length: 6 }, () => Promise.resolve(app.request('/explain?about=web')))
  await new Promise(setImmediate)
  for (const go of going) go()
  const statuses = (await Promise.all(all)).map(({ status }) => status)
  expect(statuses.sort()).toEqual([200, 200, 200, 200, 503, 503])
  expect(
    (await createApp(view, { explain: slow, token: '0123456789abcdef' }).request('/explain?about=web')).status,
  ).toBe(401)
})
