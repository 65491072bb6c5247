import { expect, test } from '@jest/globals'
import { applyRecords, markOf, planRecords } from './apply.ts'
import type { Cloudflare, CloudflareRecord } from './cloudflare.ts'
import { ZoneUnseen } from './dns-error.ts'
import type { AddressRecord } from './records.ts'

const MINE = markOf('server-1')

/** Cloudflare with these records, which change as it is told. */
function zoneWith(records: readonly Partial<CloudflareRecord>[]) {
  const kept = records.map((record, index) => ({ id: String(index), type: 'A', name: '', content: '', ...record }))
  const told: string[] = []
  const api: Cloudflare = {
    zoneOf: (name) =>
      Promise.resolve({ id: name.split('.').slice(-2).join('.'), name: name.split('.').slice(-2).join('.') }),
    records: (zone) => Promise.resolve(kept.filter(({ name }) => name.endsWith(zone))),
    create: (_, { name, type, content }, comment) => {
      told.push(`create ${name} ${type} ${content} ${comment}`)
      return Promise.resolve()
    },
    correct: (_, id, { content }) => {
      told.push(`correct ${id} ${content}`)
      return Promise.resolve()
    },
  }
  return { api, told }
}

const a = (name: string, content = '203.0.113.50'): AddressRecord => ({ type: 'A', name, content })

test('records are created and corrected, and what is right stays', async () => {
  const { api, told } = zoneWith([
    { name: 'right.example.com', content: '203.0.113.50' },
    { name: 'moved.example.com', content: '198.51.100.1', comment: MINE },
    { name: 'old.example.com', content: '203.0.113.50', comment: MINE },
  ])
  const plans = await planRecords(api, 'server-1', [
    a('right.example.com'),
    a('moved.example.com'),
    a('new.example.com'),
    a('shop.example.org'),
  ])
  expect(plans.map(({ zone }) => zone.name)).toEqual(['example.com', 'example.org'])
  expect(plans[0]?.leftOver).toEqual(['old.example.com A 203.0.113.50'])
  expect(await applyRecords(api, 'server-1', plans, () => undefined)).toBe(3)
  expect(told).toEqual([
    'correct 1 203.0.113.50',
    'create new.example.com A 203.0.113.50 rediacc: server-1',
    'create shop.example.org A 203.0.113.50 rediacc: server-1',
  ])
})

test.each<readonly [string, Partial<CloudflareRecord>, RegExp]>([
  ['another address', { content: '198.51.100.1' }, /^198\.51\.100\.1 is there, which isn't ours/],
  ['one of another machine', { content: '198.51.100.1', comment: markOf('server-2') }, /isn't ours/],
  ['an alias', { type: 'CNAME', content: 'elsewhere.net' }, /^a CNAME to elsewhere\.net is there/],
])('what is not ours is left alone: %s', async (_, there, note) => {
  const { api, told } = zoneWith([{ name: 'app.example.com', ...there }])
  const plans = await planRecords(api, 'server-1', [a('app.example.com')])
  expect(plans[0]?.steps[0]).toMatchObject({ action: 'blocked' })
  expect(plans[0]?.steps[0]?.note).toMatch(note)
  expect(await applyRecords(api, 'server-1', plans, () => undefined)).toBe(0)
  expect(told).toEqual([])
})

test('a proxied record is right, and what that means is said', async () => {
  const { api } = zoneWith([{ name: 'app.example.com', content: '203.0.113.50', proxied: true }])
  const [plan] = await planRecords(api, 'server-1', [a('app.example.com')])
  expect(plan?.steps[0]).toMatchObject({ action: 'none', note: expect.stringContaining('TCP and UDP ports') })
})

test('a host whose zone the token does not see holds up no other', async () => {
  const { api, told } = zoneWith([])
  const zoneOf = (name: string): ReturnType<Cloudflare['zoneOf']> =>
    name.endsWith('.test') ? Promise.reject(new ZoneUnseen(`no zone for ${name}`)) : api.zoneOf(name)
  const seeing = { ...api, zoneOf }
  const plans = await planRecords(seeing, 'server-1', [a('shop.elsewhere.test'), a('app.example.com')])
  expect(plans[1]?.steps).toEqual([
    { record: a('shop.elsewhere.test'), action: 'blocked', note: 'no zone for shop.elsewhere.test' },
  ])
  expect(await applyRecords(seeing, 'server-1', plans, () => undefined)).toBe(1)
  expect(told).toHaveLength(1)
  await expect(planRecords(seeing, 'server-1', [a('shop.elsewhere.test')])).rejects.toThrow('no zone for')
})
