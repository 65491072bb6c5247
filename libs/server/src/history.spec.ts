import { describe, expect, test } from '@jest/globals'
import type { KeptRevision } from '@route-server/history'
import type { RouteView } from '@route-server/kernel'
import { createApp, createControlApp, type Control, type DiffBody, type ErrorBody, type HistoryBody } from './index.ts'

const kept = (revision: number, network = 2816): KeptRevision => ({
  revision,
  at: 1_000 * revision,
  causes: [{ kind: 'others', network }],
  entries: [
    { path: `http.routers/web-${network}`, network, before: `a: ${revision - 1}\n`, after: `a: ${revision}\n` },
  ],
  more: 0,
})
const KEPT = [kept(3), kept(4, 2880), kept(5)]

/** The same over either way to it. */
const ways = [
  ['the endpoints', createApp({} as RouteView, { history: () => KEPT })],
  ['the control socket', createControlApp({} as Control, { history: () => KEPT })],
] as const

describe.each(ways)('by way of %s', (_, app) => {
  async function ask(path: string, status = 200): Promise<unknown> {
    const response = await Promise.resolve(app.request(path))
    expect(response.status).toBe(status)
    return response.json()
  }
  const history = async (query: string): Promise<HistoryBody> => (await ask(`/history${query}`)) as HistoryBody
  const revisionsOf = ({ changes }: HistoryBody) => changes.map(({ revision }) => revision)

  test('the last changes come with the newest first', async () => {
    const all = await history('')
    expect(revisionsOf(all)).toEqual([5, 4, 3])
    expect(all.more).toBe(0)
    expect(all.changes[0]).toMatchObject({
      at: '1970-01-01T00:00:05.000Z',
      entries: [{ change: 'changed', diff: ['- a: 4', '+ a: 5'] }],
    })
    const one = await history('?last=1')
    expect([revisionsOf(one), one.more]).toEqual([[5], 2])
    expect(revisionsOf(await history('?network=2880'))).toEqual([4])
  })

  test('what is other between two revisions is asked for by their numbers', async () => {
    const found = (await ask('/diff?from=2&to=5')) as DiffBody
    expect(found).toMatchObject({ from: 2, to: 5, gaps: [] })
    expect(found.entries.map(({ diff }) => diff)).toEqual([
      ['- a: 2', '+ a: 5'],
      ['- a: 3', '+ a: 4'],
    ])
    expect(await ask('/diff')).toMatchObject({ from: 4, to: 5 })
    const unknown: ErrorBody = {
      error: { code: 'REVISION_UNKNOWN', message: "Revision 1 isn't known: known are 2 to 5." },
    }
    expect(await ask('/diff?from=1', 404)).toEqual(unknown)
  })

  test.each([
    ['/history?last=0', 'The parameter last must be a number from 1 to 500; it is "0".'],
    ['/history?last=x', 'The parameter last must be a number from 1 to 500; it is "x".'],
    [
      '/history?network=65',
      'The parameter network must be a network ID: a multiple of 64 from 64 to 16777152; it is "65".',
    ],
    ['/history?last=1&last=2', 'The parameter last is given 2 times; give it once.'],
    ['/history?constructor=1', 'There is no parameter "constructor"; known are last, network.'],
    ['/diff?from=-1', 'The parameter from must be the number of a revision; it is "-1".'],
  ])('%s is refused with a sentence', async (path, message) => {
    expect(await ask(path, 400)).toEqual({ error: { code: 'PARAMETER_INVALID', message } })
  })
})
