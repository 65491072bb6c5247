import { describe, expect, test } from '@jest/globals'
import { sampleView } from '@route-server/kernel/testing'
import {
  createControlApp,
  healthOf,
  Starting,
  type ClaimView,
  type Control,
  type PluginView,
  type Private,
} from './index.ts'

const claim: ClaimView = {
  subject: 'app.example.com',
  kind: 'host',
  network: 2816,
  since: '2026-01-02T03:04:05.000Z',
  awaySeconds: 0,
  inUse: true,
}

const plugin: PluginView = {
  name: 'http',
  source: 'built-in',
  labels: {},
  state: 'ok',
  waiting: 0,
  setAside: [],
  calls: 1,
  totalMilliseconds: 0.5,
  longestMilliseconds: 0.5,
  waitedMilliseconds: 0.5,
}

/** Notes what it is asked; refuses what isn't its one claim. */
function fake(): { readonly asked: unknown[]; readonly control: Control } {
  const asked: unknown[] = []
  const note = (...call: readonly [string, string, number?]): string | undefined => {
    asked.push(call)
    return call[1] === claim.subject ? undefined : `Nobody has ${call[1]}.`
  }
  const control: Control = {
    plugins: () => [plugin],
    list: () => [claim],
    release: (subject) => note('release', subject),
    assign: (subject, network) => note('assign', subject, network),
  }
  return { asked, control }
}

function throwing(error: Error): Control {
  return {
    ...fake().control,
    list: () => {
      throw error
    },
  }
}

const token = '0123456789abcdef'
const view = sampleView({ document: () => ({ waitingFor: ['The daemon at /d.'] }) })

async function ask(control: Control, path: string, body?: unknown): Promise<readonly [number, unknown]> {
  const init =
    body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await createControlApp(control).request(path, init)
  return [response.status, await response.json()]
}

describe('the operator', () => {
  test('gets every claim', async () => {
    expect(await ask(fake().control, '/claims')).toEqual([200, { claims: [claim] }])
  })

  test('sees every plugin', async () => {
    expect(await ask(fake().control, '/plugins')).toEqual([200, { plugins: [plugin] }])
  })

  test('releases and assigns', async () => {
    const { asked, control } = fake()
    const { subject } = claim
    expect(await ask(control, '/claims/release', { subject })).toEqual([200, { done: true }])
    expect(await ask(control, '/claims/assign', { subject, network: 2880 })).toEqual([200, { done: true }])
    expect(asked).toEqual([
      ['release', subject],
      ['assign', subject, 2880],
    ])
  })

  test('is told why not', async () => {
    expect(await ask(fake().control, '/claims/release', { subject: 'b.com' })).toEqual([
      409,
      { error: { code: 'REFUSED', message: 'Nobody has b.com.' } },
    ])
  })

  test.each<[string, unknown, string]>([
    ['release', '', 'The body must have a subject: a text such as app.example.com.'],
    ['release', 'null', 'The body must have a subject: a text such as app.example.com.'],
    ['release', { subject: ' ' }, 'The body must have a subject: a text such as app.example.com.'],
    ['assign', { subject: 7, network: 64 }, 'The body must have a subject: a text such as app.example.com.'],
    ['assign', { subject: 'a' }, 'The body must have a network: a multiple of 64 from 64 to 16777152.'],
    ['assign', { subject: 'a', network: '64' }, 'The body must have a network: a multiple of 64 from 64 to 16777152.'],
    ['assign', { subject: 'a', network: 65 }, 'The body must have a network: a multiple of 64 from 64 to 16777152.'],
  ])('%s with a bad body changes nothing', async (path, body, message) => {
    const { asked, control } = fake()
    expect(await ask(control, `/claims/${path}`, body)).toEqual([400, { error: { code: 'BODY_INVALID', message } }])
    expect(asked).toEqual([])
  })

  test('hears what there is where there is nothing', async () => {
    const more: Private = {
      explain: () => Promise.resolve({ body: {}, page: [] }),
      machine: () => ({}),
      health: () => healthOf(view, {}),
      view,
    }
    const ask = async (more?: Private): Promise<unknown> =>
      (await createControlApp(fake().control, more).request('/claims/release')).json()
    const said =
      'There is no GET /claims/release; there are GET /claims, GET /plugins, POST /claims/release, POST /claims/assign'
    expect(await ask()).toEqual({ error: { code: 'PATH_UNKNOWN', message: `${said}, GET /history, GET /diff.` } })
    expect(await ask(more)).toEqual({
      error: {
        code: 'PATH_UNKNOWN',
        message: `${said}, GET /health, GET /routes.json, GET /history, GET /diff, GET /explain, GET /machine.`,
      },
    })
  })

  test('sees how it is and what is routed', async () => {
    const app = createControlApp(fake().control, { health: () => healthOf(view, { token }), view })
    expect(await (await app.request('/health')).json()).toMatchObject({ status: 'starting' })
    expect(await (await app.request('/routes.json?network=2816')).json()).toMatchObject({ revision: 0 })
    expect((await app.request('/routes.json?network=1')).status).toBe(400)
  })

  test('hears nothing of what goes wrong inside; the log does', async () => {
    const told: unknown[] = []
    const app = createControlApp(throwing(new Error('inside')), {
      onError: ({ message }, path) => told.push([path, message]),
    })
    const response = await app.request('/claims')
    expect([response.status, (await response.text()).includes('inside')]).toEqual([500, false])
    expect(told).toEqual([['/claims', 'inside']])
  })

  test('is told to ask again while it starts, and the log has nothing of it', async () => {
    const told: unknown[] = []
    const app = createControlApp(throwing(new Starting()), { onError: (error) => told.push(error) })
    const response = await app.request('/claims')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toEqual({
      error: { code: 'STARTING', message: 'The route server is still starting. Ask again in a moment.' },
    })
    expect(told).toEqual([])
  })
})
